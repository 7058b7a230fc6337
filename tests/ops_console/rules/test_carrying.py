"""Limits whose unused part is kept for later periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_console.rules.carrying import beyond_what_was_kept, by_period
from ops_console.rules.reach import look_back
from ops_console.rules.ruleset import all_rules
from tests.harness.rule_cases import INMATES, book, changed, codes, facts, request, visit

OVER = ["limit-reached"]
MONTHS = {"id": "orders", "most": 2, "in": "month", "carry": {"periods": 1}}
BOOKED_IN = "2024-05-20T08:00"


def told(days: list[str], booked_in_at: Any = BOOKED_IN, **limit: Any) -> list[str]:
    """What is said of a visit on 3 July beside those of these days."""
    rules = book(limits=[{**MONTHS, **limit}])
    lee = changed(INMATES, "lee", booked_in_at=booked_in_at)
    known = facts(rules, inmates=lee, visits=[visit(f"{day}T15:00") for day in days])
    return codes(rules, request(rules, "2024-07-03T09:00"), known)


JULY = ["2024-07-02", "2024-07-05", "2024-07-06"]
JUNE = ["2024-06-01", "2024-06-02", "2024-06-03"]


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (JULY, []),
        ([*JULY, "2024-07-07"], OVER),
        ([*JULY[:2], *JUNE[:1]], []),
        ([*JULY, *JUNE[:1]], []),
        # June used what May had left, so all of June's own is left for July.
        ([*JULY, *JUNE[:2]], []),
        ([*JULY, *JUNE], OVER),
        # What August takes has to come of July's: then June's must do for July.
        ([*JULY[:1], "2024-08-01", "2024-08-02", "2024-08-03"], []),
        ([*JULY[:2], "2024-08-01", "2024-08-02", "2024-08-03"], []),
        ([*JULY[:2], *JUNE[:2], "2024-08-01", "2024-08-02", "2024-08-03", "2024-08-04"], OVER),
    ],
)
def test_what_a_month_leaves_may_be_used_in_the_next(days: list[str], says: list[str]) -> None:
    assert told(days) == says


def test_nothing_is_kept_from_before_custody_began() -> None:
    two_before = JULY[:2]
    assert told(two_before, "2024-07-01T08:00") == OVER
    assert told(two_before, "2024-06-30T08:00") == []


def test_visits_of_an_earlier_stay_are_not_counted() -> None:
    earlier = ["2024-06-01", "2024-06-02", "2024-06-03", "2024-06-04"]
    assert told([*earlier, *JULY[:1]], "2024-06-20T08:00") == []


def test_where_it_is_not_stated_when_custody_began_the_first_visit_tells() -> None:
    assert told(JULY[:2], ...) == OVER
    assert told([*JULY[:2], "2024-06-28"], ...) == []


def test_minutes_are_kept_as_well() -> None:
    assert told(JULY[:2], "2024-07-01T08:00", most=60, count="minutes") == OVER
    assert told(JULY[:2], "2024-06-30T08:00", most=60, count="minutes") == []


def test_weeks_counted_from_a_date_follow_one_another() -> None:
    lots = {"in": {"weeks": 4, "from": "2024-07-01"}}
    assert told(["2024-06-04", *JULY[:2]], "2024-06-03T08:00", **lots) == []
    assert told(["2024-06-04", *JULY], "2024-06-03T08:00", **lots) == OVER


def test_every_visit_that_there_ever_was_is_looked_at() -> None:
    months = {"most": 2, "in": "month"}
    plain, kept = (
        look_back(all_rules(book(limits=[one]))) for one in (months, {**months, **MONTHS})
    )
    assert plain < timedelta(days=40)
    assert kept > timedelta(days=365 * 50)


amounts = st.lists(st.integers(0, 5), min_size=1, max_size=7)


def used_oldest_first(granted: int, kept: int, taken: list[int]) -> bool:
    """Whether everything finds a grant that is good at its time, taken one by one."""
    left = [granted] * len(taken)
    for period, amount in enumerate(taken):
        for _ in range(amount):
            good = (one for one in range(max(0, period - kept), period + 1) if left[one])
            oldest = next(good, None)
            if oldest is None:
                return False
            left[oldest] -= 1
    return True


@given(granted=st.integers(0, 4), kept=st.integers(1, 3), taken=amounts, own=st.integers(0, 6))
def test_one_more_fits_exactly_where_using_the_oldest_first_finds_one_for_all(
    granted: int, kept: int, taken: list[int], own: int
) -> None:
    own %= len(taken)
    if not used_oldest_first(granted, kept, taken):
        return
    more = [amount + (number == own) for number, amount in enumerate(taken)]
    numbered = {number: float(amount) for number, amount in enumerate(more) if amount}
    beyond = beyond_what_was_kept(granted, kept, numbered, own)
    assert beyond is not used_oldest_first(granted, kept, more)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=9))
def test_every_day_counts_in_its_own_month(days: list[int]) -> None:
    first = date(2024, 1, 1)
    amounts = [(first + timedelta(days=day), 1.0) for day in days]
    found = by_period(amounts, "month", first, 0)
    months = [12 * (day.year - 2024) + day.month - 1 for day, _ in amounts]
    assert found == {month: float(months.count(month)) for month in months}
