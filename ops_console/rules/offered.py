"""What the sessions offer to one visit: which of them it is in, and what places they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops_console.rules.ages import has_children
from ops_console.rules.ledger import Booked, Visit
from ops_console.rules.meeting import Meeting
from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked

NO_GAP = timedelta(0)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit can be: in this opening, at this terminal if it needs one that is named."""

    opening: Opening
    terminal: str | None


def openings_of(meeting: Meeting) -> tuple[Opening, ...]:
    """The openings that offer exactly this visit; for a booked one that no longer is offered
    those that it lies in."""
    offers = meeting.once_a_day("offers", lambda: _offers(meeting))
    offered = offers.get(Stretch(meeting.start, meeting.end), ())
    if offered or meeting.visit is None:
        return offered
    around = (*openings_on(meeting, meeting.day - ONE_DAY), *openings_on(meeting, meeting.day))
    return tuple(
        one for one in around if one.starts_at <= meeting.start and meeting.end <= one.ends_at
    )


def _offers(meeting: Meeting) -> Mapping[Stretch, tuple[Opening, ...]]:
    """Which openings offer each time of the day, those after its midnight too."""
    asked, day = as_asked(meeting), meeting.day
    return meeting.rules.offers(asked, day)


def openings_on(meeting: Meeting, day: date) -> tuple[Opening, ...]:
    """What such a visit could have on a day."""
    return meeting.rules.common(as_asked(meeting), day)


def is_visiting_day(meeting: Meeting, day: date) -> bool:
    """Whether such a visit could take place on the day at all."""
    return any(one.slots for one in openings_on(meeting, day))


def slots_on(meeting: Meeting, day: date) -> tuple[Stretch, ...]:
    """Every time of the day that such a visit could have, whoever holds it; by start."""
    found = {slot for one in openings_on(meeting, day) for slot in one.slots}
    return tuple(sorted(found))


def times_of(meeting: Meeting) -> tuple[Stretch, ...]:
    """Every time that begins on the meeting's day and that it could have, whoever holds it; by
    start. Those after midnight of a session that opened the day before are among them."""
    return meeting.once_a_day("times", lambda: _times(meeting))


def _times(meeting: Meeting) -> tuple[Stretch, ...]:
    start, end = meeting.rules.facility.day_bounds(meeting.day)
    offers = meeting.once_a_day("offers", lambda: _offers(meeting))
    return tuple(sorted(slot for slot in offers if start <= slot.starts_at < end))


def busiest(start: datetime, booked: Sequence[Visit], gap: timedelta = NO_GAP) -> int:
    """The most of these visits, each with the gap around it, that run at any one moment from
    `start` on. They all overlap one stretch that begins there."""
    moments = {start, *(one.start - gap for one in booked if one.start - gap > start)}
    return max(sum(one.start - gap <= at < one.end + gap for one in booked) for at in moments)


def free_place(opening: Opening, meeting: Meeting, booked: Booked) -> Place | None:
    """A place that is left beside the visits that are booked, None where there is none.

    Where the file does not say how many places there are, it does not limit them; where it names
    the terminals, a visit by video takes one of them for its whole length.
    """
    if _pool_left(opening, meeting, booked) == 0:
        return None
    free = _free_terminals(opening, meeting, booked)
    if free is None:
        return Place(opening, None)
    return Place(opening, free[0]) if free else None


def places_left(opening: Opening, meeting: Meeting, booked: Booked) -> int | None:
    """How many such visits could still be booked at this time; None: nothing limits them."""
    pool = _pool_left(opening, meeting, booked)
    free = _free_terminals(opening, meeting, booked)
    stated = [one for one in (pool, None if free is None else len(free)) if one is not None]
    return min(stated, default=None)


def _pool_left(opening: Opening, meeting: Meeting, booked: Booked) -> int | None:
    if opening.places.most is None:
        return None
    start = meeting.start - opening.gap
    taking = booked.at(_keys(opening), start, meeting.end + opening.gap)
    taken = busiest(start, taking, opening.gap) if taking else 0
    return max(0, opening.places.most - taken)


def _free_terminals(opening: Opening, meeting: Meeting, booked: Booked) -> Sequence[str] | None:
    """The terminals of the unit that are free for the whole visit, best first; None where it
    needs none or none is named."""
    named = meeting.rules.terminals(meeting.traits) if meeting.channel.at_terminal else None
    if named is None:
        return None
    start = meeting.start - opening.gap
    there = booked.at((f"terminals:{named[0]}",), start, meeting.end + opening.gap)
    taken = {one.terminal for one in there}
    somewhere = [one for one in there if one.terminal not in named[1]]
    free = [terminal for terminal in named[1] if terminal not in taken]
    lost = busiest(start, somewhere, opening.gap) if somewhere else 0
    return free[: max(0, len(free) - lost)]


def places_of(meeting: Meeting) -> frozenset[str]:
    """What a booked visit takes: a place of each opening that it may be in, and a terminal. One
    that no opening offers any more takes a place of the session for which it was booked."""
    found = {one.places.pool for one in openings_of(meeting)} - {None}
    if not found and meeting.session is not None:
        found.add(_lost(meeting.session))
    if meeting.channel.at_terminal:
        named = meeting.rules.terminals(meeting.traits)
        found |= {f"terminals:{named[0]}"} if named else set()
    return frozenset(filter(None, found))


def _keys(opening: Opening) -> tuple[str, ...]:
    """By which visits in the same places are found; a doubtful one is."""
    lost = _lost(opening.session)
    return (lost,) if opening.places.pool is None else (lost, opening.places.pool)


def _lost(session: str) -> str:
    return f"once in {session}"


def as_asked(meeting: Meeting) -> tuple[Asked, ...]:
    """How the timetable is asked: where it is not known whether a child comes, both ways."""
    return meeting.once_a_day("asked", lambda: _as_asked(meeting))


def _as_asked(meeting: Meeting) -> tuple[Asked, ...]:
    children = has_children(meeting)
    return tuple(
        Asked(meeting.traits, meeting.kind, meeting.channel, one)
        for one in ((True, False) if children is None else (children,))
    )
