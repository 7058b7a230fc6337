"""Days, dates and periods of a rules file in English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ops_console.rules.rulebook.base import Period
from ops_console.rules.rulebook.calendar_models import (
    DayRange,
    DaySet,
    EasterDay,
    EveryWeeks,
    FixedDay,
    Included,
    LastDay,
    MonthDays,
    NthDay,
    OnWeekdays,
    Recurring,
    Season,
)
from ops_console.web.layout.words import WEEKDAYS
from ops_console.web.rules.phrases import listed, many

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def day_words(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()][:3]} {MONTHS[day.month - 1][:3]} {day.day}, {day.year}"


def ordinal(number: int | str) -> str:
    if isinstance(number, str):
        return number
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number in {11, 12, 13} else ends.get(number % 10, 'th')}"


def weekday_words(days: Iterable[int]) -> str:
    """`every day`, `Monday to Thursday`, `Monday, Wednesday and Friday`."""
    every = sorted(set(days))
    if len(every) == 7:
        return "every day"
    if len(every) > 2 and every[-1] - every[0] == len(every) - 1:
        return f"{WEEKDAYS[every[0]]} to {WEEKDAYS[every[-1]]}"
    return listed(WEEKDAYS[day] for day in every)


def days_words(when: Recurring) -> str:
    """On which days something takes place; nothing for every day."""
    return " ".join(part for part in (*_which_days(when), period_words(when)) if part)


def _which_days(when: Recurring) -> Iterator[str]:
    if when.days is not None:
        yield _weekdays(when.days)
    if when.dates is not None:
        yield f"on {listed(map(day_set_words, when.dates))}"
    if when.calendar is not None:
        yield f"on the days of the calendar {when.calendar}"
    yield _narrowed(when)
    if when.weeks is not None:
        yield _weeks(when.weeks)
    if when.nth is not None:
        yield f"only the {listed(map(ordinal, when.nth))} such weekday of a month"
    if when.month_weeks is not None:
        counting = when.month_weeks.counting.replace("-", " ")
        yield f"in the {listed(map(ordinal, when.month_weeks.which))} week of a month ({counting})"
    if when.month_days is not None:
        yield f"on days {listed(map(_month_days, when.month_days))} of a month"


def _narrowed(when: Recurring | OnWeekdays) -> str:
    during = f"during {listed(when.during, 'or')}" if when.during else ""
    outside = f"outside {listed(when.outside, 'or')}" if when.outside else ""
    return " ".join(part for part in (during, outside) if part)


def _weeks(weeks: EveryWeeks) -> str:
    starts = "" if weeks.starts is None else f", weeks from {WEEKDAYS[weeks.starts]}"
    return (
        f"in the {listed(map(ordinal, weeks.which))} of every {weeks.every} weeks{starts},"
        f" counted from {day_words(weeks.from_)}"
    )


def _weekdays(days: frozenset[int]) -> str:
    words = weekday_words(days)
    return words if words == "every day" or " to " in words else f"on {words}"


def _month_days(days: MonthDays) -> str:
    if days.at_end:
        return "that are the last"
    if days.parity is not None:
        return "with odd numbers" if days.parity else "with even numbers"
    return str(days.first) if days.first == days.last else f"{days.first} to {days.last}"


def day_set_words(one: DaySet) -> str:
    """A date, or what makes a date every year."""
    if isinstance(one, date):
        return day_words(one)
    if isinstance(one, DayRange):
        return f"{day_words(one.from_)} to {day_words(one.to)}"
    if isinstance(one, Included):
        return f"the days of the calendar {one.calendar}{_later(one.plus)}"
    if isinstance(one, OnWeekdays):
        return " ".join(part for part in (weekday_words(one.days), _narrowed(one)) if part)
    if isinstance(one, Season):
        return f"{_every_year(one.from_)} to {_every_year(one.to)}"
    return _every_year(one)


def _every_year(one: FixedDay | NthDay | LastDay | EasterDay) -> str:
    if isinstance(one, EasterDay):
        days = abs(one.easter)
        where = "before" if one.easter < 0 else "after"
        sunday = "Orthodox Easter Sunday" if one.orthodox else "Easter Sunday"
        return f"{days} days {where} {sunday}" if days else sunday
    if isinstance(one, FixedDay):
        text = f"{MONTHS[one.month - 1]} {one.day}"
        if one.weekday is not None:
            text = f"the {WEEKDAYS[one.weekday]} {_PICKS[one.pick]} {text}"
        observed = f" (observed {one.observed})" if one.observed else ""
        return f"{text}{observed}{_later(one.plus)}"
    which, weekday = (
        (ordinal(one.nth), one.weekday) if isinstance(one, NthDay) else ("last", one.last)
    )
    months = listed(MONTHS[month - 1] for month in one.month or ()) or "every month"
    return f"the {which} {WEEKDAYS[weekday]} of {months}{_later(one.plus)}"


def _later(plus: int) -> str:
    return f", {many(abs(plus), 'day')} {'earlier' if plus < 0 else 'later'}" if plus else ""


_PICKS = {"before": "on or before", "after": "on or after", "nearest": "nearest to"}


def period_words(period: Period) -> str:
    """From when and until when; nothing for always."""
    since = f"from {day_words(period.from_)}" if period.from_ else ""
    until = f"until {day_words(period.until)}" if period.until else ""
    return " ".join(part for part in (since, until) if part)
