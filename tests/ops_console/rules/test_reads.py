"""What an answer was read from tells whether a visit that came later would have been found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ops_console.rules.ledger import BookedVisit, Ledger
from ops_console.rules.reads import MOST_MOMENTS, BookedNoted, Lately, Reads
from visits.clock import FacilityTime
from visits.model import VisitChannel, VisitKind, VisitStatus

TIME = FacilityTime("America/Chicago")
NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)
HERE, THERE = frozenset({"here"}), frozenset({"there"})


def visit(*, inmate: str = "i1", people: tuple[str, ...] = ("v1",), after: int = 0) -> BookedVisit:
    """One of half an hour, so many half hours after noon."""
    start = NOON + after * HALF
    return BookedVisit(
        "one", inmate, people, start, start + HALF, VisitKind.SOCIAL, VisitChannel.REMOTE,
        VisitStatus.BOOKED,
    )  # fmt: skip


@pytest.fixture
def booked() -> BookedNoted:
    return BookedNoted(Ledger(TIME))


def test_a_visit_of_somebody_who_was_looked_at_would_have_been_found(booked: BookedNoted) -> None:
    booked.of_inmate("i1")
    booked.of_person("v2")
    assert booked.reads.meet(visit(), THERE)
    assert booked.reads.meet(visit(inmate="i9", people=("v1", "v2")), THERE)
    assert not booked.reads.meet(visit(inmate="i9"), THERE)


def test_a_visit_at_a_place_that_was_looked_at_would_have_been_found_at_that_time(
    booked: BookedNoted,
) -> None:
    booked.at(("here",), NOON, NOON + HALF)
    assert booked.reads.meet(visit(), HERE)
    assert not booked.reads.meet(visit(), THERE)
    assert not booked.reads.meet(visit(after=1), HERE)
    assert not booked.reads.meet(visit(after=-1), HERE)


def test_what_is_remembered_of_a_place_was_looked_at_too(booked: BookedNoted) -> None:
    """Another request may have worked it out, and this one was not shown the visits."""
    assert booked.ledger.once("what", ("here",), NOON, NOON + HALF, lambda: 1) == 1
    assert booked.once("what", ("here",), NOON, NOON + HALF, lambda: 2) == 1
    assert booked.reads.meet(visit(), HERE)
    assert not booked.reads.meet(visit(), THERE)


def test_a_visit_anywhere_would_have_been_found_where_all_were_looked_at(
    booked: BookedNoted,
) -> None:
    booked.during(NOON, NOON + HALF)
    assert booked.reads.meet(visit(), frozenset())
    assert not booked.reads.meet(visit(after=1), HERE)


def test_a_visit_on_a_day_that_was_looked_at_would_have_been_found(booked: BookedNoted) -> None:
    day = TIME.day(NOON)
    booked.on_days(day, day, TIME)
    assert booked.reads.meet(visit(after=20), frozenset())
    assert not booked.reads.meet(visit(after=48), frozenset())


def test_looking_nowhere_finds_nothing(booked: BookedNoted) -> None:
    booked.at((), NOON, NOON + HALF)
    assert not booked.reads.meet(visit(), HERE)


def _of(inmate: str) -> Reads:
    return Reads(people={inmate})


def test_only_what_changed_since_is_looked_at() -> None:
    lately = Lately(0)
    lately.note(1, [(visit(inmate="i1"), HERE)])
    lately.note(2, [(visit(inmate="i2"), HERE)])
    assert lately.meet(_of("i2"), 1)
    assert not lately.meet(_of("i1"), 1)
    assert lately.meet(_of("i1"), 0)
    assert not lately.meet(_of("i2"), 2)


def test_a_moment_that_was_never_looked_at_or_is_forgotten_tells_nothing() -> None:
    lately = Lately(1)
    assert lately.meet(_of("i1"), 0)
    for number in range(2, MOST_MOMENTS + 1):
        lately.note(number, [])
    assert not lately.meet(_of("i1"), 1)
    lately.note(MOST_MOMENTS + 1, [])
    assert lately.meet(_of("i1"), 1)
