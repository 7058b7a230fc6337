"""A console with its pages and invented people, without a broker: for tests of the pages.

Everything is saved through the console's own use cases, at moments on a clock that the test
holds, so that histories look like real ones.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from ops_console.building import Store, make_console
from ops_console.settings import ConsoleSettings
from ops_console.store import publishing, visits
from ops_console.store.publishing import Publication
from ops_console.usecases import Console
from ops_console.usecases.hear_presence import hear_presence
from ops_console.usecases.parcels import register
from ops_console.usecases.publish import publish_due
from ops_console.usecases.seed import SeedFile, seed
from tests.harness.officers_day import DAY, JOURNEYS, VISITS, photo_of_an_id
from visits.clock import StoppedClock
from visits.lifecycle import Actor, VisitEvent
from visits.messages import (
    PORTAL,
    JoinRequested,
    Notice,
    Parcel,
    Presence,
    PresenceState,
    VisitReported,
    VisitSeen,
    kiosk_device,
    wrap,
)
from visits.model import Cause, new_id
from visits.sealing import ReviewerKey
from visits.signing import SigningKey

NOON = datetime(2026, 11, 23, 20, 4, tzinfo=UTC)
"""14:04 on the wall in Chicago, a Monday."""

LOGIN, PASSWORD = "reyes", "correct horse battery"


class Line:
    """A line to a broker that takes everything, or is down."""

    connected = True

    def send(self, topic: str, notice: Notice, retain: bool = False) -> bool:
        return self.connected

    def send_written(
        self, topic: str, kind: type[Notice], body: str, *, retain: bool = False
    ) -> bool:
        return self.connected

    def wake(self) -> None:
        pass


@dataclass
class Desk:
    """The console, its clock and line, and the parcels it can be handed."""

    console: Console
    clock: StoppedClock
    line: Line
    handlers: dict[type[Any], Callable[[Any, Any, Any], None]] = field(default_factory=dict)

    def takes(self, parcel_type: type[Any], handler: Callable[[Any, Any, Any], None]) -> None:
        self.handlers[parcel_type] = handler

    def hand_in(self, parcel: Parcel, sender: str = PORTAL) -> None:
        """As if a courier had brought `parcel` just now."""
        envelope = wrap(parcel, message_id=new_id(), sender=sender, sent_at=self.clock.now())
        handle = self.handlers[type(parcel)]
        self.console.writer.run(lambda db: handle(db, envelope, parcel))

    def hears(
        self,
        terminal_id: str,
        state: PresenceState,
        details: dict[str, str] | None = None,
        since: datetime | None = None,
    ) -> None:
        """A kiosk greets, or its will is said."""
        presence = Presence(
            device=kiosk_device(terminal_id),
            boot_id="boot-1",
            state=state,
            version="0.1.0",
            since=since or self.clock.now(),
            details=details or {},
        )
        hear_presence(self.console, presence)
        self.console.writer.run(lambda _: None)  # it is saved before the clock goes on

    def happens(
        self, visit_id: str, event: VisitEvent, actor: Actor, cause: Cause | None = None
    ) -> None:
        """The visit's own terminal reports this, at the present moment."""
        with self.console.readers.read() as db:
            visit = visits.visit(db, visit_id)
        if visit is None or visit.terminal_id is None:
            raise LookupError(visit_id)
        report = VisitReported(
            visit_id=visit_id,
            sequence=1 if visit.last_sequence is None else visit.last_sequence + 1,
            event=event,
            actor=actor,
            cause=cause,
            at=self.clock.now(),
        )
        self.hand_in(report, kiosk_device(visit.terminal_id))

    def joins(self, visit_id: str, visitor_id: str) -> None:
        """A visitor opens the door of a visit."""
        self.hand_in(
            JoinRequested(
                join_id=new_id(),
                visit_id=visit_id,
                visitor_id=visitor_id,
                asked_at=self.clock.now(),
            )
        )

    def sees(self, visit_id: str, inmate_id: str, terminal_id: str) -> None:
        """An inmate confirms a visit."""
        seen = VisitSeen(visit_id=visit_id, inmate_id=inmate_id, seen_at=self.clock.now())
        self.hand_in(seen, kiosk_device(terminal_id))


