"""Picture and sound are laid where they were, not where they arrived."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from kiosk.recording.timeline import SteadySound, TheirTimeline

WALL = 3_900_000_000.0
"""Seconds since 1900, as a browser's clock has it."""


class Sender:
    """A browser whose RTP clocks begin anywhere; `drift` seconds a second too fast."""

    def __init__(self, drift: float = 0.0) -> None:
        self.drift = drift

    def picture(self, at: float) -> int:
        return (4_294_000_000 + round(at * (1 + self.drift) * 90_000)) % 2**32

    def sound(self, at: float) -> int:
        return (77_000 + round(at * (1 + self.drift) * 48_000)) % 2**32

    def report(self, line: TheirTimeline, at: float) -> None:
        wall = WALL + at * (1 + self.drift)
        line.report(False, wall, self.picture(at))
        line.report(True, wall, self.sound(at))


def laid(
    *, seconds: float, jitter: float, drift: float = 0.0, sound_late: float = 0.0
) -> list[tuple[float, float, float]]:
    """Of each moment when it was and where its picture and its sound were laid, for a line of 50 ms
    that delays each packet by up to `jitter` more, and all sound by `sound_late`."""
    dice, line, sender = random.Random(4), TheirTimeline(), Sender(drift)
    found = []
    for step in range(round(seconds * 10)):
        at = step / 10
        if step % 50 == 0:
            sender.report(line, at)
        arrived = at + 0.05 + dice.uniform(0, jitter)
        assert line.ready(arrived)
        picture = line.at(False, sender.picture(at), arrived)
        sound = line.at(True, sender.sound(at), arrived + sound_late)
        found.append((at, picture, sound))
    return found


@pytest.mark.parametrize("sound_late", [0.0, 0.2])
def test_sound_and_picture_of_one_moment_are_laid_together_though_one_arrives_late(
    sound_late: float,
) -> None:
    moments = laid(seconds=60, jitter=0.08, sound_late=sound_late)
    assert max(abs(picture - sound) for _, picture, sound in moments[20:]) < 0.005


def test_jitter_moves_nothing() -> None:
    moments = laid(seconds=60, jitter=0.15)
    distances = [picture - at for at, picture, _ in moments[50:]]
    assert max(distances) - min(distances) < 0.02


def test_over_half_an_hour_a_clock_that_runs_wrong_is_followed() -> None:
    moments = laid(seconds=1_800, jitter=0.05, drift=100e-6)
    assert max(abs(picture - sound) for _, picture, sound in moments) < 0.02
    _, last, _ = moments[-1]
    assert abs(last - (1_800 + 0.05)) < 0.1, "without following it, it were 180 ms off"


def test_rtp_clocks_that_begin_anew_at_their_largest_number_go_on() -> None:
    moments = laid(seconds=40, jitter=0.0)
    steps = [b - a for (_, a, _), (_, b, _) in pairwise(moments)]
    assert max(steps) < 0.12
    assert min(steps) > 0.08


def test_without_reports_it_is_waited_for_a_while_and_then_laid_by_arrival() -> None:
    line = TheirTimeline()
    assert not line.ready(10.0)
    assert not line.ready(15.9)
    assert line.ready(16.1)
    assert line.at(False, 90_000, 16.1) == pytest.approx(16.1)
    assert line.at(True, 48_000, 16.2) == pytest.approx(16.2)


def test_the_microphones_blocks_are_laid_without_gaps_though_they_come_in_bursts() -> None:
    steady, dice = SteadySound(), random.Random(1)
    laid_at = [steady.begins(n * 0.02 + dice.uniform(0, 0.06)) for n in range(500)]
    steps = [b - a for a, b in pairwise(laid_at)]
    assert max(abs(step - 0.02) for step in steps) < 0.002
    assert abs(laid_at[-1] - 499 * 0.02) < 0.08


def test_blocks_that_a_busy_machine_hands_over_late_are_laid_where_they_were_heard() -> None:
    steady, dice, late = SteadySound(), random.Random(2), 0.0
    off = []
    for n in range(3_000):  # A minute, of which the machine is busy for the second half.
        late = max(0.0, late - 0.02) if n < 1_500 or dice.random() < 0.9 else 0.09
        off.append(steady.begins(n * 0.02 + late + dice.uniform(0, 0.01)) - n * 0.02)
    assert max(abs(one) for one in off[200:]) < 0.01


def test_a_microphone_whose_clock_runs_wrong_is_followed() -> None:
    for drift in (-200e-6, 200e-6):
        steady, dice = SteadySound(), random.Random(3)
        off = []
        for n in range(15_000):
            heard = n * 0.02 * (1 + drift)
            off.append(steady.begins(heard + dice.uniform(0, 0.04)) - heard)
        assert max(abs(one) for one in off[200:]) < 0.01


def test_sound_that_was_really_lost_leaves_its_gap() -> None:
    steady = SteadySound()
    for n in range(50):
        steady.begins(n * 0.02)
    assert steady.begins(5.0) == pytest.approx(5.0)


def test_after_a_loss_that_came_in_a_burst_sound_is_soon_where_it_was_heard() -> None:
    steady = SteadySound()
    for n in range(100):
        steady.begins(n * 0.02)
    # Ten are lost; the five after them are handed over together.
    off = [steady.begins(max(n, 115) * 0.02) - n * 0.02 for n in range(110, 200)]
    assert max(abs(one) for one in off) < 0.11
    assert max(abs(one) for one in off[80:]) < 0.005
