"""A console on a temporary store with a stopped clock: real parts, but for the line.

The line keeps what was said, so that tests can ask what a kiosk or the public would have heard.
"""

from __future__ import annotations

import atexit
import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from ops_console.building import Store, make_console
from ops_console.provision.registry import Registry
from ops_console.settings import ConsoleSettings
from ops_console.store import visits as visit_store
from ops_console.usecases import Console, publish_stale, register, seed
from ops_console.usecases.seed import SeedFile
from visits.clock import StoppedClock
from visits.lifecycle import Actor, VisitEvent
from visits.messages import (
    PORTAL,
    Agenda,
    BookingRequested,
    Notice,
    Parcel,
    PublicCalendar,
    SignedAgenda,
    VisitReported,
    kiosk_device,
    wrap,
)
from visits.model import Cause, Slot, VisitKind, VisitStatus, new_id
from visits.sealing import ReviewerKey
from visits.signing import KeyRing, Purpose, SigningKey

NINE = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""Monday, 09:00 on the wall in Chicago."""
PASSWORD = "a long enough password"
FACILITY: Mapping[str, Any] = {
    "pin_cost": "demo",
    "units": [
        {
            "unit_id": "a",
            "name": "Unit A",
            "terminals": [
                {"terminal_id": "a1", "name": "Terminal 1"},
                {"terminal_id": "a2", "name": "Terminal 2"},
            ],
            "hours": {"week": {"every-day": [["09:00", "17:00"]]}, "visit_minutes": 30},
        },
        {
            "unit_id": "b",
            "name": "Unit B",
            "terminals": [{"terminal_id": "b1", "name": "Terminal 1"}],
        },
    ],
    "officers": [
        {
            "officer_id": "o1",
            "login": "reyes",
            "name": "Sgt. Reyes",
            "password": PASSWORD,
            "custodian": True,
        },
        {
            "officer_id": "o2",
            "login": "stone",
            "name": "Lt. Stone",
            "password": PASSWORD,
            "admin": True,
            "custodian": True,
        },
    ],
    "inmates": [
        {
            "inmate_id": f"i{number}",
            "unit_id": unit,
            "number": f"100{number}",
            "last_name": f"Brown{number}",
            "display_name": f"James Brown {number}",
            "pin": "4821",
        }
        for number, unit in ((1, "a"), (2, "a"), (3, "a"), (8, "b"), (9, None))
    ],
    "visitors": [
        {
            "visitor_id": f"v{number}",
            "full_name": f"Ann Visitor {number}",
            "born_on": "1984-05-02",
            "address": "1 Main Street",
            "email": f"v{number}@example.org",
        }
        for number in (1, 2, 3, 4)
    ],
    "approvals": [
        {"approval_id": "p1", "visitor_id": "v1", "inmate_id": "i1"},
        {"approval_id": "p2", "visitor_id": "v2", "inmate_id": "i2"},
        {"approval_id": "p3", "visitor_id": "v3", "inmate_id": "i3"},
        {"approval_id": "p21", "visitor_id": "v2", "inmate_id": "i1"},
        {"approval_id": "p12", "visitor_id": "v1", "inmate_id": "i2"},
        {"approval_id": "p9", "visitor_id": "v4", "inmate_id": "i9"},
    ],
}

P = TypeVar("P", bound=Parcel)


@dataclass
class Line:
    """Keeps the last retained notice of each topic; takes nothing while it is down."""

    connected: bool = True
    retained: dict[str, Notice] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    wakes: int = 0
    reads: bool = True
    """Whether it reads what comes as JSON; a line to a broker passes it on."""

    def send(self, topic: str, notice: Notice, retain: bool = False) -> bool:
        if self.connected:
            self.sent.append(topic)
        if self.connected and retain:
            self.retained[topic] = notice
        return self.connected

    def send_written(
        self, topic: str, kind: type[Notice], body: str, *, retain: bool = False
    ) -> bool:
        if not self.reads:
            return self.connected
        return self.send(topic, kind.model_validate_json(body), retain)

    def wake(self) -> None:
        self.wakes += 1


@dataclass
class Bench:
    """The console, its clock, its line, and the parcels in both directions."""

    console: Console
    clock: StoppedClock
    line: Line
    folder: Path = Path()
    settings: ConsoleSettings | None = None
    handlers: dict[type[Any], Callable[[Any, Any, Any], None]] = field(default_factory=dict)

    def takes(self, parcel_type: type[Any], handler: Callable[[Any, Any, Any], None]) -> None:
        self.handlers[parcel_type] = handler

    def hand_in(self, parcel: Parcel, sender: str = PORTAL) -> None:
        """As a courier would, and returns once what follows has been said."""
        self.receive(parcel, sender)
        self.settle()

    def receive(self, parcel: Parcel, sender: str = PORTAL) -> None:
        """Saved and remembered in one transaction; returns once that is durable."""
        envelope = wrap(parcel, message_id=new_id(), sender=sender, sent_at=self.clock.now())
        handler = self.handlers[type(parcel)]
        self.console.mailbox.receive(envelope, parcel, handler)

    def settle(self) -> None:
        """Returns once everything that was committed has also been published and said."""
        self.console.writer.run(lambda db: None)
        publish_stale(self.console)
        self.console.writer.run(lambda db: None)

    def told(self, parcel_type: type[P]) -> list[P]:
        """Parcels of one type that wait for the portal, oldest first."""
        opened = [out.envelope.open() for out in self.console.mailbox.pending(self.clock.now())]
        return [parcel for parcel in opened if isinstance(parcel, parcel_type)]

    def agenda(self, unit_id: str = "a") -> Agenda:
        """What a unit's kiosks read, its signature checked."""
        self.settle()
        notice = self.line.retained[self.console.facility.topics.agenda(unit_id)]
        assert isinstance(notice, SignedAgenda)
        ring = KeyRing([self.console.signing_key.verifying_key])
        return ring.open(notice.signed, Purpose.AGENDA, Agenda)

    def calendar(self, unit_id: str = "a") -> PublicCalendar:
        self.settle()
        notice = self.line.retained[self.console.facility.topics.calendar(unit_id)]
        assert isinstance(notice, PublicCalendar)
        return notice

    def at(self, hour: int, minute: int = 0, days: int = 0) -> datetime:
        """An instant on the facility's wall, today or so many days on."""
        wall = NINE + timedelta(days=days, hours=hour - 9, minutes=minute)
        return wall.astimezone(UTC)

    def slot(self, hour: int, minute: int = 0, days: int = 0) -> Slot:
        starts = self.at(hour, minute, days)
        return Slot(starts_at=starts, ends_at=starts + timedelta(minutes=30))

    def asks(
        self,
        visit_id: str,
        approval_id: str = "p1",
        visitor_id: str = "v1",
        *,
        slot: Slot | None = None,
        kind: VisitKind = VisitKind.SOCIAL,
    ) -> visit_store.Visit:
        """Hands in a booking request (14:00 by default); the visit as decided."""
        self.hand_in(
            BookingRequested(
                visit_id=visit_id,
                visitor_id=visitor_id,
                approval_id=approval_id,
                kind=kind,
                slot=slot or self.slot(14),
                asked_at=self.clock.now(),
            )
        )
        return self.visit(visit_id)

    def visit(self, visit_id: str) -> visit_store.Visit:
        with self.console.readers.read() as db:
            visit = visit_store.visit(db, visit_id)
        assert visit is not None
        return visit

    def status(self, visit_id: str) -> VisitStatus:
        return self.visit(visit_id).status

    def history(self, visit_id: str) -> list[visit_store.HistoryLine]:
        with self.console.readers.read() as db:
            return visit_store.history(db, visit_id)

    def reports(
        self,
        visit_id: str,
        sequence: int,
        event: VisitEvent,
        actor: Actor,
        *,
        cause: Cause | None = None,
        terminal: str = "a1",
    ) -> VisitStatus:
        """A kiosk's report; the visit's status after it."""
        report = VisitReported(
            visit_id=visit_id,
            sequence=sequence,
            event=event,
            actor=actor,
            cause=cause,
            at=self.clock.now(),
        )
        self.hand_in(report, kiosk_device(terminal))
        return self.status(visit_id)

    def starts(self, visit_id: str) -> None:
        """Moves the clock to a visit's start; inmate checks in and the call connects."""
        self.clock.at = self.visit(visit_id).slot.starts_at
        self.reports(visit_id, 1, VisitEvent.CHECK_IN, Actor.INMATE)
        self.reports(visit_id, 2, VisitEvent.CONNECT, Actor.KIOSK)