@contextmanager
def officers_desk(
    folder: Path, *, day: SeedFile | None = DAY, at: datetime = NOON, **tables: Any
) -> Iterator[Desk]:
    """A console in `folder`; `day` is what it is filled with, None leaves it as it is. `tables`
    are further ones of its settings."""
    (folder / "id.jpg").write_bytes(photo_of_an_id())
    settings, clock, line = _settings(folder, tables), StoppedClock(at), Line()
    store = Store.at(settings.store.path)
    console = make_console(settings, clock, store, line, line)
    store.writer.start()
    try:
        desk = Desk(console, clock, line)
        register(console, desk)
        if day is not None:
            seed(console, day, folder, bench=True)
            publish_due(console)
        yield desk
    finally:
        console.changes.close()
        store.writer.stop()
        store.readers.close()


def live_through(desk: Desk) -> None:
    """The invented day up to 14:04: terminals greet, visits run, one line breaks."""
    until, morning = desk.clock.now(), _at("07:44")
    desk.clock.at = morning
    for terminal in ("a1", "a2", "b1", "c1", "d1"):
        desk.hears(terminal, PresenceState.ONLINE)
    for wall, visit_id, event, actor, cause in JOURNEYS:
        desk.clock.at = _at(wall)
        if event is VisitEvent.CONNECT:
            desk.joins(visit_id, f"v{next(it[1] for it in VISITS if it[0] == visit_id)}")
        desk.happens(visit_id, event, actor, cause)
    desk.clock.at = _at("13:42")
    desk.hears("d1", PresenceState.OFFLINE, since=morning)
    desk.clock.at = until
    _describe(desk, morning)


def _describe(desk: Desk, since: datetime) -> None:
    """What the terminals show and know now; B1 has missed the newest agenda."""
    shown = (
        ("a1", "unit-a", "call", ""),
        ("a2", "unit-a", "waiting", "camera, microphone"),
        ("b1", "unit-b", "call", ""),
        ("c1", "unit-c", "waiting", ""),
    )
    for terminal, unit, screen, simulated in shown:
        with desk.console.readers.read() as db:
            newest = publishing.published(db, Publication.AGENDA, unit)
        revision = newest.revision - (terminal == "b1") if newest else 0
        details = {"screen": screen, "agenda_revision": str(revision), "simulated": simulated}
        desk.hears(terminal, PresenceState.ONLINE, details, since=since)


def _at(wall: str) -> datetime:
    hour, minute = wall.split(":")
    return NOON.replace(hour=int(hour) + 6, minute=int(minute))


def _settings(folder: Path, tables: Mapping[str, Any]) -> ConsoleSettings:
    for name, made in (("signing", SigningKey.generate), ("reviewer", ReviewerKey.generate)):
        if not (folder / f"{name}.key").exists():
            (folder / f"{name}.key").write_bytes(made().to_pem())
    nothing = {"host": "127.0.0.1", "port": 1}
    pems = {name: str(folder / name) for name in ("ca", "certificate", "key")}
    return ConsoleSettings.model_validate(
        {
            "mode": "bench",
            "facility": {
                "id": "riverside",
                "name": "Riverside County Jail",
                "zone": "America/Chicago",
            },
            "store": {"path": folder / "console.db"},
            "keys": {"signing": folder / "signing.key", "reviewer": folder / "reviewer.key"},
            "broker": {**nothing, **pems},
            **tables,
        }
    )


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """`app` on a free port of this machine; its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=2)
    )
    ready = threading.Event()
    startup = server.startup

    async def started(sockets: Any = None) -> None:
        await startup(sockets)
        ready.set()

    server.startup = started  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        if not ready.wait(15):
            raise TimeoutError("the pages did not start")
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
