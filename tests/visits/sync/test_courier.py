"""A parcel arrives, once, whatever is killed on the way."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.harness.broker import Broker
from tests.harness.station import Station, a_changed_visit, a_seen_visit
from tests.harness.until import eventually
from visits.clock import ShiftedClock
from visits.errors import OfficerMustAct, WaitAndRetry
from visits.messages import (
    Ack,
    Envelope,
    Notice,
    Parcel,
    QualityTold,
    Sample,
    VisitChanged,
    VisitReported,
    VisitSeen,
    encode,
    wrap,
)
from visits.sync import delivery
from visits.sync.mailbox import EXPIRED

pytestmark = pytest.mark.broker


class Hours:
    """A shift that a test may change while the stations run."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(autouse=True)
def quick_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "REPEAT_AFTER_S", 0.2)


@pytest.fixture
def console(broker: Broker, tmp_path: Path) -> Station:
    station = Station(broker, "console", tmp_path)
    station.takes(VisitSeen)
    return station


@pytest.fixture
def kiosk(broker: Broker, tmp_path: Path) -> Station:
    return Station(broker, "kiosk-a1", tmp_path)


def a_report(sequence: int) -> VisitReported:
    return VisitReported.model_validate(
        {
            "visit_id": "w1",
            "sequence": sequence,
            "event": "check-in",
            "actor": "inmate",
            "cause": None,
            "at": "2030-05-01T12:00:00Z",
        }
    )


def inbox_rows(station: Station) -> int:
    with station.readers.read() as db:
        return db["inbox"].count


def test_a_parcel_is_saved_there_and_then_forgotten_here(console: Station, kiosk: Station) -> None:
    seen = a_seen_visit()
    with console, kiosk:
        kiosk.say(seen, "console")
        eventually(lambda: console.taken == [seen], "the console has it")
        eventually(lambda: kiosk.waiting() == 0, "the kiosk knows")
    assert kiosk.undelivered == []


def test_both_directions_work_at_once(console: Station, broker: Broker, tmp_path: Path) -> None:
    portal = Station(broker, "portal", tmp_path)
    portal.takes(VisitChanged)
    changes = [a_changed_visit() for _ in range(20)]
    with console, portal:
        for change in changes:
            console.say(change, "portal")
        eventually(lambda: len(portal.taken) == len(changes), "all arrived")
        eventually(lambda: console.waiting() == 0, "all acknowledged")


def test_what_is_said_of_one_visit_arrives_in_order_though_the_receiver_came_late(
    console: Station, kiosk: Station
) -> None:
    reports = [a_report(sequence) for sequence in range(1, 31)]
    console.takes(VisitReported)
    with kiosk.connected():
        for report in reports[:15]:
            kiosk.say(report, "console")
        with console:
            for report in reports[15:]:
                kiosk.say(report, "console")
            eventually(lambda: kiosk.waiting() == 0, "all acknowledged")
    assert console.taken == reports


def test_nothing_waits_for_a_parcel_that_keeps_no_order(console: Station, kiosk: Station) -> None:
    console.takes(VisitReported)  # and nobody takes QualityTold, which stays unacknowledged
    moment = datetime(2030, 5, 1, 12, tzinfo=UTC)
    sample = Sample(attempt="w1-1", since=moment, until=moment)
    with console, kiosk:
        kiosk.say(QualityTold(visit_id="w1", sample=sample), "console")
        kiosk.say(a_report(1), "console")
        eventually(lambda: console.taken == [a_report(1)], "the report overtook the sample")


def test_what_was_put_while_the_line_was_down_goes_out_when_it_is_up(
    console: Station, kiosk: Station, broker: Broker
) -> None:
    broker.stop()
    seen = a_seen_visit()
    with console, kiosk:
        kiosk.say(seen, "console")
        assert not kiosk.link.connected
        broker.start()
        eventually(lambda: console.taken == [seen], "it arrived after all")


