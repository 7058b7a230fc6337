"""The real portal program and a console played by real sync parts, on a real broker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlite_utils import Database

from ops_console.provision import public_keys
from tests.harness.broker import Broker
from visits.clock import SystemClock
from visits.messages import (
    CONSOLE,
    PORTAL,
    AccessRequested,
    BookingRequested,
    CancelRequested,
    Envelope,
    HoldDecided,
    HoldRequested,
    Notice,
    Parcel,
    TimesAsked,
    TimesTold,
    WaitingLeft,
    WaitingRequested,
)
from visits.model import Slot
from visits.sync.courier import Courier
from visits.sync.database import Readers, Writer
from visits.sync.link import Link
from visits.sync.mailbox import SqliteMailbox, mailbox_migrations

ROOT = Path(__file__).parents[2]
P = TypeVar("P", bound=Parcel)

ROSA = {
    "id": "visitor-rosa",
    "name": "Rosa Delgado",
    "birth_date": "1979-03-14",
    "address": "12 Elm Street, Springfield, IL 62701",
    "email": "rosa@example.org",
    "password": "quiet river lantern",
}


class ConsoleDouble:
    """The console's end of the line: keeps what arrives, says what a test tells it to."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self._clock = SystemClock()
        path = folder / "console-double.db"
        self._writer = Writer(path, [mailbox_migrations])
        self._readers = Readers(path)
        self._mailbox = SqliteMailbox(self._writer, self._readers, CONSOLE)
        self.link = Link(broker.settings(CONSOLE), broker.facility_id, CONSOLE, self._clock, "test")
        self._courier: Courier[Database] = Courier(self.link, self._mailbox, self._clock)
        self.arrived: SimpleQueue[Parcel] = SimpleQueue()
        self.free: tuple[Slot, ...] | None = None
        """What it answers every question for times with; None answers nothing."""
        self.kept_for: timedelta | None = timedelta(minutes=10)
        """How long it keeps every time that it is asked to; None answers nothing."""
        for parcel_type in (
            AccessRequested,
            BookingRequested,
            CancelRequested,
            WaitingRequested,
            WaitingLeft,
        ):
            self._courier.takes(parcel_type, self._keep)
        self._courier.takes(HoldRequested, self._hold, lambda *_: self._courier.wake())
        self.link.listen(self.link.topics.question("+"), self._answer)

    def start(self) -> None:
        self._writer.start()
        self._courier.start()
        self.link.start()

    def stop(self) -> None:
        self._courier.stop()
        self.link.stop()
        self._writer.stop()

    def next(self, wanted: type[P], within_s: float = 15.0) -> P:
        """The next parcel, which must be a `wanted`."""
        parcel = self.arrived.get(timeout=within_s)
        assert isinstance(parcel, wanted), parcel
        return parcel

    def tell(self, *parcels: Parcel) -> None:
        """Sends parcels to the portal."""

        def put(db: Database) -> None:
            for parcel in parcels:
                self._mailbox.put(db, parcel, PORTAL, self._clock.now())

        self._writer.run(put)
        self._courier.wake()

    def publish(self, topic: str, notice: Notice) -> None:
        """Retained, as the console does."""
        assert self.link.send(topic, notice, retain=True)

    def _answer(self, _topic: str, _envelope: Envelope, asked: Notice) -> None:
        if isinstance(asked, TimesAsked) and self.free is not None:
            told = TimesTold(
                question_id=asked.question_id,
                visitor_id=asked.visitor_id,
                approval_id=asked.approval_id,
                times=self.free,
                told_at=self._clock.now(),
            )
            self.link.send(self.link.topics.answer(PORTAL), told)

    def _hold(self, db: Database, _envelope: Envelope, asked: HoldRequested) -> None:
        if self.kept_for is None:
            return
        now = self._clock.now()
        decided = HoldDecided(
            visit_id=asked.visit_id,
            visitor_id=asked.visitor_id,
            held_until=now + self.kept_for,
            refusals=(),
        )
        self._mailbox.put(db, decided, PORTAL, now)

    def _keep(self, _db: Database, _envelope: Envelope, parcel: Any) -> None:
        self.arrived.put(parcel)


class PortalProcess:
    """`visitline-portal` as a child process."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.folder = folder
        self.settings = folder / "portal.toml"
        keys = public_keys(broker.folder)
        line = broker.settings(PORTAL)
        self.settings.write_text(
            f"""
[store]
url = "sqlite:///data/portal.db"
[web]
port = 0
[[facilities]]
id = "{broker.facility_id}"
name = "Cook County Jail"
zone = "America/Chicago"
telephone = "+1 555 0100"
console_key = "{keys.console_key}"
reviewer_key = "{keys.reviewer_key}"
[facilities.broker]
host = "{line.host}"
port = {line.port}
ca = "{line.ca}"
certificate = "{line.certificate}"
key = "{line.key}"
""",
            encoding="utf-8",
        )
        self.url = ""
        self._child: subprocess.Popen[str] | None = None
        self._log = (folder / "portal.log").open("ab")

    def seed(self, visitors: Sequence[dict[str, str]] = (ROSA,)) -> str:
        """Makes accounts; what the command said."""
        file = self.folder / "seed.json"
        file.write_text(json.dumps({"visitors": list(visitors)}), encoding="utf-8")
        return self.command("seed", "--config", str(self.settings), str(file)).stdout

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "visitor_portal.app", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def start(self) -> None:
        """Returns once it says that it is ready."""
        command = [sys.executable, "-m", "visitor_portal.app", "run", "--config"]
        self._child = subprocess.Popen(
            [*command, str(self.settings)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self._child.stdout is not None
        words = self._child.stdout.readline().split()
        assert words[:2] == ["visitline-portal", "ready"], (self.folder / "portal.log").read_text()
        self.url = words[2]

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Asks it to end; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        child, self._child = self._child, None
        if child is None:
            return 0
        os.kill(child.pid, how)
        try:
            code = child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise
        assert child.stdout is not None
        child.stdout.close()
        return code


@contextmanager
def running_portal(broker: Broker, folder: Path) -> Iterator[PortalProcess]:
    """Seeded with Rosa; ended whatever happens."""
    portal = PortalProcess(broker, folder)
    portal.seed()
    portal.start()
    try:
        yield portal
    finally:
        portal.stop()
