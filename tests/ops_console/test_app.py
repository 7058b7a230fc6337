"""The console as a program: its commands, its start and its stop, on a real broker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from queue import Queue
from typing import Self
from urllib.request import urlopen

import pytest
from sqlite_utils import Database

from tests.harness.broker import Broker
from tests.harness.console_bench import FACILITY
from visits.clock import SystemClock
from visits.messages import (
    CONSOLE,
    PORTAL,
    Agenda,
    BookingDecided,
    BookingRequested,
    CalendarSlot,
    Envelope,
    Notice,
    PublicCalendar,
    SignedAgenda,
)
from visits.model import VisitKind, VisitStatus, new_id
from visits.signing import Purpose
from visits.sync.courier import Courier
from visits.sync.database import Readers, Writer, open_database
from visits.sync.link import Link
from visits.sync.mailbox import SqliteMailbox, mailbox_migrations

CLOCK = SystemClock()
ROOT = Path(__file__).parents[2]
WITHIN_S = 15.0


class Facility:
    """A folder with a broker, keys, settings and a seed file."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder, self.broker = folder, broker
        self.config = folder / "console.toml"
        self.config.write_text(
            f"""mode = "bench"
[facility]
id = "cook"
name = "Cook County Jail"
zone = "America/Chicago"
[store]
path = "console.db"
[keys]
signing = "keys/signing.key"
reviewer = "keys/reviewer.key"
kiosks = "keys/devices.json"
[broker]
host = "127.0.0.1"
port = {broker.port}
ca = "keys/ca.pem"
certificate = "keys/console.pem"
key = "keys/console.key"
[web]
port = 0
[audit]
head_file = "head.json"
[bench]
tick_seconds = 0.2
"""
        )
        (folder / "seed.json").write_text(json.dumps(FACILITY))

    def command(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ops_console.app", *words, "--config", str(self.config)],
            input=typed,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )

    def seed(self) -> None:
        done = self.command("seed", str(self.folder / "seed.json"))
        assert done.returncode == 0, done.stderr

    @contextmanager
    def running(self) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """The process once it is ready, and its address; killed if the test did not stop it."""
        words = [sys.executable, "-m", "ops_console.app", "run", "--config", str(self.config)]
        with (self.folder / "console.log").open("a") as log:
            child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)
        assert child.stdout is not None
        try:
            line = child.stdout.readline().split()
            assert line[:2] == ["visitline-console", "ready"], (
                self.folder / "console.log"
            ).read_text()
            yield child, line[2]
        finally:
            child.kill()
            child.wait()
            child.stdout.close()


@pytest.fixture(scope="module")
def facility(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facility]:
    folder = tmp_path_factory.mktemp("cook")
    broker = Broker.provisioned(folder / "keys", "cook", {"a1": "a", "a2": "a", "b1": "b"})
    broker.start()
    try:
        one = Facility(folder, broker)
        one.seed()
        yield one
    finally:
        broker.stop()