@contextmanager
def console_bench(
    folder: Path, facility: Mapping[str, Any] = FACILITY, **settings: Any
) -> Iterator[Bench]:
    """A seeded console in `folder` at `NINE`; `settings` are further tables of its file.

    Seeding takes a second or two, so what the plain facility comes to is made once and copied.
    """
    plain = facility is FACILITY and not settings
    with _console(folder, _seeded() if plain else None, **settings) as bench:
        if plain:
            bench.console.announcer.announce_all()
        else:
            _seed(bench, facility, folder)
        yield bench


@contextmanager
def console_over(copied: Path, folder: Path, **settings: Any) -> Iterator[Bench]:
    """A console in `folder` over a copy of another folder's store and keys, as after a restore or
    an upgrade; its clock stands at `NINE`."""
    with _console(folder, copied, **settings) as bench:
        bench.console.announcer.announce_all()
        yield bench


@contextmanager
def _console(folder: Path, copied: Path | None = None, **settings: Any) -> Iterator[Bench]:
    """A console in `folder`, over a copy of the store and keys of another if one is named."""
    clock, line = StoppedClock(NINE), Line()
    read = bench_settings(folder, **settings)
    if copied is not None:
        shutil.copytree(copied, folder, dirs_exist_ok=True)
    store = Store.at(read.store.path)
    console = make_console(read, clock, store, line, line)
    store.writer.start()
    try:
        bench = Bench(console, clock, line, folder, read)
        register(console, bench)
        yield bench
    finally:
        store.writer.stop()
        store.readers.close()


