"""PIN tries: counted before they are evaluated, whatever is restarted or set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.check_in import IN_A_ROW, MOST_A_DAY, PinAnswer, PinDesk
from kiosk.session.effects import VerifyPin
from kiosk.session.events import PinLocked, PinRight, PinWrong
from kiosk.store import Store
from tests.harness.kiosk_agenda import NOON, PINS, verifier
from visits.clock import StoppedClock

MINUTE = timedelta(minutes=1)


@dataclass
class Desk:
    """A desk that can be restarted on the same file."""

    path: Path
    clock: StoppedClock
    store: Store | None = None
    starts: int = 0

    def restart(self, *, monotonic: float = 0.0) -> None:
        self.stop()
        self.store = Store(self.path, "kiosk-a1")
        self.store.start()
        self.starts += 1
        self.clock.elapsed = monotonic
        self.pins = PinDesk(self.store.writer, self.clock, f"boot-{self.starts}")

    def stop(self) -> None:
        if self.store is not None:
            self.store.stop()

    def try_pin(self, pin: str, who: str = "maria", of: str | None = None) -> PinAnswer:
        return self.pins.verify(VerifyPin(who, verifier(of or PINS[who]), pin))

    def wrong(self, times: int) -> list[PinAnswer]:
        return [self.try_pin("000000") for _ in range(times)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "kiosk.db", StoppedClock(NOON))
    desk.restart()
    yield desk
    desk.stop()


def test_the_right_pin_is_right_and_costs_nothing(desk: Desk) -> None:
    assert all(desk.try_pin(PINS["maria"]) == PinRight("maria") for _ in range(30))


def test_five_wrong_pins_lock_for_a_quarter_of_an_hour(desk: Desk) -> None:
    assert desk.wrong(4) == [PinWrong("maria", left) for left in (4, 3, 2, 1)]
    assert desk.wrong(1) == [PinLocked("maria", NOON + 15 * MINUTE)]
    assert desk.try_pin(PINS["maria"]) == PinLocked("maria", NOON + 15 * MINUTE)
    desk.clock.advance(15 * MINUTE)
    assert desk.try_pin(PINS["maria"]) == PinRight("maria")


def test_a_right_pin_starts_the_row_anew(desk: Desk) -> None:
    desk.wrong(4)
    desk.try_pin(PINS["maria"])
    assert desk.wrong(1) == [PinWrong("maria", 4)]


def test_one_inmates_tries_lock_nobody_else(desk: Desk) -> None:
    desk.wrong(IN_A_ROW)
    assert desk.try_pin(PINS["luis"], "luis") == PinRight("luis")


def test_no_more_than_twenty_a_day_are_evaluated_however_patient(desk: Desk) -> None:
    answers = []
    for _ in range(12):
        answers += desk.wrong(IN_A_ROW)
        desk.clock.advance(16 * MINUTE)
    assert sum(isinstance(answer, PinWrong) for answer in answers) <= MOST_A_DAY
    assert desk.try_pin(PINS["maria"]) == PinLocked("maria", None)
    desk.clock.advance(timedelta(hours=24))
    assert desk.try_pin(PINS["maria"]) == PinRight("maria")


def test_a_restart_wins_no_try(desk: Desk) -> None:
    for _ in range(4):
        desk.wrong(1)
        desk.restart()
    assert isinstance(desk.wrong(1)[0], PinLocked)
    desk.restart()
    assert isinstance(desk.try_pin(PINS["maria"]), PinLocked)


def test_a_try_counts_even_if_the_power_goes_while_it_is_evaluated(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(_pin: str, _verifier: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("visits.secrets.matches", power_cut)
    for _ in range(IN_A_ROW):
        with pytest.raises(KeyboardInterrupt):
            desk.try_pin(PINS["maria"])
    monkeypatch.undo()
    desk.restart()
    assert isinstance(desk.try_pin(PINS["maria"]), PinLocked)


def test_setting_the_clock_forward_or_back_wins_no_try(desk: Desk) -> None:
    desk.wrong(IN_A_ROW)
    desk.clock.at += timedelta(days=2)
    assert isinstance(desk.try_pin(PINS["maria"]), PinLocked)
    desk.clock.at -= timedelta(days=9)
    assert isinstance(desk.try_pin(PINS["maria"]), PinLocked)


def test_a_new_pin_from_staff_is_a_clean_slate(desk: Desk) -> None:
    desk.wrong(IN_A_ROW)
    assert desk.try_pin("555555", of="555555") == PinRight("maria")


def test_no_pin_is_in_the_file(desk: Desk) -> None:
    desk.try_pin("918273")
    desk.try_pin(PINS["maria"])
    desk.stop()
    written = b"".join(file.read_bytes() for file in desk.path.parent.iterdir())
    assert b"918273" not in written
    assert PINS["maria"].encode() not in written