def test_a_lost_acknowledgement_leads_to_a_repeat_but_to_one_effect(
    console: Station, kiosk: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = console.link.send
    lost: list[Notice] = []

    def lose_two(topic: str, notice: Notice, retain: bool = False) -> bool:
        if isinstance(notice, Ack) and len(lost) < 2:
            lost.append(notice)
            return True
        return send(topic, notice, retain)

    monkeypatch.setattr(console.link, "send", lose_two)
    with console, kiosk:
        kiosk.say(a_seen_visit(), "console")
        eventually(lambda: kiosk.waiting() == 0, "the third acknowledgement arrived")
    assert len(lost) == 2
    assert len(console.taken) == 1


def test_a_broker_killed_in_the_middle_loses_and_doubles_nothing(
    console: Station, kiosk: Station, broker: Broker
) -> None:
    said = [a_seen_visit() for _ in range(60)]
    with console, kiosk:
        for number, seen in enumerate(said):
            kiosk.say(seen, "console")
            if number in {20, 40}:
                broker.restart(hard=True)
        eventually(lambda: kiosk.waiting() == 0, "all acknowledged", 20)
    assert sorted(seen.model_dump_json() for seen in console.taken) == sorted(
        seen.model_dump_json() for seen in said
    )


def test_a_receiver_that_dies_after_saving_does_not_take_it_twice(
    console: Station,
    kiosk: Station,
    broker: Broker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(console.link, "send", lambda *_args, **_kw: True)
    with kiosk:
        with console:
            kiosk.say(a_seen_visit(), "console")
            eventually(lambda: len(console.taken) == 1, "saved, never acknowledged")
        assert kiosk.waiting() == 1
        again = Station(broker, "console", tmp_path)
        again.takes(VisitSeen)
        with again:
            eventually(lambda: kiosk.waiting() == 0, "acknowledged by the next run")
            assert again.taken == []
            assert inbox_rows(again) == 1


DIES_BETWEEN_SAVING_AND_ACKNOWLEDGING = """
import os, signal, sys
from pathlib import Path
from tests.harness.broker import Broker
from tests.harness.station import Station
from visits.messages import VisitSeen

broker_folder, port, folder = sys.argv[1:]
station = Station(Broker(Path(broker_folder), "cook", int(port)), "console", Path(folder))
station.takes(VisitSeen)
station.link.send = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
station.start()
signal.pause()
"""


def test_a_receiver_killed_between_saving_and_acknowledging_loses_and_doubles_nothing(
    kiosk: Station, broker: Broker, tmp_path: Path
) -> None:
    with kiosk.connected():
        kiosk.say(a_seen_visit(), "console")
        killed = subprocess.run(
            [
                sys.executable,
                "-c",
                DIES_BETWEEN_SAVING_AND_ACKNOWLEDGING,
                *map(str, (broker.folder, broker.port, tmp_path)),
            ],
            cwd=Path(__file__).parents[3],
            timeout=30,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        assert kiosk.waiting() == 1
        again = Station(broker, "console", tmp_path)
        again.takes(VisitSeen)
        with again:
            eventually(lambda: kiosk.waiting() == 0, "acknowledged by the next run")
            assert again.taken == []
            assert inbox_rows(again) == 1


def test_a_sender_that_dies_after_putting_sends_in_its_next_run(
    console: Station, kiosk: Station, broker: Broker, tmp_path: Path
) -> None:
    seen = a_seen_visit()
    broker.stop()
    with kiosk:
        kiosk.say(seen, "console")
    broker.start()
    with console, Station(broker, "kiosk-a1", tmp_path) as again:
        eventually(lambda: console.taken == [seen], "sent by the next run")
        eventually(lambda: again.waiting() == 0, "acknowledged")


def test_the_effect_and_the_memory_of_it_are_one_transaction(
    console: Station, kiosk: Station
) -> None:
    tries: list[int] = []

    def fall_twice(db: Database, _envelope: Envelope, _parcel: VisitSeen) -> None:
        db.execute("CREATE TABLE IF NOT EXISTS effects (x)")
        db.execute("INSERT INTO effects VALUES (1)")
        tries.append(1)
        if len(tries) == 1:
            raise WaitAndRetry("not now")
        if len(tries) == 2:
            raise ZeroDivisionError

    console.courier.takes(VisitSeen, fall_twice)
    with console, kiosk:
        kiosk.say(a_seen_visit(), "console")
        eventually(lambda: kiosk.waiting() == 0, "taken at the third try")
        with console.readers.read() as db:
            assert db["effects"].count == 1
    assert len(tries) == 3


def test_a_parcel_refused_for_good_is_set_aside_with_the_reason(
    console: Station, kiosk: Station
) -> None:
    def refuse(db: Database, _envelope: Envelope, _parcel: VisitSeen) -> None:
        db.execute("CREATE TABLE never (x)")
        raise OfficerMustAct("Nobody knows this visit.")

    console.courier.takes(VisitSeen, refuse)
    with console, kiosk:
        message_id = kiosk.say(a_seen_visit(), "console")
        eventually(lambda: kiosk.undelivered, "the kiosk was told")
        assert [(p.message_id, why) for p, why in kiosk.undelivered] == [
            (message_id, "Nobody knows this visit.")
        ]
        assert kiosk.waiting() == 0
        with kiosk.readers.read() as db:
            assert db["outbox_undelivered"].count == 1
        with console.readers.read() as db:
            assert "never" not in db.table_names()
            assert db["inbox"].count == 0


def test_what_expires_is_set_aside_and_its_late_acknowledgement_noted(
    broker: Broker, tmp_path: Path
) -> None:
    hours = Hours()
    kiosk = Station(broker, "kiosk-a1", tmp_path, ShiftedClock(hours))
    with kiosk.connected():
        message_id = kiosk.say(a_seen_visit(), "console")
        hours.seconds = timedelta(days=8).total_seconds()
        eventually(lambda: kiosk.undelivered, "expired")
        assert [(p.message_id, why) for p, why in kiosk.undelivered] == [(message_id, EXPIRED)]
        assert kiosk.waiting() == 0
        kiosk.mailbox.acknowledged(message_id, None, kiosk.clock.now())
        with kiosk.readers.read() as db:
            (row,) = db["outbox_undelivered"].rows
    assert json.loads(row["envelope"])["message_id"] == message_id
    assert row["acknowledged_at"] is not None


def test_a_stale_parcel_changes_nothing_at_the_receiver(
    broker: Broker, kiosk: Station, tmp_path: Path
) -> None:
    ahead = ShiftedClock(lambda: timedelta(days=8).total_seconds())
    console = Station(broker, "console", tmp_path, ahead)
    console.takes(VisitSeen)
    with console.connected(), kiosk.connected():
        kiosk.say(a_seen_visit(), "console")
        eventually(lambda: console.courier.refused, "looked at")
        assert (console.taken, inbox_rows(console)) == ([], 0)
        assert kiosk.waiting() == 1


def test_a_parcel_that_nobody_takes_yet_is_kept_by_its_sender(
    console: Station, kiosk: Station
) -> None:
    with console, kiosk:
        kiosk.say(a_report(1), "console")
        eventually(lambda: console.courier.refused, "looked at")
        assert kiosk.waiting() == 1


def test_a_replayed_parcel_is_ignored_even_by_a_later_run(
    console: Station, kiosk: Station, broker: Broker, tmp_path: Path
) -> None:
    caught: list[Envelope] = []
    console.link.listen_parcels(
        console.link.topics.to_console("+"), lambda _t, envelope, _p: caught.append(envelope)
    )
    with kiosk:
        with console:
            kiosk.say(a_seen_visit(), "console")
            eventually(lambda: kiosk.waiting() == 0, "delivered")
        again = Station(broker, "console", tmp_path)
        again.takes(VisitSeen)
        heard: list[Envelope] = []
        again.link.listen_parcels(
            again.link.topics.to_console("+"), lambda _t, envelope, _p: heard.append(envelope)
        )
        with again.connected():
            topic = kiosk.link.topics.to_console("kiosk-a1")
            eventually(
                lambda: kiosk.link.send_envelope(topic, caught[0]) and len(heard) >= 5, "replayed"
            )
            kiosk.say(a_seen_visit(), "console")
            eventually(lambda: kiosk.waiting() == 0, "the next one passed")
            assert len(again.taken) == 1


def test_only_the_receiver_of_a_parcel_can_acknowledge_it(console: Station, kiosk: Station) -> None:
    """The portal is away; a kiosk that names its parcel does not make the console drop it."""
    with console.connected(), kiosk.connected():
        heard: list[Notice] = []
        console.link.listen(
            console.link.topics.ack("console", "+"), lambda _t, _e, notice: heard.append(notice)
        )
        message_id = console.say(a_changed_visit(), "portal")
        forged = Ack(message_id=message_id)
        kiosk.link.send(kiosk.link.topics.ack("console", "kiosk-a1"), forged)
        eventually(lambda: heard, "the forged acknowledgement arrived")
        kiosk.say(a_seen_visit(), "console")
        eventually(lambda: kiosk.waiting() == 0, "the console worked on")
        assert console.waiting() == 1


def test_a_parcel_above_the_limit_neither_blocks_others_nor_breaks_the_line(
    console: Station, kiosk: Station
) -> None:
    lost: list[None] = []
    kiosk.link.on_lost(lambda: lost.append(None))
    with console.connected(), kiosk.connected():
        now = kiosk.clock.now()
        huge = wrap(a_seen_visit(), message_id="huge", sender="kiosk-a1", sent_at=now)
        huge = huge.model_copy(update={"body": {**huge.body, "inmate_id": "x" * 5_000_000}})
        kiosk.writer.run(lambda db: insert_raw(db, huge, now + timedelta(days=1)))
        kiosk.say(a_seen_visit(), "console")
        eventually(lambda: len(console.taken) == 1, "the small one passed")
        eventually(lambda: kiosk.waiting() == 1, "and was acknowledged")
        assert lost == []


def insert_raw(db: Database, envelope: Envelope, expires_at: datetime) -> None:
    db.execute(
        "INSERT INTO outbox (message_id, receiver, expires_at, envelope) VALUES (?, ?, ?, ?)",
        (envelope.message_id, "console", expires_at.isoformat(), envelope.model_dump_json()),
    )


def test_a_kiosk_cannot_put_what_only_the_console_may_say(kiosk: Station) -> None:
    with kiosk, pytest.raises(Exception, match="may not send"):
        kiosk.say(a_changed_visit(), "console")


def test_shape_of_the_wire_is_the_codec(kiosk: Station) -> None:
    parcel: Parcel = a_seen_visit()
    envelope = wrap(parcel, message_id="m1", sender="kiosk-a1", sent_at=kiosk.clock.now())
    assert json.loads(encode(envelope))["type"] == "VisitSeen"
