"""The stretches of days in which visits are counted."""

from __future__ import annotations

from datetime import date, timedelta

from ops_console.rules.rulebook.limits import (
    InDays,
    InFortnight,
    InMonth,
    InWeek,
    Period,
    PlainPeriod,
)

FORTNIGHTS_FROM = date(2024, 1, 1)
Days = tuple[date, date]
"""First and last day, both included."""


def stretches(period: Period, day: date, week_starts: int) -> tuple[Days, ...]:
    """Every stretch of the period that holds `day`: one, or each of the rolling ones."""
    if isinstance(period, InDays):
        return tuple(_days(day - timedelta(days=back), period.days) for back in range(period.days))
    if isinstance(period, InWeek):
        return (_days(week_of(day, period.week), 7),)
    if isinstance(period, InFortnight):
        return (_fortnight(day, period.fortnight, week_starts),)
    if isinstance(period, InMonth):
        return (_month(day, period.month),)
    return (_plain(period, day, week_starts),)


def _plain(period: PlainPeriod, day: date, week_starts: int) -> Days:
    whole = {
        "day": lambda: (day, day),
        "week": lambda: _days(week_of(day, week_starts), 7),
        "fortnight": lambda: _fortnight(day, FORTNIGHTS_FROM, week_starts),
        "month": lambda: _month(day, 1),
        "quarter": lambda: _quarter(day),
        "year": lambda: (date(day.year, 1, 1), date(day.year, 12, 31)),
    }
    return whole[period]() if period in whole else (date.min, date.max)


def week_of(day: date, first: int) -> date:
    """The day on which the week of `day` began."""
    return day - timedelta(days=(day.weekday() - first) % 7)


def _days(first: date, length: int) -> Days:
    return first, first + timedelta(days=length - 1)


def _fortnight(day: date, anchor: date, week_starts: int) -> Days:
    first = week_of(anchor, week_starts)
    into = (day - first).days % 14
    return _days(day - timedelta(days=into), 14)


def _quarter(day: date) -> Days:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    following = (first + timedelta(days=95)).replace(day=1)
    return first, following - timedelta(days=1)


def _month(day: date, starts: int) -> Days:
    first = day.replace(day=starts)
    if first > day:
        first = (first.replace(day=1) - timedelta(days=1)).replace(day=starts)
    following = (first.replace(day=1) + timedelta(days=32)).replace(day=starts)
    return first, following - timedelta(days=1)
