"""Pictures of a long line that loses, each shown at its time."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kiosk.media.assembly import Whole
from kiosk.media.smoothing import LEAST_WAIT_S, MOST_HELD_S, Smoothing

TICKS = 3_000
LOOK_S = 0.01


def watched(
    smoothing: Smoothing, arrivals: list[float], *, first: int = 0, mends: float = 0.0
) -> list[float]:
    """When pictures are shown that come whole at these times, 30 a second as they were taken.
    Every second of them has a hole that is filled after `mends` seconds."""
    shown: list[float] = []
    waiting = list(enumerate(arrivals))
    now = arrivals[0]
    while waiting or now < arrivals[-1] + 1.0:
        while waiting and waiting[0][1] <= now:
            number, at = waiting.pop(0)
            if mends and number % 2:
                smoothing.mended(mends, at)
            stamp = (first + number * TICKS) % 2**32
            shown += [now for _ in smoothing.add([Whole(stamp, b"x")], at)]
        shown += [now for _ in smoothing.due(now)]
        now += LOOK_S
    assert len(shown) == len(arrivals)
    return shown


def late_ones(count: int, late_s: float) -> list[float]:
    """Times of pictures of which every thirtieth is whole only after so long, and with it those
    behind it."""
    times, held_up = [], 0.0
    for number in range(count):
        taken = 100.0 + number / 30
        if number % 30 == 29:
            held_up = taken + late_s
        times.append(max(taken, held_up))
    return times


def longest_gap(shown: list[float]) -> float:
    """After the first five seconds."""
    return max(later - earlier for earlier, later in pairwise(shown) if earlier > 105.0)


def test_on_a_good_line_nothing_is_held() -> None:
    smoothing = Smoothing()
    shown = watched(smoothing, late_ones(300, 0.05), mends=0.05)
    assert smoothing.held_s == 0.0
    assert longest_gap(shown) < 0.11


def test_without_loss_nothing_is_held_however_late_a_picture_is() -> None:
    smoothing = Smoothing()
    watched(smoothing, late_ones(300, 0.25))
    assert smoothing.held_s == 0.0


def test_where_repeats_are_slow_pictures_are_held_so_that_no_gap_is_long() -> None:
    times = late_ones(600, 0.3)
    assert longest_gap(times) > 0.3
    smoothing = Smoothing()
    shown = watched(smoothing, times, mends=0.25)
    assert smoothing.held_s == MOST_HELD_S
    assert longest_gap(shown) < 0.22


def test_where_much_is_lost_for_a_moment_nothing_is_held() -> None:
    """As where a line has become narrow, until the sender sends less."""
    smoothing = Smoothing()
    for number in range(200):
        smoothing.mended(0.3, 100.0 + number / 80)
    watched(smoothing, [102.5 + number / 30 for number in range(150)])
    assert smoothing.held_s == 0.0


def test_the_hold_ends_when_losses_do() -> None:
    smoothing = Smoothing()
    watched(smoothing, late_ones(300, 0.25), mends=0.25)
    assert smoothing.held_s > LEAST_WAIT_S
    later = [130.0 + number / 30 for number in range(600)]
    watched(smoothing, later, first=30 * 30 * TICKS)
    assert smoothing.held_s == 0.0


@pytest.mark.parametrize("first", [2**32 - 100 * TICKS, 5])
def test_timestamps_may_begin_anew(first: int) -> None:
    smoothing = Smoothing()
    shown = watched(smoothing, late_ones(300, 0.3), first=first, mends=0.25)
    assert longest_gap(shown) < 0.25


def test_a_sender_that_begins_anew_is_not_kept_waiting() -> None:
    smoothing = Smoothing()
    watched(smoothing, late_ones(300, 0.25), first=4_000_000_000, mends=0.25)
    assert smoothing.add([Whole(3_000_000_000, b"x")], 111.1) == []
    assert len(smoothing.due(111.1 + MOST_HELD_S)) == 1
