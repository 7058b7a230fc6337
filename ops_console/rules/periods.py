"""The stretches of days in which visits are counted."""

from __future__ import annotations

from datetime import date, timedelta

from ops_console.rules.rulebook.limits import (
    InDays,
    InFortnight,
    InMonth,
    InMonths,
    InWeek,
    InWeeks,
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
    return (_stretch(period, day, week_starts),)


def _stretch(
    period: InWeek | InFortnight | InWeeks | InMonth | InMonths | PlainPeriod,
    day: date,
    week_starts: int,
) -> Days:
    match period:
        case InWeek():
            found = _days(week_of(day, period.week), 7)
        case InFortnight():
            found = _weeks(day, 2, period.fortnight, week_starts)
        case InWeeks():
            starts = week_starts if period.starts is None else period.starts
            found = _weeks(day, period.weeks, period.from_, starts)
        case InMonth():
            found = _month(day, period.month)
        case InMonths():
            found = _months(day, period)
        case _:
            found = _plain(period, day, week_starts)
    return found


def _plain(period: PlainPeriod, day: date, week_starts: int) -> Days:
    whole = {
        "day": lambda: (day, day),
        "week": lambda: _days(week_of(day, week_starts), 7),
        "fortnight": lambda: _weeks(day, 2, FORTNIGHTS_FROM, week_starts),
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


def _weeks(day: date, number: int, anchor: date, week_starts: int) -> Days:
    """The so many weeks around the day, counted from the week of the anchor in both directions."""
    into = (day - week_of(anchor, week_starts)).days % (7 * number)
    return _days(day - timedelta(days=into), 7 * number)


def _months(day: date, period: InMonths) -> Days:
    """The so many months around the day, counted from the anchor in both directions."""
    anchor = period.from_ or date(day.year, 1, 1)
    since = 12 * (day.year - anchor.year) + day.month - anchor.month - (day.day < anchor.day)
    first = since - since % period.months
    return _later(anchor, first), _later(anchor, first + period.months) - timedelta(days=1)


def _later(anchor: date, months: int) -> date:
    year, month = divmod(12 * anchor.year + anchor.month - 1 + months, 12)
    return anchor.replace(year=year, month=month + 1)


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
