"""Times that a request could have: all of them, or the nearest to the one that was refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, time, timedelta

from ops_console.rules.case import Case, accepted, alike_from, barred_all_day, shut_from_here_on
from ops_console.rules.meeting import Meeting
from ops_console.rules.offered import free_times, reach_of, times_of
from ops_console.rules.refusing import NO_TIME_HELPS, Reason
from ops_console.rules.slots import Stretch

ALTERNATIVES = 3
ONE_DAY = timedelta(days=1)
A_CHANGE = timedelta(hours=1)
"""By how much clocks that are put forward bring two days nearer."""
Distance = tuple[timedelta, timedelta, Stretch]
"""How far the start is away, then how different the length; the same for no two times."""
SEARCHED = 28
"""Days before and after the wanted one in which other times are looked for."""


def offered(case: Case, first: date, last: date) -> Iterator[Stretch]:
    """Every time that begins on one of these days, both included, and at which the request
    would be accepted now; by start."""
    day = first
    while day <= last:
        if _is_open(case, day):
            yield from (slot for slot in _free(case, day) if _fits(case, slot, day))
        day += ONE_DAY


def nearest(found: tuple[Reason, ...], case: Case) -> tuple[Stretch, ...]:
    """The nearest times that are accepted, earlier and later; none where no time can help. An
    entry of the file may be about some days only, so behind it other days are looked at."""
    if any(one.code in NO_TIME_HELPS and one.entry is None for one in found):
        return ()
    best: list[Stretch] = []
    today = case.rules.facility.day(case.now)
    for away in range(SEARCHED + 1):
        if (
            len(best) == ALTERNATIVES
            and _distance(best[-1], case)[0] < ONE_DAY * (away - 1) - A_CHANGE
        ):
            break
        for day in {case.meeting.day - ONE_DAY * away, case.meeting.day + ONE_DAY * away}:
            if day >= today:
                best = _nearest_of(best, case, day)
    return tuple(best)


def _nearest_of(best: list[Stretch], case: Case, day: date) -> list[Stretch]:
    """The nearest of what was found before and of what is accepted on one more day."""
    if _is_farther(best, case, day):
        return best
    if not _is_open(case, day):
        return best
    taken = best
    for away, slot in _near(best, case, day):
        if len(taken) >= ALTERNATIVES and _distance(taken[-1], case) <= away:
            break
        if _fits(case, slot, day):
            both = sorted([*taken, slot], key=lambda one: _distance(one, case))
            taken = both[:ALTERNATIVES]
    return taken


def _is_farther(best: list[Stretch], case: Case, day: date) -> bool:
    """Whether all times of the day are farther than what was found, told by the day's ends, then
    by its first and last."""
    start = case.meeting.start
    if len(best) == ALTERNATIVES:
        begins, ends = case.rules.facility.day_bounds(day)
        if max(begins - start, start - ends) > _distance(best[-1], case)[0]:
            return True
    slots = _slots(case, day)
    if len(best) < ALTERNATIVES or not slots:
        return not slots
    if slots[0].starts_at <= start <= slots[-1].starts_at:
        return False
    nearest_one = min(abs(slots[0].starts_at - start), abs(slots[-1].starts_at - start))
    return nearest_one > _distance(best[-1], case)[0]


def _near(best: list[Stretch], case: Case, day: date) -> list[tuple[Distance, Stretch]]:
    """The times of the day that have a place and are nearer than what was found, by distance."""
    start, now = case.meeting.start, case.now
    length = case.meeting.end - start
    # What `_distance` says, written out: most decisions at a rush look at hundreds of times.
    near = [
        ((abs(one[0] - start), abs(one[1] - one[0] - length), one), one)
        for one in _free(case, day)
        if one[0] > now
    ]
    if len(best) == ALTERNATIVES:
        farthest = _distance(best[-1], case)
        near = [one for one in near if one[0] < farthest]
    return sorted(near)


def _is_open(case: Case, day: date) -> bool:
    """Whether anything that begins on the day can be booked as yet."""
    slots = _slots(case, day) if day >= case.rules.facility.day(case.now) else ()
    if not slots or slots[-1].starts_at <= case.now:
        return False
    first = _first(case, day)
    if case.rules.on(day).daily("booking") and shut_from_here_on(first):
        return False
    return not barred_all_day(first)


def _fits(case: Case, slot: Stretch, day: date) -> bool:
    """Whether a time of an open day that has a place left would be accepted."""
    return _alike(case, day) or accepted(case.at(slot, day))


def _alike(case: Case, day: date) -> bool:
    """Whether every time of an open day that has a place left would be."""
    noon = _on(case, day)

    def work() -> bool:
        last = case.at(_slots(case, day)[-1], day)
        return alike_from(_first(case, day), last, reach_of(noon))

    return noon.once_a_day("alike", work)


def _first(case: Case, day: date) -> Case:
    """The request for the first time of a day that has any."""
    return _on(case, day).once_a_day("first", lambda: case.at(_slots(case, day)[0], day))


def _slots(case: Case, day: date) -> tuple[Stretch, ...]:
    """Every time that begins on the day and that such a visit could have, whoever holds it."""
    return times_of(_on(case, day))


def _free(case: Case, day: date) -> Collection[Stretch]:
    """Those of them that have a place left: the one reason that most times of a full day share,
    and the quickest told."""
    booked = case.world.booked
    return _slots(case, day) if booked is None else free_times(_on(case, day), booked)


def _on(case: Case, day: date) -> Meeting:
    """The meeting at noon of a day."""

    def work() -> Meeting:
        rules = case.rules.on(day)
        noon = rules.once(("noon", day), lambda: rules.facility.instant(day, time(12)))
        return case.meeting.at(rules, noon, noon + ONE_DAY / 24, day)

    return case.meeting.once(("noon", day), work)


def _distance(slot: Stretch, case: Case) -> Distance:
    length = slot.ends_at - slot.starts_at
    wanted = case.meeting.end - case.meeting.start
    return abs(slot.starts_at - case.meeting.start), abs(length - wanted), slot
