"""A device reduced to its plumbing: store, mailbox, link and courier, on a real broker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from tests.harness.broker import Broker
from tests.harness.until import eventually
from visits.clock import Clock, SystemClock
from visits.messages import Envelope, Parcel, VisitChanged, VisitSeen, VisitState
from visits.model import Slot, VisitKind, VisitStatus, new_id
from visits.sync.courier import Courier
from visits.sync.database import Readers, Writer
from visits.sync.link import Link
from visits.sync.mailbox import OutgoingParcel, SqliteMailbox, mailbox_migrations

WHEN = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)


class Station:
    """Started by `with`; `taken` lists the parcels whose effect was saved, in order."""

    def __init__(
        self, broker: Broker, device: str, folder: Path, clock: Clock | None = None
    ) -> None:
        self.clock = clock or SystemClock()
        self.taken: list[Parcel] = []
        self.undelivered: list[tuple[OutgoingParcel, str]] = []
        self.writer = Writer(folder / f"{device}.sqlite", [mailbox_migrations])
        self.readers = Readers(folder / f"{device}.sqlite")
        self.mailbox = SqliteMailbox(self.writer, self.readers, device)
        self.link = Link(broker.settings(device), broker.facility_id, device, self.clock, "test")
        self.courier: Courier[Database] = Courier(
            self.link, self.mailbox, self.clock, lambda *what: self.undelivered.append(what)
        )

    def takes(self, parcel_type: type[Parcel]) -> None:
        """Keep what arrives; the effect is listed once its transaction is durable."""
        self.courier.takes(parcel_type, _nothing, lambda _envelope, it: self.taken.append(it))

    def say(self, parcel: Parcel, receiver: str) -> str:
        """Put and wake, as a use case does; the message id."""
        now = self.clock.now()
        message_id = self.writer.run(lambda db: self.mailbox.put(db, parcel, receiver, now))
        self.courier.wake()
        return message_id

    def waiting(self) -> int:
        """Parcels in the outbox."""
        return len(self.mailbox.pending(self.clock.now()))

    def start(self) -> Self:
        self.writer.start()
        self.courier.start()
        self.link.start()
        return self

    def stop(self) -> None:
        self.courier.stop()
        self.link.stop()
        self.writer.stop()
        self.readers.close()

    @contextmanager
    def connected(self) -> Iterator[Self]:
        """As `with self`, but the line is up before the body begins."""
        with self:
            eventually(lambda: self.link.connected, f"{self.link.device} is connected")
            yield self

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _nothing(_db: Database, _envelope: Envelope, _parcel: Parcel) -> None:
    """The inbox row alone is the effect."""


def a_seen_visit() -> VisitSeen:
    """Something that a kiosk may tell the console."""
    return VisitSeen(visit_id=new_id(), inmate_id="i1", seen_at=WHEN)


def a_changed_visit() -> VisitChanged:
    """Something that the console may tell the portal."""
    state = VisitState(
        visit_id=new_id(),
        revision=1,
        visitor_id="v1",
        approval_id="p1",
        kind=VisitKind.SOCIAL,
        slot=Slot(starts_at=WHEN, ends_at=WHEN + timedelta(minutes=30)),
        status=VisitStatus.BOOKED,
        cause=None,
    )
    return VisitChanged(visit=state, at=WHEN)
