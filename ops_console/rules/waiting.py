"""A request for which there is no room now: whether it may wait for some, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta

from ops_console.rules.applying import bound
from ops_console.rules.case import Case, all_day, reasons
from ops_console.rules.meeting import Meeting
from ops_console.rules.offered import times_of
from ops_console.rules.refusing import Code, Reason
from ops_console.rules.slots import Stretch

FOR_WANT_OF_ROOM = frozenset(
    {Code.NO_PLACE_FREE, Code.INMATE_ALREADY_BOOKED, Code.INMATE_ELSEWHERE, Code.LIMIT_REACHED}
)
"""What another's cancellation, or another week, may take away."""
GOES_BY = FOR_WANT_OF_ROOM | {
    Code.VISITOR_ALREADY_BOOKED,
    Code.KEPT_SEPARATE,
    Code.LOCKED_DOWN,
    Code.TOO_FAR_AHEAD,
    Code.DESK_CLOSED,
}
"""What may be otherwise when a time comes free."""
ONE_DAY = timedelta(days=1)


def may_wait_until(meeting: Meeting, found: Sequence[Reason]) -> date | None:
    """The last day of the visit that a refused request may wait for; None: it may not wait.

    Only who is refused for want of room alone may wait, and only where an entry of `booking`
    that applies has a waiting list. Where several have, the longest counts.
    """
    if not found or any(one.code not in FOR_WANT_OF_ROOM for one in found):
        return None
    days = _days(meeting)
    return meeting.day + timedelta(days=max(days)) if days else None


def last_day_to_wait(case: Case, first: date, last: date) -> date | None:
    """The last of these days, both included, on which such a visit may yet come free; None where
    waiting is of no use on any.

    A day is of no use where every time on it is refused for more than want of room and what goes
    by with time. Where entries of `booking` have a waiting list, nobody waits longer after the
    first day than they say, and who keeps none of those does not wait.
    """
    most = _most_days(case, first, last)
    day = last if most is None else min(last, first + timedelta(days=most))
    while day >= first:
        if _would_do(case, day):
            return day
        day -= ONE_DAY
    return None


def _days(meeting: Meeting) -> list[int]:
    """How long the visit may be waited for, by each entry that says so."""
    rules, _ = bound(meeting, "booking", meeting.book.booking)
    return [rule.waiting.days for _, rule in rules if rule.waiting is not None]


def _most_days(case: Case, first: date, last: date) -> int | None:
    """By the times of the first day that has any; None where the file knows no waiting list."""
    day = first
    while day <= last:
        found = [_days(case.at(slot, day).meeting) for slot in _times(case, day)]
        if found:
            if all(rule.waiting is None for rule in case.rules.on(day).book.booking):
                return None
            return max((days for each in found for days in each), default=-1)
        day += ONE_DAY
    return None


def _would_do(case: Case, day: date) -> bool:
    slots = _times(case, day)
    if not slots or not _passes(all_day(case.at(slots[0], day))):
        return False
    return any(_passes(reasons(case.at(slot, day))) for slot in slots)


def _passes(found: Iterable[Reason]) -> bool:
    return all(one.code in GOES_BY for one in found)


def _times(case: Case, day: date) -> Sequence[Stretch]:
    """Every time of the day that such a visit could have, whoever holds it."""
    rules = case.rules.on(day)
    noon = rules.facility.instant(day, time(12))
    return times_of(case.meeting.at(rules, noon, noon + timedelta(hours=1), day))