class Portal:
    """The other end: asks for visits and keeps what it is told."""

    def __init__(self, facility: Facility) -> None:
        path = facility.folder / f"portal-{new_id()}.db"
        self.writer, self._readers = Writer(path, (mailbox_migrations,)), Readers(path)
        self.mailbox = SqliteMailbox(self.writer, self._readers, PORTAL)
        settings = facility.broker.settings(PORTAL)
        self.link = Link(settings, "cook", PORTAL, CLOCK, "test")
        self.courier: Courier[Database] = Courier(self.link, self.mailbox, CLOCK)
        self.decided: Queue[BookingDecided] = Queue()
        self.calendars: Queue[PublicCalendar] = Queue()

    def __enter__(self) -> Self:
        self.writer.start()
        self.courier.takes(BookingDecided, lambda _db, _envelope, told: self.decided.put(told))
        self.link.listen(self.link.topics.calendar("+"), self._hear)
        self.link.start()
        self.courier.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.courier.stop()
        self.link.stop()
        self.writer.stop()

    def _hear(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        if isinstance(notice, PublicCalendar) and notice.open:
            self.calendars.put(notice)

    def asks(self, offered: CalendarSlot) -> str:
        visit_id = new_id()
        parcel = BookingRequested(
            visit_id=visit_id,
            visitor_id="v1",
            approval_id="p1",
            kind=VisitKind.SOCIAL,
            slot=offered.slot,
            asked_at=CLOCK.now(),
        )
        self.writer.run(lambda db: self.mailbox.put(db, parcel, CONSOLE, CLOCK.now()))
        self.courier.wake()
        return visit_id


@contextmanager
def kiosk_hearing(facility: Facility) -> Iterator[Queue[Agenda]]:
    """Agendas as the kiosk of terminal a1 believes them."""
    heard: Queue[Agenda] = Queue()

    def hear(_topic: str, _envelope: Envelope, notice: Notice) -> None:
        assert isinstance(notice, SignedAgenda)
        heard.put(facility.broker.key_ring().open(notice.signed, Purpose.AGENDA, Agenda))

    link = Link(facility.broker.settings("kiosk-a1"), "cook", "kiosk-a1", CLOCK, "test")
    link.listen(link.topics.agenda("a"), hear)
    link.start()
    try:
        yield heard
    finally:
        link.stop()


@pytest.mark.broker
@pytest.mark.slow
def test_a_booking_crosses_the_broker_and_outlives_a_killed_console(facility: Facility) -> None:
    with Portal(facility) as portal, kiosk_hearing(facility) as agendas:
        with facility.running() as (child, address):
            assert urlopen(address + "/sign-in").status == 200
            tomorrow = CLOCK.now() + timedelta(days=1)
            offered = next(
                one
                for one in portal.calendars.get(timeout=WITHIN_S).open
                if one.slot.starts_at > tomorrow
            )
            first = agendas.get(timeout=WITHIN_S)
            visit_id = portal.asks(offered)
            decided = portal.decided.get(timeout=WITHIN_S)
            assert (decided.visit.visit_id, decided.visit.status) == (visit_id, VisitStatus.BOOKED)
            while (second := agendas.get(timeout=WITHIN_S)).revision == first.revision:
                pass  # A console that finds its broker says everything again.
            assert second.revision == first.revision + 1
            assert [visit.visit_id for visit in second.visits] == [visit_id]
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        with facility.running() as (child, _):
            assert agendas.get(timeout=WITHIN_S) == second
            child.send_signal(signal.SIGTERM)
            assert child.wait(WITHIN_S) == 0
    verified = facility.command("audit", "verify")
    assert verified.returncode == 0, verified.stdout
    assert "lines, head" in verified.stdout


@pytest.mark.broker
@pytest.mark.slow
def test_what_a_command_changes_beside_a_running_console_is_published(facility: Facility) -> None:
    with kiosk_hearing(facility) as agendas, facility.running() as (child, _):
        before = agendas.get(timeout=WITHIN_S)
        approval, visit = {"approval_id": "p3"}, {"visit_id": new_id(), "starts": "slot +40"}
        (facility.folder / "more.json").write_text(json.dumps({"visits": [{**visit, **approval}]}))
        done = facility.command("seed", str(facility.folder / "more.json"))
        assert done.returncode == 0, done.stderr
        after = agendas.get(timeout=WITHIN_S)
        while visit["visit_id"] not in {one.visit_id for one in after.visits}:
            after = agendas.get(timeout=WITHIN_S)
        assert after.revision > before.revision
        child.send_signal(signal.SIGINT)
        assert child.wait(WITHIN_S) == 0


@pytest.mark.broker
def test_without_a_broker_the_officers_pages_still_open(facility: Facility) -> None:
    right = facility.config.read_text()
    facility.config.write_text(right.replace(f"port = {facility.broker.port}", "port = 1"))
    try:
        with facility.running() as (child, address):
            assert urlopen(address + "/sign-in").status == 200
            child.send_signal(signal.SIGTERM)
            assert child.wait(WITHIN_S) == 0
    finally:
        facility.config.write_text(right)


@pytest.mark.broker
def test_officers_are_added_from_a_pipe_and_weak_passwords_are_not(facility: Facility) -> None:
    words = ("officer", "add", "--login", "ng", "--name", "Officer Ng")
    weak = facility.command(*words, typed="short\n")
    assert (weak.returncode, "at least 12" in weak.stderr) == (1, True)
    added = facility.command(*words, typed="a long enough password\n")
    assert (added.returncode, added.stdout) == (0, "Officer Ng can now log in as ng.\n")
    unlocked = facility.command("officer", "release", "--login", "ng")
    assert (unlocked.returncode, "not locked" in unlocked.stderr) == (1, True)


@pytest.mark.broker
def test_a_tampered_audit_is_named_by_the_command(facility: Facility) -> None:
    assert facility.command("audit", "verify").returncode == 0
    db = open_database(facility.folder / "console.db")
    db.execute("DROP TRIGGER audit_lines_stand")
    before = db.execute("SELECT object_id FROM audit WHERE number = 2").fetchone()[0]
    db.execute("UPDATE audit SET object_id = 'x' WHERE number = 2")
    broken = facility.command("audit", "verify")
    assert (broken.returncode, broken.stdout) == (
        1,
        "Line 2 is broken: its text was altered.\n",
    )
    db.execute("UPDATE audit SET object_id = ? WHERE number = 2", [before])
    db.close()


@pytest.mark.broker
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('id = "cook"', 'id = "Cook County"'), "console.toml:3: facility.id"),
        (('zone = "America/Chicago"', 'zone = "Chicago"'), "is not a time zone"),
        (('mode = "bench"', 'mode = "production"'), "a [bench] table needs mode"),
        (("port = 0", "prot = 0"), "web.prot"),
        (("keys/signing.key", "keys/none.key"), "Run visitline-console provision"),
        (("keys/signing.key", "keys/reviewer.key"), "another kind than Ed25519"),
    ],
)
def test_settings_that_cannot_be_used_stop_the_start_with_their_reason(
    facility: Facility, change: tuple[str, str], said: str
) -> None:
    right = facility.config.read_text()
    facility.config.write_text(right.replace(*change))
    try:
        refused = facility.command("run")
    finally:
        facility.config.write_text(right)
    assert refused.returncode == 2
    assert said in refused.stderr
