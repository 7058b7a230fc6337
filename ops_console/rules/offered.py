"""What the sessions offer to one visit: which of them it is in, and what places they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops_console.rules.ages import has_children
from ops_console.rules.ledger import Booked, Visit
from ops_console.rules.meeting import Meeting
from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked

NO_GAP = timedelta(0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit can be: in this opening, at this terminal if it needs one that is named."""

    opening: Opening
    terminal: str | None


def openings_of(meeting: Meeting) -> tuple[Opening, ...]:
    """The openings that offer exactly this visit; for a booked one that no longer is offered
    those that it lies in."""
    slot = Stretch(meeting.start, meeting.end)
    around = _around(meeting, meeting.day)
    offered = tuple(one for one in around if slot in one.slots)
    if offered or meeting.visit is None:
        return offered
    return tuple(
        one for one in around if one.starts_at <= meeting.start and meeting.end <= one.ends_at
    )


def openings_on(meeting: Meeting, day: date) -> tuple[Opening, ...]:
    """What such a visit could have on a day."""
    return _common(meeting.rules.openings(one, day) for one in as_asked(meeting))


def is_visiting_day(meeting: Meeting, day: date) -> bool:
    """Whether such a visit could take place on the day at all."""
    return any(one.slots for one in openings_on(meeting, day))


def slots_on(meeting: Meeting, day: date) -> tuple[Stretch, ...]:
    """Every time of the day that such a visit could have, whoever holds it; by start."""
    found = {slot for one in openings_on(meeting, day) for slot in one.slots}
    return tuple(sorted(found))


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
    gap = opening.gap
    start, end = meeting.start - gap, meeting.end + gap
    if opening.places.most is not None:
        taking = booked.at(_keys(opening), start, end)
        if taking and busiest(start, taking, gap) >= opening.places.most:
            return None
    named = meeting.rules.terminals(meeting.traits) if meeting.channel.at_terminal else None
    if named is None:
        return Place(opening, None)
    there = booked.at((f"terminals:{named[0]}",), start, end)
    taken = {one.terminal for one in there}
    free = [terminal for terminal in named[1] if terminal not in taken]
    somewhere = [one for one in there if one.terminal not in named[1]]
    if len(free) <= (busiest(start, somewhere, gap) if somewhere else 0):
        return None
    return Place(opening, free[0])


def places_of(meeting: Meeting) -> frozenset[str]:
    """What a booked visit takes: a place of each session that it may be in, and a terminal."""
    openings = openings_of(meeting)
    found = {key for one in openings for key in _keys(one)}
    if meeting.session is not None:
        found.add(f"session:{meeting.session}")
    if meeting.channel.at_terminal:
        named = meeting.rules.terminals(meeting.traits)
        found |= {f"terminals:{named[0]}"} if named else set()
    return frozenset(found)


def _keys(opening: Opening) -> tuple[str, ...]:
    """By which visits in the same places are found; a doubtful one is."""
    session = f"session:{opening.session}"
    return (session,) if opening.places.pool is None else (session, opening.places.pool)


def as_asked(meeting: Meeting) -> tuple[Asked, ...]:
    """How the timetable is asked: where it is not known whether a child comes, both ways."""
    children = has_children(meeting)
    return tuple(
        Asked(meeting.traits, meeting.kind, meeting.channel, one)
        for one in ((True, False) if children is None else (children,))
    )


def _common(each: Iterable[tuple[Opening, ...]]) -> tuple[Opening, ...]:
    """What is offered either way."""
    first, *others = each
    return tuple(one for one in first if all(one in other for other in others))


def _around(meeting: Meeting, day: date) -> tuple[Opening, ...]:
    return (*openings_on(meeting, day - timedelta(days=1)), *openings_on(meeting, day))
