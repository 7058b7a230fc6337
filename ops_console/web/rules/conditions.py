"""Conditions of entries as parts of a sentence."""

from __future__ import annotations

from datetime import date

from ops_console.rules.rulebook.limits import (
    InDays,
    InFortnight,
    InMonth,
    InMonths,
    InWeek,
    InWeeks,
    Period,
)
from ops_console.rules.rulebook.rule import Condition
from ops_console.web.layout.words import WEEKDAYS
from ops_console.web.rules.days import day_words, days_words, ordinal
from ops_console.web.rules.phrases import (
    channel_words,
    inmates_words,
    kind_words,
    listed,
    many,
    minutes_words,
    people_words,
)
from ops_console.web.rules.times import party_words


def condition_words(one: Condition) -> str:
    """Which visits are meant; nothing for every one."""
    whom = inmates_words(one.for_)
    kinds = kind_words(one.kinds) if one.kinds is not None else ""
    where = channel_words(one.channels)
    parts = (
        kinds or ("visits" if where or one.sessions else ""),
        where,
        f"of {whom}" if whom and (kinds or where) else whom,
        days_words(one),
        f"in the session {listed(one.sessions, 'or')}" if one.sessions else "",
        party_words(one.party),
        f"with {people_words(one.visitors)}" if one.visitors is not None else "",
        f"that last {minutes_words(one.minutes)}" if one.minutes is not None else "",
    )
    return " ".join(part for part in parts if part)


def period_of_limit(period: Period) -> str:
    match period:
        case InWeek():
            words = f"in a week from {WEEKDAYS[period.week]}"
        case InFortnight():
            words = f"in a fortnight counted from {day_words(period.fortnight)}"
        case InWeeks():
            words = f"in {many(period.weeks, 'week')}{_counted(period.starts, period.from_)}"
        case InMonth():
            words = f"in a month that begins on the {ordinal(period.month)}"
        case InMonths():
            words = f"in {many(period.months, 'month')}{_counted(None, period.from_)}"
        case InDays():
            words = f"in any {many(period.days, 'day')} in a row"
        case _:
            words = _PLAIN.get(period, f"in a {period}")
    return words


_PLAIN = {
    "custody": "in the whole time in custody",
    "moment": "at any one time",
    "ahead": "booked and still to come",
}


def _counted(starts: int | None, since: date | None) -> str:
    weeks = "" if starts is None else f" from {WEEKDAYS[starts]}"
    return f"{weeks} counted from {day_words(since) if since else 'January'}"
