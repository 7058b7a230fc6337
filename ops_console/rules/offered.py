"""What the sessions offer to one visit: which of them it is in, and what places they have."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops_console.rules.ages import has_children
from ops_console.rules.ledger import Booked, Visit
from ops_console.rules.meeting import Meeting
from ops_console.rules.ruleset import LaidDay
from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked

NO_GAP = timedelta(0)
ONE_DAY = timedelta(days=1)
UNLIMITED = 99
"""Places that are counted where the rules do not say how many there are."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit can be: in this opening, at this terminal if it needs one that is named."""

    opening: Opening
    terminal: str | None


def openings_of(meeting: Meeting) -> tuple[Opening, ...]:
    """The openings that offer exactly this visit; for a booked one that no longer is offered
    those that it lies in."""
    offered = _day(meeting).offers.get(Stretch(meeting.start, meeting.end), ())
    if offered or meeting.visit is None:
        return offered
    around = (*openings_on(meeting, meeting.day - ONE_DAY), *openings_on(meeting, meeting.day))
    return tuple(
        one for one in around if one.starts_at <= meeting.start and meeting.end <= one.ends_at
    )


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
    return _day(meeting).times


def free_times(meeting: Meeting, booked: Booked) -> Collection[Stretch]:
    """Those of `times_of` that have a place left, by start."""
    return places_on(_day(meeting), meeting, booked).keys()


def places_on(laid: LaidDay, meeting: Meeting, booked: Booked) -> Mapping[Stretch, int]:
    """How many such visits could still be booked at each time of the day that has a place left;
    `UNLIMITED` where nothing limits them. Shared by all who are offered the same at the same
    terminals: where many ask for few times, who comes too late learns it from here."""
    named = _named_terminals(meeting)
    places = dict.fromkeys(key for one in laid.openings for key in _keys_at(one, named))

    def work() -> dict[Stretch, int]:
        left = {one: _most_left(one, laid, meeting, booked) for one in laid.times}
        return {slot: places for slot, places in left.items() if places > 0}

    return booked.once((laid, named), tuple(places), *laid.reaches, work)


def _most_left(slot: Stretch, laid: LaidDay, meeting: Meeting, booked: Booked) -> int:
    """The places of the opening that has most."""
    then = meeting.at(meeting.rules, slot.starts_at, slot.ends_at)
    left = [places_left(one, then, booked) for one in laid.offers[slot]]
    return max(UNLIMITED if one is None else one for one in left)


def _day(meeting: Meeting) -> LaidDay:
    return meeting.once_a_day("laid", lambda: meeting.rules.day(as_asked(meeting), meeting.day))


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
    pool, free = _left(opening, meeting, booked)
    if pool == 0:
        return None
    if free is None:
        return Place(opening, None)
    return Place(opening, free[0]) if free else None


def places_left(opening: Opening, meeting: Meeting, booked: Booked) -> int | None:
    """How many such visits could still be booked at this time; None: nothing limits them."""
    pool, free = _left(opening, meeting, booked)
    stated = [one for one in (pool, None if free is None else len(free)) if one is not None]
    return min(stated, default=None)


def _left(
    opening: Opening, meeting: Meeting, booked: Booked
) -> tuple[int | None, Sequence[str] | None]:
    """The places that are left, and the terminals; None for what the rules do not state."""
    named = _named_terminals(meeting)
    start, end = meeting.start, meeting.end
    what = (opening.session, opening.places, opening.gap, named, start, end)
    return booked.once(
        what,
        _keys_at(opening, named),
        start - opening.gap,
        end + opening.gap,
        lambda: (
            _pool_left(opening, meeting, booked),
            None if named is None else _free_terminals(opening, named, meeting, booked),
        ),
    )


def _pool_left(opening: Opening, meeting: Meeting, booked: Booked) -> int | None:
    if opening.places.most is None:
        return None
    start = meeting.start - opening.gap
    taking = booked.at(_keys(opening), start, meeting.end + opening.gap)
    taken = busiest(start, taking, opening.gap) if taking else 0
    return max(0, opening.places.most - taken)


def _named_terminals(meeting: Meeting) -> tuple[str, tuple[str, ...]] | None:
    """The place whose terminals the visit may take, and their names; None where it needs none
    or none is named."""
    return meeting.rules.terminals(meeting.traits) if meeting.channel.at_terminal else None


def _free_terminals(
    opening: Opening, named: tuple[str, tuple[str, ...]], meeting: Meeting, booked: Booked
) -> Sequence[str]:
    """The terminals of the unit that are free for the whole visit, best first."""
    start = meeting.start - opening.gap
    there = booked.at((_terminals_at(named[0]),), start, meeting.end + opening.gap)
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
        found |= {_terminals_at(named[0])} if named else set()
    return frozenset(filter(None, found))


def _keys(opening: Opening) -> tuple[str, ...]:
    """By which visits in the same places are found; a doubtful one is."""
    lost = _lost(opening.session)
    return (lost,) if opening.places.pool is None else (lost, opening.places.pool)


def _keys_at(opening: Opening, named: tuple[str, tuple[str, ...]] | None) -> tuple[str, ...]:
    """As `_keys`, with the unit's terminals."""
    return _keys(opening) if named is None else (*_keys(opening), _terminals_at(named[0]))


def _terminals_at(path: str) -> str:
    return f"terminals:{path}"


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
