"""What the sessions offer to one visit: which of them it is in, and what places they have."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import TypeVar

from ops_console.rules.ages import has_children
from ops_console.rules.laid import LaidDay
from ops_console.rules.ledger import Booked, Visit
from ops_console.rules.meeting import Meeting
from ops_console.rules.places import places
from ops_console.rules.sessions import Opening
from ops_console.rules.slots import Stretch
from ops_console.rules.stints import Asked

T = TypeVar("T")
NO_GAP = timedelta(0)
ONE_DAY = timedelta(days=1)
UNLIMITED = 99
"""Places that are counted where the rules do not say how many there are."""
Named = tuple[str, tuple[str, ...]]
"""A place of the housing list, and the names of its terminals."""
At = Callable[[tuple[str, ...]], Sequence[Visit]]
"""The visits that are found by these keys within the time that is looked at."""
Left = tuple[int | None, Sequence[str] | None]
"""How many places are left, and which terminals; None for what the rules do not state."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit can be: in this opening, at this terminal if it needs one that is named."""

    opening: Opening
    terminal: str | None


def openings_of(meeting: Meeting) -> tuple[Opening, ...]:
    """The openings that offer exactly this visit, of its own session if that is known to be one
    of them; for a booked one that no longer is offered those that it lies in."""
    offered = _day(meeting).offers.get(Stretch(meeting.start, meeting.end), ())
    if meeting.session is not None:
        offered = tuple(one for one in offered if one.session == meeting.session) or offered
    if offered or meeting.visit is None:
        return offered
    around = (*openings_on(meeting, meeting.day - ONE_DAY), *openings_on(meeting, meeting.day))
    return tuple(
        one for one in around if one.starts_at <= meeting.start and meeting.end <= one.ends_at
    )


def sessions_of(meeting: Meeting) -> tuple[str, ...]:
    """Which session the visit is in: its own, as long as the file has that; else those that offer
    its time."""
    own = meeting.session
    if own is not None and own in meeting.rules.session_names:
        return (own,)
    return tuple(one.session for one in openings_of(meeting))


def in_each_session(meeting: Meeting) -> tuple[Meeting, ...]:
    """The meeting in each of the sessions that offer its time, where the rules ask in which it
    is: what one of them bars another may allow."""
    if meeting.session is not None or not meeting.rules.names_sessions:
        return (meeting,)
    sessions = tuple(dict.fromkeys(one.session for one in openings_of(meeting)))
    return tuple(map(meeting.within, sessions)) if len(sessions) > 1 else (meeting,)


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


def reach_of(meeting: Meeting) -> Stretch:
    """From when until when those of `times_of` are, with the gaps around them."""
    return _day(meeting).reaches


def free_times(meeting: Meeting, booked: Booked) -> Collection[Stretch]:
    """Those of `times_of` that have a place left, by start."""
    return places_on(_day(meeting), meeting, booked).keys()


def places_on(laid: LaidDay, meeting: Meeting, booked: Booked) -> Mapping[Stretch, int]:
    """How many such visits could still be booked at each time of the day that has a place left;
    `UNLIMITED` where nothing limits them. Shared by all who are offered the same at the same
    terminals: where many ask for few times, who comes too late learns it from here."""
    return places_at(laid, named_terminals(meeting), booked)


def places_at(laid: LaidDay, named: Named | None, booked: Booked) -> Mapping[Stretch, int]:
    """As `places_on`, of visits that may take these terminals."""
    return booked.once(
        (laid, named),
        keys_on(laid, named),
        *laid.reaches,
        lambda: _all_left(laid, named, booked),
    )


def keys_on(laid: LaidDay, named: Named | None) -> tuple[str, ...]:
    """By which the visits are found that could take the day's places or these terminals."""
    return tuple(dict.fromkeys(key for one in laid.openings for key in _keys_at(one, named)))


def _all_left(laid: LaidDay, named: Named | None, booked: Booked) -> dict[Stretch, int]:
    """The places of all openings together, at each time that begins on the day."""
    at = cache(lambda keys: booked.at(keys, *laid.reaches))
    start = laid.reaches.starts_at
    places: dict[Stretch, int] = {}
    for opening in laid.openings:
        places.update(_left_in(opening, named, at, start, _fewest))
    if laid.frame.shared:
        left = {one: _left_in(one, named, at, start, _as_it_is) for one in laid.openings}
        for slot in laid.frame.shared:
            places[slot] = _together([(one, left[one][slot]) for one in laid.offers[slot]])
    return {slot: places[slot] for slot in laid.times if places[slot] > 0}


def _left_in(
    opening: Opening, named: Named | None, at: At, start: datetime, told: Callable[[Left], T]
) -> dict[Stretch, T]:
    """What one opening has left at each of its times. Few visits run on a day: what is left
    beside none is told once, and beside some only where they run."""
    taking, there = _those_booked(opening, named, at)
    left = dict.fromkeys(opening.slots, told(_beside(opening, named, start, (), ())))
    taken = _by_time(opening, taking)
    used = _by_time(opening, there)
    for slot in taken.keys() | used.keys():
        beside = taken.get(slot, ()), used.get(slot, ())
        left[slot] = told(_beside(opening, named, slot.starts_at, *beside))
    return left


def _as_it_is(left: Left) -> Left:
    return left


