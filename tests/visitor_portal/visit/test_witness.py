"""What the portal testifies of a page, step by step, without any line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from visitor_portal.visit.room.witness import SILENT_AFTER_S, Witness
from visits.messages import PageWitnessed, PageWord, Sample

NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def said(words: list[PageWitnessed]) -> list[tuple[PageWord, float]]:
    return [(one.word, (one.at - NOON).total_seconds()) for one in words]


class Seen:
    """A witness whose wall and monotonic clock go together."""

    def __init__(self) -> None:
        self.witness = Witness("v1")
        self.look(0)

    def look(self, second: float, *, line_up: bool = True) -> list[tuple[PageWord, float]]:
        return said(self.witness.look(at(second), second, line_up=line_up))

    def heard(self, second: float) -> list[tuple[PageWord, float]]:
        return said(self.witness.heard(at(second), second))

    def closed(self, code: int | None, second: float) -> list[tuple[PageWord, float]]:
        return said(self.witness.closed(code, at(second)))


def sample(since: float = -15, until: float = 0) -> Sample:
    return Sample(attempt="a", since=at(since), until=at(until))


def test_a_page_that_is_admitted_is_here_once() -> None:
    witness = Witness("v1")
    assert said(witness.look(at(0), 0, line_up=True)) == [(PageWord.HERE, 0)]
    assert witness.look(at(2), 2, line_up=True) == []


def test_silence_dates_from_the_last_word_and_ends_with_the_next() -> None:
    seen = Seen()
    assert seen.heard(10) == []
    assert seen.look(10 + SILENT_AFTER_S) == []
    assert seen.look(16) == [(PageWord.SILENT, 10)]
    assert seen.look(18) == []
    assert seen.heard(20) == [(PageWord.BACK, 20)]


@pytest.mark.parametrize("code", [1001, 4001])
def test_a_page_that_says_so_as_it_closes_has_left(code: int) -> None:
    seen = Seen()
    seen.heard(10)
    assert seen.closed(code, 11) == [(PageWord.LEFT, 11)]


@pytest.mark.parametrize("code", [None, 1000, 1005, 1006, 4408])
def test_a_line_that_closed_otherwise_is_silent_since_its_last_word(code: int | None) -> None:
    seen = Seen()
    seen.heard(10)
    assert seen.closed(code, 12) == [(PageWord.SILENT, 10)]
    assert seen.closed(code, 13) == [], "once"


def test_a_moved_wall_clock_is_no_silence() -> None:
    seen = Seen()
    seen.heard(10)
    assert said(seen.witness.look(at(3_610), 11, line_up=True)) == []


def test_the_line_to_the_facility_is_told_as_it_goes_and_comes() -> None:
    seen = Seen()
    seen.heard(10)
    assert seen.look(12, line_up=False) == [(PageWord.FACILITY_GONE, 12)]
    seen.heard(13)
    assert seen.look(14, line_up=False) == []
    assert seen.look(16, line_up=True) == [(PageWord.FACILITY_BACK, 16)]


def test_nothing_is_said_of_a_page_that_was_never_admitted() -> None:
    witness = Witness("v1")
    assert witness.closed(1001, NOON) == []
    assert witness.seen(hidden=True, now=NOON, elapsed=0) == []
    assert witness.sample(sample(), NOON, 0) is None


def test_samples_are_passed_on_at_a_steady_pace_and_only_of_now() -> None:
    seen = Seen()
    told = [seen.witness.sample(sample(), NOON, 0) for _ in range(25)]
    assert [one is not None for one in told] == [True] * 20 + [False] * 5
    assert seen.witness.sample(sample(), NOON, 6) is not None
    assert seen.witness.sample(sample(until=60), NOON, 60) is None, "of the future"
    assert seen.witness.sample(sample(-8_000, -7_900), NOON, 120) is None, "of long ago"
    assert seen.witness.sample(sample(5, 1), NOON, 180) is None, "it ends before it began"


def test_a_page_that_is_put_away_says_so_once_and_not_without_end() -> None:
    seen = Seen()
    words = [
        said(seen.witness.seen(hidden=hidden, now=at(1), elapsed=1))
        for hidden in (True, True, False)
    ]
    assert words == [[(PageWord.HIDDEN, 1)], [], [(PageWord.SHOWN, 1)]]
    many = [
        seen.witness.seen(hidden=number % 2 == 0, now=at(2), elapsed=2) for number in range(100)
    ]
    assert sum(map(len, many)) < 20
