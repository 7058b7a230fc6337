"""Times that a request could have: all of them, or the nearest to the one that was refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import chain

from ops_console.rules.case import Case, accepted, all_day, too_far_ahead
from ops_console.rules.offered import slots_on
from ops_console.rules.refusing import NO_TIME_HELPS, Reason
from ops_console.rules.slots import Stretch

ALTERNATIVES = 3
ONE_DAY = timedelta(days=1)
SEARCHED = 28
"""Days before and after the wanted one in which other times are looked for."""


def offered(case: Case, first: date, last: date) -> Iterator[Stretch]:
    """Every time between two days, both included, at which the request would be accepted now;
    by start. Times that begin after midnight belong to the day on which their session opens."""
    day = first
    while day <= last:
        if _is_open(case, day):
            yield from (slot for slot in _slots(case, day) if accepted(case.at(slot)))
        day += ONE_DAY


def nearest(found: tuple[Reason, ...], case: Case) -> tuple[Stretch, ...]:
    """The nearest times that are accepted, earlier and later; none where no time can help."""
    if any(one.code in NO_TIME_HELPS for one in found):
        return ()
    best: list[Stretch] = []
    for away in range(SEARCHED + 1):
        if len(best) == ALTERNATIVES and _distance(best[-1], case)[0] < ONE_DAY * (away - 1):
            break
        days = {case.meeting.day - timedelta(days=away), case.meeting.day + timedelta(days=away)}
        best += _accepted_nearest(case, {day for day in days if _is_open(case, day)})
        best = sorted(best, key=lambda one: _distance(one, case))[:ALTERNATIVES]
    return tuple(best)


def _accepted_nearest(case: Case, days: set[date]) -> list[Stretch]:
    """The nearest accepted times of these days, no more than are wanted."""
    slots = chain.from_iterable(_slots(case, day) for day in days)
    coming = (one for one in slots if one.starts_at > case.now)
    taken: list[Stretch] = []
    for slot in sorted(coming, key=lambda one: _distance(one, case)):
        if accepted(case.at(slot)):
            taken.append(slot)
            if len(taken) == ALTERNATIVES:
                break
    return taken


def _is_open(case: Case, day: date) -> bool:
    """Whether anything of a session day can be booked as yet."""
    slots = _slots(case, day) if day >= case.rules.facility.day(case.now) - ONE_DAY else ()
    if not slots or slots[-1].starts_at <= case.now:
        return False
    first = case.at(slots[0])
    if case.rules.on(day).daily("booking") and too_far_ahead(first):
        return False
    # What begins after midnight belongs to the next day, which may be open.
    return slots[-1].starts_at >= case.rules.facility.day_bounds(day)[1] or not all_day(first)


def _slots(case: Case, day: date) -> tuple[Stretch, ...]:
    """Every time of a session day that such a visit could have, whoever holds it."""
    rules = case.rules.on(day)
    noon = rules.facility.instant(day, time(12))
    return slots_on(case.meeting.at(rules, noon, noon + ONE_DAY / 24), day)


def _distance(slot: Stretch, case: Case) -> tuple[timedelta, timedelta, Stretch]:
    """How far the start is away, then how different the length."""
    length = slot.ends_at - slot.starts_at
    wanted = case.meeting.end - case.meeting.start
    return abs(slot.starts_at - case.meeting.start), abs(length - wanted), slot