def _together(left: Sequence[tuple[Opening, Left]]) -> int:
    """How many visits find a place, one after the other, each in the first opening that has
    one: what they have in common, a pool or the terminals, is taken once."""
    pools: defaultdict[str | None, int] = defaultdict(int)
    used: set[str] = set()
    for opening, (most, terminals) in left:
        pool = opening.places.pool
        free = None if terminals is None else [one for one in terminals if one not in used]
        room = _fewest((None if most is None else max(0, most - pools[pool]), free))
        pools[pool] += room
        used.update((free or ())[:room])
    return min(UNLIMITED, sum(pools.values()))


def _by_time(opening: Opening, visits: Iterable[Visit]) -> Mapping[Stretch, Sequence[Visit]]:
    """The visits that run during a time, or in the gaps around it, for each with any."""
    slots, gap = opening.slots, opening.gap
    longest = max((one.ends_at - one.starts_at for one in slots), default=NO_GAP)
    found: defaultdict[Stretch, list[Visit]] = defaultdict(list)
    for visit in visits:
        begin, end = visit.start - gap, visit.end + gap
        first = bisect_right(slots, begin - longest, key=_start)
        for slot in slots[first : bisect_left(slots, end, lo=first, key=_start)]:
            if begin < slot.ends_at:
                found[slot].append(visit)
    return found


_start = attrgetter("starts_at")


def _around(opening: Opening, slot: Stretch) -> Stretch:
    """The time with the gaps that are left around it."""
    return Stretch(slot.starts_at - opening.gap, slot.ends_at + opening.gap)


def _fewest(left: Left) -> int:
    stated = [
        one for one in (left[0], None if left[1] is None else len(left[1])) if one is not None
    ]
    return min(stated, default=UNLIMITED)


def _day(meeting: Meeting) -> LaidDay:
    return meeting.once_a_day("laid", lambda: meeting.rules.day(as_asked(meeting), meeting.day))


def busiest(start: datetime, booked: Sequence[Visit], gap: timedelta = NO_GAP) -> int:
    """The most of these visits, each with the gap around it, that run at any one moment from
    `start` on. They all overlap one stretch that begins there."""
    if len(booked) < 2:
        return len(booked)
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


def _left(opening: Opening, meeting: Meeting, booked: Booked) -> Left:
    """The places that are left, and the terminals."""
    named = named_terminals(meeting)
    start, end = meeting.start, meeting.end
    around = _around(opening, Stretch(start, end))

    def work() -> Left:
        known = _those_booked(opening, named, lambda keys: booked.at(keys, *around))
        return _beside(opening, named, start, *known)

    what = (opening.session, opening.places, opening.gap, named, start, end)
    return booked.once(what, _keys_at(opening, named), *around, work)


def _those_booked(
    opening: Opening, named: Named | None, at: At
) -> tuple[Sequence[Visit], Sequence[Visit]]:
    """The visits that take places of the opening, and those that take terminals."""
    counts = opening.places.most is not None
    return (
        at(_keys(opening)) if counts else (),
        at((_terminals_at(named[0]),)) if named is not None else (),
    )


def _beside(
    opening: Opening,
    named: Named | None,
    start: datetime,
    taking: Sequence[Visit],
    there: Sequence[Visit],
) -> Left:
    """What is left from `start` on beside visits that all overlap the one that begins then."""
    begin, most = start - opening.gap, opening.places.most
    if most is not None and taking:
        most = max(0, most - busiest(begin, taking, opening.gap))
    free = None if named is None else _free_terminals(named[1], begin, there, opening.gap)
    return most, free


def named_terminals(meeting: Meeting) -> Named | None:
    """The place whose terminals the visit may take, and their names; None where it needs none
    or none is named."""
    return meeting.rules.terminals(meeting.traits) if meeting.channel.at_terminal else None


def _free_terminals(
    names: Sequence[str], begin: datetime, there: Sequence[Visit], gap: timedelta
) -> Sequence[str]:
    """The terminals of the unit that are free for the whole visit, best first."""
    if not there:
        return names
    taken = {one.terminal for one in there}
    somewhere = [one for one in there if one.terminal not in names]
    free = [terminal for terminal in names if terminal not in taken]
    lost = busiest(begin, somewhere, gap) if somewhere else 0
    return free[: max(0, len(free) - lost)]


def places_of(meeting: Meeting) -> frozenset[str]:
    """What a booked visit takes: a place of each opening that it may be in, and a terminal. One
    that its session offers no more, as when its inmate was moved, keeps its place there."""
    sessions = sessions_of(meeting)
    found = {one.places.pool for one in openings_of(meeting) if one.session in sessions}
    if not found and meeting.session is not None:
        found = {_share(meeting.session, meeting), _lost(meeting.session)}
    if meeting.channel.at_terminal:
        named = meeting.rules.terminals(meeting.traits)
        found |= {_terminals_at(named[0])} if named else set()
    return frozenset(filter(None, found))


def _share(session: str, meeting: Meeting) -> str | None:
    """By which the places of a recurring session are found that are the inmate's."""
    for one in meeting.book.sessions:
        if one.id == session:
            share = places(one.capacity, session, meeting.traits, meeting.book)
            return None if share is None else share.pool
    return None


def _keys(opening: Opening) -> tuple[str, ...]:
    """By which visits in the same places are found; a doubtful one is."""
    lost = _lost(opening.session)
    return (lost,) if opening.places.pool is None else (lost, opening.places.pool)


def _keys_at(opening: Opening, named: Named | None) -> tuple[str, ...]:
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
