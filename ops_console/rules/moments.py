"""Dated facts: what was stated, when it was, and how long to wait after it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from ops_console.rules.facts import FIRST, LAST, InmateFact, PersonFact
from ops_console.rules.rulebook.declared import Counted
from ops_console.rules.rulebook.eligibility import Wait
from visits.clock import FacilityTime

Stated = datetime | date | None


class Unknown(Exception):
    """The fact is not stated, or not as a date."""


def stated(who: InmateFact | PersonFact, name: str, facility: FacilityTime) -> Stated:
    """The dated fact of this name; None if it is known never to have happened.

    Raises `Unknown` when it is not stated, or is no date.
    """
    if name not in type(who).model_fields:
        return stated_among(who.facts, name, facility)
    if not who.states(name):
        raise Unknown(name)
    return _as_date(getattr(who, name), name, facility)


def stated_among(facts: Mapping[str, object], name: str, facility: FacilityTime) -> Stated:
    """The same of facts that the file declares."""
    if name not in facts:
        raise Unknown(name)
    return _as_date(facts[name], name, facility)


def days_counted(
    counted: Counted, value: Stated, visit: date, facility: FacilityTime
) -> int | None:
    """Whole days of the facility's calendar between a dated fact and the day of the visit; None
    where there is no date, or the visit is on its other side."""
    if value is None:
        return None
    dated = facility.day(value) if isinstance(value, datetime) else value
    return counted.to(visit, dated)


def _as_date(value: object, name: str, facility: FacilityTime) -> Stated:
    if value is None or isinstance(value, date):
        return value
    try:
        if len(str(value)) == len("2024-07-04"):
            return date.fromisoformat(str(value))
        moment = datetime.fromisoformat(str(value))
    except ValueError as cause:
        raise Unknown(name) from cause
    if not FIRST.year <= moment.year <= LAST.year:
        return moment.date()
    if moment.tzinfo is None:
        return facility.instant(moment.date(), moment.time())
    return moment.astimezone(UTC)


def instant_of(value: Stated, facility: FacilityTime, *, end: bool = False) -> datetime | None:
    """The first instant of a date, or with `end` the first after it; a moment as it is."""
    if value is None or isinstance(value, datetime):
        return value
    return facility.day_bounds(_reckoned(value))[end]


def over_at(value: datetime | date, wait: Wait, facility: FacilityTime) -> datetime:
    """When the wait after `value` is over.

    Hours count from the moment, or from the end of a date. Days, months and years end at
    midnight: thirty days from 1 June are over as 1 July begins.
    """
    if wait.hours is not None:
        if isinstance(value, datetime):
            return value + timedelta(hours=wait.hours)
        return facility.day_bounds(_reckoned(value))[1] + timedelta(hours=wait.hours)
    day = facility.day(value) if isinstance(value, datetime) else value
    return facility.day_bounds(_reckoned(_after(_reckoned(day), wait)))[0]


def _reckoned(day: date) -> date:
    return min(max(day, FIRST), LAST)


def _after(day: date, wait: Wait) -> date:
    if wait.days is not None:
        return day + timedelta(days=wait.days)
    months = (wait.months or 0) + 12 * (wait.years or 0)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > LAST.year:
        return LAST
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
