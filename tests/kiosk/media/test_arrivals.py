"""Whatever arrives is told once, and what did not is told as lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.arrivals import Arrivals
from kiosk.media.feedback import parse


def told(arrivals: Arrivals) -> list[tuple[int, bool]]:
    packet = arrivals.feedback(1, 2)
    return [] if packet is None else [(one, at is not None) for one, at in parse(packet)]


def test_nothing_is_said_where_nothing_came() -> None:
    assert Arrivals().feedback(1, 2) is None


def test_a_gap_between_two_feedbacks_is_told_as_lost() -> None:
    arrivals = Arrivals()
    arrivals.add(65_535, 1.0)
    assert told(arrivals) == [(65_535, True)]
    arrivals.add(2, 1.1)
    assert told(arrivals) == [(0, False), (1, False), (2, True)]
    assert arrivals.feedback(1, 2) is None


def test_a_packet_that_comes_after_it_was_told_as_lost_changes_nothing() -> None:
    arrivals = Arrivals()
    for number in (1, 3):
        arrivals.add(number, 1.0)
    told(arrivals)
    arrivals.add(2, 1.2)
    assert arrivals.feedback(1, 2) is None


@given(st.lists(st.booleans(), min_size=1, max_size=300), st.integers(0, 65_535))
def test_each_packet_is_told_exactly_once(came: list[bool], base: int) -> None:
    arrivals, heard = Arrivals(), []
    for offset, here in enumerate([True, *came]):
        if here:
            arrivals.add((base + offset) & 0xFFFF, offset * 0.01)
        if offset % 37 == 0:
            heard += told(arrivals)
    heard += told(arrivals)
    there = [True, *came]
    last = max(offset for offset, here in enumerate(there) if here)
    assert heard == [((base + one) & 0xFFFF, there[one]) for one in range(last + 1)]


def test_after_a_silence_of_minutes_feedback_goes_on() -> None:
    arrivals = Arrivals()
    arrivals.add(1, 0.0)
    arrivals.add(2, 100.0)
    assert told(arrivals) == [(1, True)]
    assert told(arrivals) == [(2, True)]