def _seed(bench: Bench, facility: Mapping[str, Any], folder: Path) -> None:
    seed(bench.console, SeedFile.model_validate(facility), folder, bench=True)
    bench.settle()


@cache
def _seeded() -> Path:
    """The store and keys of the plain facility, closed; they go when the tests are over."""
    kept = tempfile.TemporaryDirectory()
    atexit.register(kept.cleanup)
    folder = Path(kept.name)
    with _console(folder) as bench:
        _seed(bench, FACILITY, folder)
    gc.collect()  # A connection that a cycle still holds would close while the store is copied.
    return folder


def bench_settings(folder: Path, **tables: Any) -> ConsoleSettings:
    """Settings of a console in `folder`, with fresh keys and a broker that is not there."""
    (folder / "signing.key").write_bytes(SigningKey.generate().to_pem())
    (folder / "reviewer.key").write_bytes(ReviewerKey.generate().to_pem())
    _register_kiosks(folder)
    pems = {name: folder / f"{name}.pem" for name in ("ca", "certificate", "key")}
    return ConsoleSettings.model_validate(
        {
            "mode": "bench",
            "facility": {"id": "cook", "name": "Cook County Jail", "zone": "America/Chicago"},
            "store": {"path": folder / "console.db"},
            "keys": {
                "signing": folder / "signing.key",
                "reviewer": folder / "reviewer.key",
                "kiosks": folder / "devices.json",
            },
            "broker": {"host": "127.0.0.1", "port": 1, **pems},
            "web": {"port": 0},
            **tables,
        }
    )


def _register_kiosks(folder: Path) -> None:
    """Each terminal's signing key beside the console, its public half in the registry."""
    keys = {terminal: SigningKey.generate() for terminal in ("a1", "a2", "b1")}
    for terminal, key in keys.items():
        (folder / f"kiosk-{terminal}.signing.key").write_bytes(key.to_pem())
    registry = Registry(
        facility_id="cook",
        terminals={terminal: terminal[0] for terminal in keys},
        kiosk_keys={terminal: key.verifying_key.text for terminal, key in keys.items()},
    )
    (folder / "devices.json").write_text(registry.model_dump_json())
