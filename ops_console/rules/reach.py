"""How far back the rules look at visits that were booked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ops_console.rules.rulebook.limits import (
    InDays,
    InFortnight,
    InMonth,
    InMonths,
    InWeek,
    InWeeks,
    Limit,
    Period,
)
from ops_console.rules.ruleset import Rules

USUAL_DAYS = 40
"""A month and some days: what most facilities' limits look back."""
EVER = 36_500
_PLAIN = {"moment": 1, "ahead": 1, "day": 1, "week": 7, "fortnight": 14, "month": 31, "year": 366}


def days_back(period: Period) -> int:
    """The most days before a visit that a limit's period can begin."""
    match period:
        case InDays():
            days = period.days
        case InWeek():
            days = 7
        case InFortnight():
            days = 14
        case InWeeks():
            days = 7 * period.weeks
        case InMonth():
            days = 31
        case InMonths():
            days = 31 * period.months
        case _:
            days = _PLAIN.get(period, EVER)
    return days


def _days_of(limit: Limit) -> int:
    """Of a limit whose unused part is kept, every visit that there ever was."""
    return days_back(limit.period) if limit.carry is None else EVER


def ledger_days(rules: Rules) -> int:
    """The days back for which every visit is needed: limits of a unit or the whole facility
    look at all of them."""
    shared = (_days_of(one) for one in _limits(rules) if one.per in {"unit", "facility"})
    return max(USUAL_DAYS, *shared, 0) + 2


def look_back(rules: Rules) -> timedelta:
    """How far back the visits of the people of one request are needed."""
    return rules.versions[-1].once(("look back", rules.versions), lambda: _look_back(rules))


def _look_back(rules: Rules) -> timedelta:
    return timedelta(days=max((_days_of(one) for one in _limits(rules)), default=0) + 2)


def _limits(rules: Rules) -> Iterator[Limit]:
    for version in rules.versions:
        yield from version.book.limits
