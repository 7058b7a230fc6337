"""The real kiosk process: window, store, line and screens, against a real broker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.harness.broker import Broker
from tests.harness.kiosk_agenda import NUMBERS, PINS, REAL_PIN_COST, agenda, visit
from tests.harness.kiosk_process import ConsoleLine, KioskProcess, moved, wait_for, write_settings
from visits.clock import SystemClock
from visits.lifecycle import Actor, VisitEvent
from visits.messages import Agenda, CheckInRefused, PresenceState, VisitReported, VisitSeen
from visits.model import Cause, VisitStatus
from visits.sync.presence import PresenceBook

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


def test_the_greeting_tells_the_officers_what_stands_there(
    kiosk: KioskProcess, console: ConsoleLine
) -> None:
    kiosk.start()
    console.publish(todays(revision=3))
    book = PresenceBook()
    console.listen(console.link.topics.presence("kiosk-a1"), book.heard)

    def details() -> dict[str, str] | None:
        said = book.of("kiosk-a1")
        return said.details if said and "agenda_revision" in said.details else None

    assert wait_for(details, "the greeting") == {
        "screen": "showing-unit",
        "simulated": "camera,sound",
        "agenda_revision": "3",
    }
    assert kiosk.stop() == 0
    wait_for(lambda: presence_of(book) is PresenceState.STOPPED, "the farewell")


def presence_of(book: PresenceBook) -> PresenceState | None:
    said = book.of("kiosk-a1")
    return said.state if said else None


def test_a_camera_that_fails_closes_the_terminal_until_it_works_again(
    broker: Broker, console: ConsoleLine, tmp_path: Path
) -> None:
    kiosk = KioskProcess(write_settings(tmp_path, broker, camera="bench:broken?after=0&for=6"))
    try:
        kiosk.start()
        console.publish(todays())
        assert "Maria R." in kiosk.wait_for_session("OutOfService")["texts"]
        kiosk.wait_for_session("ShowingUnit", within_s=20)
    finally:
        kiosk.kill()


def test_a_card_stands_for_the_number(broker: Broker, console: ConsoleLine, tmp_path: Path) -> None:
    module, line = os.openpty()
    url = f"serial:{os.ttyname(line)}?kind=rdm6300"
    kiosk = KioskProcess(write_settings(tmp_path, broker, card_reader=url))
    card = "62E3086CED"
    first = todays()
    maria = first.inmates[0].model_copy(update={"card_ids": (card,)})
    try:
        kiosk.start()
        console.publish(first.model_copy(update={"inmates": (maria, *first.inmates[1:])}))
        kiosk.wait_for_session("ShowingUnit")
        os.write(module, b"\x02" + card.encode() + b"08\x03")
        kiosk.wait_for_session("EnteringPin")
    finally:
        kiosk.kill()
        os.close(module)
        os.close(line)


def refused_with(config: Path) -> str:
    """What a start that the settings forbid says."""
    ran = subprocess.run(
        [sys.executable, "-m", "kiosk.app", "run", "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
    )
    assert ran.returncode == 2, ran.stderr
    assert "Traceback" not in ran.stderr
    return ran.stderr


def test_settings_that_cannot_be_used_stop_the_start_and_say_why(
    broker: Broker, tmp_path: Path
) -> None:
    config = write_settings(tmp_path, broker, mode="production")
    assert "bench:testcard" in refused_with(config)
    config.write_text(config.read_text() + "[bench]\ncontrol_port = 0\n")
    assert "[bench]" in refused_with(config)
    config = write_settings(tmp_path, broker)
    (broker.folder / "kiosk-a1.key").unlink()
    assert "kiosk-a1.key" in refused_with(config)


def test_sigterm_ends_it_cleanly_with_nothing_left(
    kiosk: KioskProcess, console: ConsoleLine
) -> None:
    kiosk.start()
    console.publish(todays())
    log_in(kiosk, "maria", "check-in")
    kiosk.wait_for_session("WaitingForTime")
    assert kiosk.stop() == 0
    assert "Traceback" not in kiosk.log.read_text()
