"""Outbox and inbox: what must be said, and what has already been heard, saved beside the facts.

`Mailbox` is what a courier needs of a store. `SqliteMailbox` is the one for console and kiosk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

from sqlite_utils import Database

from visits.errors import MessageRefused
from visits.messages import Envelope, Parcel, Role, encode_written
from visits.messages import decode as decode_envelope
from visits.model import DeviceId, FacilityId, new_id
from visits.sync.database import Readers, Writer
from visits.sync.mailbox_tables import (
    mailbox_migrations,
    mark_delivered,
    set_aside,
    stamp,
)

__all__ = ["EXPIRED", "Mailbox", "OutgoingParcel", "SqliteMailbox", "mailbox_migrations"]

C_co = TypeVar("C_co", covariant=True)

LARGEST_WINDOW = 500
"""Parcels for one receiver that `pending` names at once, oldest first."""

REMEMBERED_AFTER_EXPIRY = timedelta(days=1)
"""How long past its expiry a received parcel is remembered, so that clocks may differ."""


EXPIRED = "No acknowledgement came before it expired; it may have arrived."
"""Why an expired parcel was set aside."""


class OutgoingParcel(NamedTuple):
    """A parcel that its receiver has not yet acknowledged."""

    message_id: str
    receiver: DeviceId
    facility_id: FacilityId | None
    """Whose broker carries it; None where the store serves a single facility."""
    envelope: Envelope


class Mailbox(Protocol[C_co]):
    """What a courier asks of a store. `C_co` is what a handler writes with."""

    def pending(self, now: datetime) -> Sequence[OutgoingParcel]:
        """Neither acknowledged nor expired, oldest first; a store may show only the oldest."""

    def acknowledged(self, message_id: str, problem: str | None, now: datetime) -> None:
        """The receiver saved it, or refused it for good for the reason in `problem`.

        A refused one is moved aside, never deleted. Unknown ids are ignored.
        """

    def expire(self, now: datetime) -> Sequence[OutgoingParcel]:
        """Move aside, never delete, what can no longer be delivered in time; and say what."""

    def receive(
        self,
        envelope: Envelope,
        parcel: Parcel,
        handle: Callable[[C_co, Envelope, Parcel], None],
    ) -> bool:
        """Run `handle` and remember the parcel in one transaction. False if it was a repeat.

        What `handle` raises is raised, and nothing is saved or remembered.
        """

    def receive_soon(
        self,
        envelope: Envelope,
        parcel: Parcel,
        handle: Callable[[C_co, Envelope, Parcel], None],
    ) -> Future[bool]:
        """As `receive`, without waiting: parcels that are handed in together may share one
        commit. They are handled in the order in which they were handed in."""


class SqliteMailbox:
    """A `Mailbox[Database]` in the file of one writer and its readers."""

    def __init__(
        self,
        writer: Writer,
        readers: Readers,
        sender: DeviceId,
        facility_id: FacilityId | None = None,
    ) -> None:
        self._writer = writer
        self._readers = readers
        self._sender = sender
        self._facility_id = facility_id
        self._on_received: list[Callable[[Parcel], Callable[[], None]]] = []

    def on_received(self, callback: Callable[[Parcel], Callable[[], None]]) -> None:
        """Call `callback` with every parcel that is handed in, before the writer comes to it, and
        what it answers once the writer has: also of one that came twice. Both must be quick."""
        self._on_received.append(callback)

    def put(self, db: Database, parcel: Parcel, receiver: DeviceId, now: datetime) -> str:
        """Queue `parcel` in the caller's own write work; its new message id.

        Wake the courier after the work has committed. Raises `MessageRefused` when this device
        may not send such a parcel.
        """
        if Role.of(self._sender) not in parcel.senders:
            raise MessageRefused(f"{self._sender} may not send {type(parcel).__name__}.")
        message_id, kind = new_id(), type(parcel)
        written = encode_written(
            kind,
            parcel.model_dump_json(),
            message_id=message_id,
            sender=self._sender,
            sent_at=now,
        )
        db.conn.execute(
            "INSERT INTO outbox (message_id, receiver, expires_at, envelope) VALUES (?, ?, ?, ?)",
            (message_id, receiver, stamp(now + kind.lives_for), written.decode()),
        )
        return message_id

    def pending(self, now: datetime) -> Sequence[OutgoingParcel]:
        with self._readers.read() as db:
            rows = db.execute(
                """SELECT receiver, envelope FROM outbox WHERE position IN (
                       SELECT position FROM (
                           SELECT position,
                                  row_number() OVER (
                                      PARTITION BY receiver ORDER BY position
                                  ) AS place
                           FROM outbox WHERE expires_at > ?
                       ) WHERE place <= ?
                   ) ORDER BY position""",
                (stamp(now), LARGEST_WINDOW),
            ).fetchall()
        return [self._outgoing(receiver, text) for receiver, text in rows]

    def acknowledged(self, message_id: str, problem: str | None, now: datetime) -> None:
        def settle(db: Database) -> None:
            if problem is None:
                mark_delivered(db, message_id, now)
            else:
                set_aside(db, message_id, problem, now)

        self._writer.run(settle)

    def expire(self, now: datetime) -> Sequence[OutgoingParcel]:
        if not self._anything_expired(now):
            return ()
        return self._writer.run(lambda db: self._expire(db, now))

    def receive(
        self,
        envelope: Envelope,
        parcel: Parcel,
        handle: Callable[[Database, Envelope, Parcel], None],
    ) -> bool:
        return self.receive_soon(envelope, parcel, handle).result()

    def receive_soon(
        self,
        envelope: Envelope,
        parcel: Parcel,
        handle: Callable[[Database, Envelope, Parcel], None],
    ) -> Future[bool]:
        settled = [callback(parcel) for callback in self._on_received]

        def save(db: Database) -> bool:
            new = db.execute(
                "INSERT OR IGNORE INTO inbox (sender, message_id, type, expires_at)"
                " VALUES (?, ?, ?, ?)",
                (envelope.sender, envelope.message_id, envelope.type, _expiry(envelope)),
            ).rowcount
            try:
                if new:
                    handle(db, envelope, parcel)
            finally:
                for settle in settled:
                    settle()
            return bool(new)

        return self._writer.submit(save)

    def _anything_expired(self, now: datetime) -> bool:
        forgettable = now - REMEMBERED_AFTER_EXPIRY
        with self._readers.read() as db:
            found = db.execute(
                """SELECT EXISTS (SELECT 1 FROM outbox WHERE expires_at <= ?)
                       OR EXISTS (SELECT 1 FROM inbox WHERE expires_at <= ?)""",
                (stamp(now), stamp(forgettable)),
            ).fetchone()
        return bool(found[0])

    def _expire(self, db: Database, now: datetime) -> Sequence[OutgoingParcel]:
        forgettable = now - REMEMBERED_AFTER_EXPIRY
        db.execute("DELETE FROM inbox WHERE expires_at <= ?", (stamp(forgettable),))
        expired = db.execute(
            "SELECT message_id, receiver, envelope FROM outbox WHERE expires_at <= ?"
            " ORDER BY position",
            (stamp(now),),
        ).fetchall()
        for message_id, _, _ in expired:
            set_aside(db, message_id, EXPIRED, now)
        return [self._outgoing(receiver, text) for _, receiver, text in expired]

    def _outgoing(self, receiver: str, text: str) -> OutgoingParcel:
        envelope = decode_envelope(text.encode())
        return OutgoingParcel(envelope.message_id, receiver, self._facility_id, envelope)


def _expiry(envelope: Envelope) -> str:
    if envelope.expires_at is None:
        raise MessageRefused("A parcel must say when it expires.")
    return stamp(envelope.expires_at)
