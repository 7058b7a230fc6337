"""Outbox and inbox of one facility's line, in the portal's own database.

Implements `visits.sync.mailbox.Mailbox` with SQLAlchemy. A parcel is put in the transaction
of the change that it tells of; a received parcel is remembered in the transaction of its
effect. Delivered parcels keep their line but lose their content, which may hold a sealed photo;
those that were refused or came too late are kept whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from visitor_portal.store.engine import Store
from visitor_portal.store.schema import inbox, outbox
from visits.clock import Clock
from visits.messages import CONSOLE, PORTAL, Envelope, Parcel, wrap
from visits.model import FacilityId, new_id
from visits.sync.mailbox import EXPIRED, LARGEST_WINDOW, OutgoingParcel

SAVED = "saved"
"""The outcome of a delivered parcel; any other outcome says why it was not."""

_REMEMBERED = timedelta(days=30)
"""Longer than any parcel lives (`Parcel.lives_for`), so that a late repeat is still known."""

Handler = Callable[[Connection, Envelope, Any], None]


def put(connection: Connection, parcel: Parcel, facility_id: FacilityId, now: datetime) -> str:
    """Queues `parcel` for a facility's console; it leaves only if the transaction commits.

    Returns the message id. Wake the facility's courier after the commit.
    """
    envelope = wrap(parcel, message_id=new_id(), sender=PORTAL, sent_at=now)
    connection.execute(
        insert(outbox).values(
            message_id=envelope.message_id,
            facility_id=facility_id,
            receiver=CONSOLE,
            type=envelope.type,
            envelope=envelope.model_dump_json(),
            expires_at=envelope.expires_at,
        )
    )
    return envelope.message_id


def forget_old(connection: Connection, now: datetime) -> None:
    """Received ids and settled parcels older than any repeat that could still come."""
    long_ago = now - _REMEMBERED
    connection.execute(delete(inbox).where(inbox.c.received_at <= long_ago))
    connection.execute(
        delete(outbox).where(outbox.c.outcome == "saved", outbox.c.settled_at <= long_ago)
    )


class SqlMailbox:
    """The mailbox of one facility: `Mailbox[Connection]`."""

    def __init__(
        self,
        store: Store,
        facility_id: FacilityId,
        clock: Clock,
        undelivered: Callable[[Connection, Parcel], None] = lambda _connection, _parcel: None,
    ) -> None:
        """`undelivered` runs in the transaction that moves a parcel aside, for its effect."""
        self._store = store
        self._facility_id = facility_id
        self._clock = clock
        self._undelivered = undelivered

    def pending(self, now: datetime) -> Sequence[OutgoingParcel]:
        """What still has to arrive, oldest first; nothing whose time is over."""
        with self._store.read() as connection:
            return [
                parcel
                for parcel in self._waiting(connection)
                if parcel.envelope.expires_at is None or parcel.envelope.expires_at > now
            ]

    def acknowledged(self, message_id: str, problem: str | None, now: datetime) -> None:
        """The console has saved it, or refused it for good; a repeat changes nothing."""
        with self._store.write() as connection:
            for parcel in self._waiting(connection, outbox.c.message_id == message_id):
                self._settle(connection, parcel, problem or SAVED, now)

    def expire(self, now: datetime) -> Sequence[OutgoingParcel]:
        """Moves aside what could not be delivered in its time, and returns it."""
        is_late = outbox.c.expires_at <= now
        with self._store.read() as connection:
            if not self._waiting(connection, is_late):
                return ()
        with self._store.write() as connection:
            late = self._waiting(connection, is_late)
            for parcel in late:
                self._settle(connection, parcel, EXPIRED, now)
        return late

    def receive(self, envelope: Envelope, parcel: Parcel, handle: Handler) -> bool:
        """Runs `handle` and remembers the message in one transaction; False for a repeat."""
        key = {
            "facility_id": self._facility_id,
            "sender": envelope.sender,
            "message_id": envelope.message_id,
        }
        with self._store.write() as connection:
            if connection.execute(select(inbox.c.message_id).filter_by(**key)).first():
                return False
            connection.execute(insert(inbox).values(**key, received_at=self._clock.now()))
            handle(connection, envelope, parcel)
        return True

    def receive_soon(self, envelope: Envelope, parcel: Parcel, handle: Handler) -> Future[bool]:
        """As `receive`: here each parcel has a commit of its own."""
        outcome: Future[bool] = Future()
        try:
            outcome.set_result(self.receive(envelope, parcel, handle))
        except Exception as problem:  # noqa: BLE001 - the future carries it to who waits for it
            outcome.set_exception(problem)
        return outcome

    def _waiting(self, connection: Connection, *conditions: Any) -> list[OutgoingParcel]:
        rows = connection.execute(
            select(outbox.c.message_id, outbox.c.receiver, outbox.c.envelope)
            .where(
                outbox.c.facility_id == self._facility_id,
                outbox.c.settled_at.is_(None),
                *conditions,
            )
            .order_by(outbox.c.position)
            .limit(LARGEST_WINDOW)
        )
        return [
            OutgoingParcel(
                message_id=row.message_id,
                receiver=row.receiver,
                facility_id=self._facility_id,
                envelope=Envelope.model_validate_json(row.envelope),
            )
            for row in rows
        ]

    def _settle(
        self,
        connection: Connection,
        parcel: OutgoingParcel,
        outcome: str,
        now: datetime,
    ) -> None:
        this = outbox.c.message_id == parcel.message_id
        connection.execute(update(outbox).where(this).values(settled_at=now, outcome=outcome))
        if outcome == SAVED:
            connection.execute(update(outbox).where(this).values(envelope=""))
        else:
            opened = parcel.envelope.open()
            if isinstance(opened, Parcel):
                self._undelivered(connection, opened)
