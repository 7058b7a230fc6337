"""What the sessions offer to one visit: which of them it is in, and what places they have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ops_console.rules.ages import has_children
from ops_console.rules.meeting import Meeting
from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked


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


def busiest(meeting: Meeting, booked: list[Meeting]) -> int:
    """The most of these visits that run at any one moment of this one."""
    moments = {meeting.start, *(one.start for one in booked if one.start > meeting.start)}
    return max(sum(one.start <= at < one.end for one in booked) for at in moments)


def has_place(opening: Opening, meeting: Meeting, booked: list[Meeting]) -> bool:
    """Whether a place is left beside the visits that are booked.

    Where the file does not say how many places there are, it does not limit them.
    """
    if opening.places.most is None:
        return True
    sharing = [
        one
        for one in booked
        if one.start < meeting.end and meeting.start < one.end and _shares(opening, one)
    ]
    return busiest(meeting, sharing) < opening.places.most


def _shares(opening: Opening, booked: Meeting) -> bool:
    """Whether a booked visit takes one of the opening's places; a doubtful one does."""
    if booked.session is not None and booked.session == opening.session:
        return True
    pools = {one.places.pool for one in openings_of(booked)}
    return opening.places.pool in pools


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
