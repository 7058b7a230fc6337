"""The real kiosk process: window, store, line and screens, against a real broker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.harness.broker import Broker
from tests.harness.kiosk_agenda import NUMBERS, PINS, REAL_PIN_COST, agenda, visit
from tests.harness.kiosk_process import ConsoleLine, KioskProcess, moved, wait_for, write_settings
from visits.clock import SystemClock
from visits.lifecycle import Actor, VisitEvent
from visits.messages import Agenda, CheckInRefused, VisitReported, VisitSeen
from visits.model import Cause, VisitStatus

pytestmark = [pytest.mark.kivy, pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    return Broker.provisioned(tmp_path / "keys", "alder", {"a1": "unit-a", "a2": "unit-a"})


@pytest.fixture
def kiosk(broker: Broker, tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(write_settings(tmp_path, broker))
    yield process
    process.kill()


@pytest.fixture
def console(broker: Broker) -> Iterator[ConsoleLine]:
    with broker:
        line = ConsoleLine(broker, SystemClock())
        line.start()
        yield line
        line.stop()


def todays(revision: int = 1) -> Agenda:
    """Maria is due in five minutes and again tomorrow; Luis was cancelled for this hour."""
    now = datetime.now(UTC)
    return agenda(
        visit("visit-1", starts_at=now + timedelta(minutes=5)),
        visit("visit-2", starts_at=now + timedelta(days=1)),
        visit(
            "visit-3",
            starts_at=now + timedelta(minutes=2),
            inmate_id="luis",
            status=VisitStatus.CANCELLED,
        ),
        revision=revision,
        cost=REAL_PIN_COST,
    )


def log_in(kiosk: KioskProcess, who: str, button: str = "my-visits") -> None:
    kiosk.press(button)
    kiosk.type(NUMBERS[who])
    kiosk.press("next")
    kiosk.type(PINS[who])
    kiosk.press("log-in")


def test_an_inmate_logs_in_confirms_a_visit_and_checks_in(
    kiosk: KioskProcess, console: ConsoleLine, tmp_path: Path
) -> None:
    kiosk.start()
    console.publish(todays())
    board = kiosk.wait_for_session("ShowingUnit")
    assert "Maria R." in board["texts"]
    assert not any("Elena" in text for text in board["texts"])

    log_in(kiosk, "maria")
    assert any("Elena Rivera" in text for text in kiosk.wait_for_session("ShowingMine")["texts"])
    kiosk.press("seen-visit-2")
    (seen,) = console.wait_for(VisitSeen)
    assert (seen.visit_id, seen.inmate_id) == ("visit-2", "maria")

    kiosk.press("check-in-visit-1")
    kiosk.wait_for_session("WaitingForTime")
    moved(tmp_path, timedelta(minutes=6))
    kiosk.wait_for_session("WaitingForVisitor")
    reports = console.wait_for(VisitReported, 2)
    assert [(one.sequence, one.event, one.actor) for one in reports] == [
        (1, VisitEvent.CHECK_IN, Actor.INMATE),
        (2, VisitEvent.WAIT, Actor.KIOSK),
    ]


def test_a_refusal_says_why_on_the_screen_and_to_the_officers(
    kiosk: KioskProcess, console: ConsoleLine
) -> None:
    kiosk.start()
    console.publish(todays())
    kiosk.press("check-in")
    kiosk.type("999999")
    kiosk.press("next")
    assert kiosk.wait_for_session("Refused")
    (unlisted,) = console.wait_for(CheckInRefused)
    assert (unlisted.reason, unlisted.inmate_id) == ("not-listed", None)
    kiosk.press("back")

    kiosk.press("check-in")
    kiosk.type(NUMBERS["luis"])
    kiosk.press("next")
    kiosk.type("111111")
    kiosk.press("log-in")
    assert console.wait_for(CheckInRefused, 2)[1].reason == "wrong-pin"
    kiosk.type(PINS["luis"])
    kiosk.press("log-in")
    kiosk.wait_for_session("Refused")
    cancelled = console.wait_for(CheckInRefused, 3)[2]
    assert (cancelled.reason, cancelled.visit_id) == ("cancelled", "visit-3")


def test_the_agenda_is_shown_after_a_restart_without_a_broker(
    kiosk: KioskProcess, broker: Broker, tmp_path: Path
) -> None:
    with broker:
        line = ConsoleLine(broker, SystemClock())
        line.start()
        kiosk.start()
        line.publish(todays())
        kiosk.wait_for_session("ShowingUnit")
        log_in(kiosk, "maria")
        kiosk.press("seen-visit-2")
        line.wait_for(VisitSeen)
        kiosk.kill()
        line.stop()
    kiosk.start()
    board = kiosk.wait_for_session("ShowingUnit")
    assert "Maria R." in board["texts"]
    assert not board["linked"]
    log_in(kiosk, "maria")
    kiosk.wait_for_session("ShowingMine")
    kiosk.press("check-in-visit-1")
    assert kiosk.wait_for_session("WaitingForTime")


def test_what_was_done_without_a_broker_is_told_when_it_is_back(
    kiosk: KioskProcess, broker: Broker
) -> None:
    with broker:
        line = ConsoleLine(broker, SystemClock())
        line.start()
        kiosk.start()
        line.publish(todays())
        kiosk.wait_for_session("ShowingUnit")
        broker.stop()
        wait_for(lambda: not kiosk.state()["linked"], "the kiosk to notice")
        log_in(kiosk, "maria")
        kiosk.press("seen-visit-2", "check-in-visit-1")
        kiosk.wait_for_session("WaitingForTime")
        kiosk.kill()
        broker.start()
        kiosk.start()
        assert line.wait_for(VisitSeen)
        assert line.wait_for(VisitReported)[0].event is VisitEvent.CHECK_IN
        line.stop()


def test_a_kiosk_killed_in_a_visit_takes_the_seat_again_by_itself(
    kiosk: KioskProcess, console: ConsoleLine, tmp_path: Path
) -> None:
    kiosk.start()
    console.publish(todays())
    log_in(kiosk, "maria", "check-in")
    kiosk.wait_for_session("WaitingForTime")
    kiosk.kill()
    kiosk.start()
    assert kiosk.wait_for_session("WaitingForTime")["visit_id"] == "visit-1"
    kiosk.kill()
    moved(tmp_path, timedelta(minutes=3))
    kiosk.start()
    kiosk.wait_for_session("ShowingUnit")
    reports = console.wait_for(VisitReported, 2)
    assert (reports[-1].event, reports[-1].cause) == (
        VisitEvent.STEP_AWAY,
        Cause.TERMINAL_RESTARTED,
    )


def test_a_visit_cancelled_in_a_newer_agenda_leaves_the_screen_within_a_second(
    kiosk: KioskProcess, console: ConsoleLine
) -> None:
    kiosk.start()
    first = todays()
    console.publish(first)
    log_in(kiosk, "maria", "check-in")
    kiosk.wait_for_session("WaitingForTime")
    cancelled = first.visits[0].model_copy(update={"status": VisitStatus.CANCELLED})
    console.publish(
        first.model_copy(update={"revision": 2, "visits": (cancelled, *first.visits[1:])})
    )
    assert kiosk.wait_for_session("Ended", within_s=1.0)


def test_an_older_agenda_or_one_of_another_key_changes_nothing(
    kiosk: KioskProcess, console: ConsoleLine
) -> None:
    kiosk.start()
    console.publish(todays(revision=5))
    kiosk.wait_for_session("ShowingUnit")
    console.publish(agenda(revision=4))
    console.publish(todays(revision=6))
    wait_for(lambda: kiosk.state()["agenda_revision"] == 6, "revision 6")
    assert "Maria R." in kiosk.state()["texts"]


def test_production_refuses_a_bench_and_says_where(broker: Broker, tmp_path: Path) -> None:
    import subprocess
    import sys

    config = write_settings(tmp_path, broker, mode="production")
    refused = subprocess.run(
        [sys.executable, "-m", "kiosk.app", "run", "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert "bench:testcard" in refused.stderr
    config.write_text(config.read_text() + "[bench]\ncontrol_port = 0\n")
    refused = subprocess.run(
        [sys.executable, "-m", "kiosk.app", "run", "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert "[bench]" in refused.stderr


def test_sigterm_ends_it_cleanly_with_nothing_left(
    kiosk: KioskProcess, console: ConsoleLine
) -> None:
    kiosk.start()
    console.publish(todays())
    log_in(kiosk, "maria", "check-in")
    kiosk.wait_for_session("WaitingForTime")
    assert kiosk.stop() == 0
    assert "Traceback" not in kiosk.log.read_text()
