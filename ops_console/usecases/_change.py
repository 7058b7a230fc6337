"""One change: state, audit line and parcels saved together, then said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import TypeVar

from sqlite_utils import Database

from ops_console import audit, store
from ops_console.audit import Object, ObjectKind, Subject, SubjectKind, Verb
from ops_console.usecases._console import Console
from visits.messages import PORTAL, Envelope, Parcel
from visits.model import Id, UnitId, VisitId

T = TypeVar("T")
P = TypeVar("P", bound=Parcel)


class Change:
    """What a use case writes with, inside one work of the writer."""

    def __init__(self, console: Console, db: Database) -> None:
        self.console = console
        self.db = db
        self.now: datetime = console.clock.now()
        self.lapsed: list[VisitId] = []
        """Holds that were forgotten on the way."""
        self._units: dict[UnitId, bool] = {}
        self._topics: set[str] = set()

    def audit(
        self,
        subject: Subject,
        verb: Verb,
        kind: ObjectKind,
        object_id: str,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Adds the audit line of this change."""
        about = Object(kind, object_id)
        audit.append(self.db, subject, verb, about, at=self.now, details=details)

    def tell_portal(self, parcel: Parcel) -> None:
        """Queues a parcel that leaves once this change is durable."""
        self.console.mailbox.put(self.db, parcel, PORTAL, self.now)

    def touches(self, topic: str, unit_id: UnitId | None = None) -> None:
        """Pages that watch `topic` are told; `unit_id`'s agenda and calendar are made anew."""
        self._topics.add(topic)
        if unit_id is not None:
            self.renews(unit_id)

    def renews(self, unit_id: UnitId) -> None:
        """The unit's agenda and calendar are made anew, and said if they differ."""
        self._units[unit_id] = True

    def renews_calendar(self, unit_id: UnitId | None) -> None:
        """As `renews`, for what only the open times show."""
        if unit_id is not None:
            self._units.setdefault(unit_id, False)

    def close(self) -> None:
        """The last step of the work: mark what is to be published anew."""
        for unit_id, agenda in self._units.items():
            store.publishing.mark_stale(self.db, unit_id, agenda=agenda)
        self.console.announcer.note(frozenset(self._topics), stale=bool(self._units))


def change(console: Console, work: Callable[[Change], T]) -> T:
    """Runs `work` under the write lock; returns once it is durable. Its exception undoes it."""
    return console.writer.run(_in_store(console, work))


def change_soon(console: Console, work: Callable[[Change], T]) -> Future[T]:
    """As `change`, without waiting: for threads that must not."""
    return console.writer.submit(_in_store(console, work))


def _in_store(console: Console, work: Callable[[Change], T]) -> Callable[[Database], T]:
    def run(db: Database) -> T:
        one = Change(console, db)
        result = work(one)
        one.close()
        return result

    return run


def takes(
    console: Console, use: Callable[[Change, Envelope, P], None]
) -> Callable[[Database, Envelope, P], None]:
    """`use` as a handler of parcels, for `Courier.takes`."""

    def handle(db: Database, envelope: Envelope, parcel: P) -> None:
        one = Change(console, db)
        use(one, envelope, parcel)
        one.close()

    return handle


def officer(officer_id: Id) -> Subject:
    return Subject(SubjectKind.OFFICER, officer_id)


def visitor(visitor_id: Id) -> Subject:
    return Subject(SubjectKind.VISITOR, visitor_id)


def device(device_id: Id) -> Subject:
    return Subject(SubjectKind.DEVICE, device_id)


CONSOLE_ITSELF = Subject(SubjectKind.CONSOLE, "console")
