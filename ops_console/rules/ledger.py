"""The visits that hold time, found by inmate, by person, by place and by moment.

Whoever decides often keeps one ledger and tells it of each change, so that a decision looks at
the few visits that concern it and not at all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from visits.clock import FacilityTime
from visits.model import VisitChannel, VisitKind, VisitStatus

HOUR_S = 3600
MOST_REMEMBERED = 65_536
"""Answers that are kept before they are worked out afresh."""
T = TypeVar("T")


class Visit(Protocol):
    """What the rules need to know of a visit that was booked."""

    @property
    def id(self) -> str: ...
    @property
    def inmate(self) -> str: ...
    @property
    def people(self) -> tuple[str, ...]:
        """Who booked comes first."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def kind(self) -> VisitKind: ...
    @property
    def channel(self) -> VisitChannel: ...
    @property
    def status(self) -> VisitStatus: ...
    @property
    def unit(self) -> str | None:
        """Where the inmate lived when it was booked; None: where they live now."""

    @property
    def session(self) -> str | None: ...
    @property
    def terminal(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """A visit as a ledger holds it."""

    id: str
    inmate: str
    people: tuple[str, ...]
    start: datetime
    end: datetime
    kind: VisitKind
    channel: VisitChannel
    status: VisitStatus
    unit: str | None = None
    session: str | None = None
    terminal: str | None = None


@dataclass(slots=True)
class _Entry:
    visit: Visit
    places: frozenset[str]
    day: date


_Shelf = dict[str, _Entry]


class Ledger:
    """Visits by what they hold. Not safe for two threads at once."""

    def __init__(self, facility: FacilityTime) -> None:
        self._facility = facility
        self._all: _Shelf = {}
        self._of_inmate: defaultdict[str, _Shelf] = defaultdict(dict)
        self._of_person: defaultdict[str, _Shelf] = defaultdict(dict)
        self._at: defaultdict[tuple[str, int], _Shelf] = defaultdict(dict)
        self._during: defaultdict[int, _Shelf] = defaultdict(dict)
        self._remembered: dict[object, Any] = {}
        self._hang_on: defaultdict[tuple[str, int], set[object]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, visit_id: str) -> bool:
        return visit_id in self._all

    def kept(self, visit_id: str) -> tuple[Visit, frozenset[str]] | None:
        """A visit and the places that it takes; None for one that is not here."""
        entry = self._all.get(visit_id)
        return None if entry is None else (entry.visit, entry.places)

    def copy(self) -> Ledger:
        """The same visits in a ledger of its own, which remembers nothing yet."""
        other = Ledger(self._facility)
        other._all = dict(self._all)
        other._of_inmate.update({key: dict(shelf) for key, shelf in self._of_inmate.items()})
        other._of_person.update({key: dict(shelf) for key, shelf in self._of_person.items()})
        other._at.update({key: dict(shelf) for key, shelf in self._at.items()})
        other._during.update({key: dict(shelf) for key, shelf in self._during.items()})
        return other

    def put(self, visit: Visit, places: frozenset[str]) -> None:
        """Adds a visit that takes a place of each of `places`, or replaces what it was."""
        self.drop(visit.id)
        entry = _Entry(visit, places, self._facility.day(visit.start))
        self._all[visit.id] = entry
        for shelf in self._shelves(entry):
            shelf[visit.id] = entry
        self._forget(entry)

    def drop(self, visit_id: str) -> None:
        """Forgets a visit; one that is not known is as good as forgotten."""
        entry = self._all.pop(visit_id, None)
        if entry is not None:
            for shelf in self._shelves(entry):
                shelf.pop(visit_id, None)
            self._forget(entry)

    def once(
        self,
        what: object,
        places: Sequence[str],
        start: datetime,
        end: datetime,
        work: Callable[[], T],
    ) -> T:
        """What `work` answers, asked once until a visit comes to one of the places, or goes, in
        an hour of the stretch. It may look at nothing else of the ledger, and `what` has to say
        everything else that it hangs on."""
        if what not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
                self._hang_on.clear()
            self._remembered[what] = work()
            for hour in hours_of(start, end):
                for place in places:
                    self._hang_on[place, hour].add(what)
        found: T = self._remembered[what]
        return found

    def _forget(self, entry: _Entry) -> None:
        """What was worked out before this visit came or went."""
        if not self._remembered:
            return
        for hour in hours_of(entry.visit.start, entry.visit.end):
            for place in entry.places:
                for what in self._hang_on.pop((place, hour), ()):
                    self._remembered.pop(what, None)

    def _shelves(self, entry: _Entry) -> Iterator[_Shelf]:
        visit = entry.visit
        yield self._of_inmate[visit.inmate]
        for person in visit.people:
            yield self._of_person[person]
        for hour in hours_of(visit.start, visit.end):
            yield self._during[hour]
            for place in entry.places:
                yield self._at[place, hour]

    def runs(self, visit_id: str, start: datetime, end: datetime) -> bool:
        """Whether it is a visit that runs for part of the stretch."""
        entry = self._all.get(visit_id)
        return entry is not None and entry.visit.start < end and start < entry.visit.end

    def of_inmate(self, inmate: str) -> Iterable[_Entry]:
        return self._of_inmate.get(inmate, {}).values()

    def of_person(self, person: str) -> Iterable[_Entry]:
        return self._of_person.get(person, {}).values()

    def at(self, place: str, start: datetime, end: datetime) -> Iterable[_Entry]:
        """Those at the place that may overlap the stretch, perhaps some twice."""
        for hour in hours_of(start, end):
            yield from self._at.get((place, hour), {}).values()

    def during(self, start: datetime, end: datetime) -> Iterable[_Entry]:
        """Those that may overlap the stretch, perhaps some twice."""
        hours = hours_of(start, end)
        if len(hours) > len(self._all):
            yield from self._all.values()
            return
        for hour in hours:
            yield from self._during.get(hour, {}).values()


def hours_of(start: datetime, end: datetime) -> range:
    """The numbers of the hours since 1970 that a stretch touches."""
    first, last = int(start.timestamp()) // HOUR_S, -int(-end.timestamp() // HOUR_S)
    return range(first, max(last, first + 1))


@dataclass(frozen=True)
class Booked:
    """A ledger as one request sees it: without the visit that the request would move, and with
    `older` visits of the same people, from before the ledger begins."""

    ledger: Ledger
    but: str | None = None
    older: tuple[Visit, ...] = field(default=(), repr=False)
    without: frozenset[str] = frozenset()
    """Further visits that are not counted: those that are about to lose their time."""

    def of_inmate(self, inmate: str) -> list[Visit]:
        """Every visit of the inmate."""
        past = [one for one in self.older if one.inmate == inmate]
        return [*past, *self._kept(self.ledger.of_inmate(inmate))]

    def of_person(self, person: str) -> list[Visit]:
        """Every visit that the person comes to."""
        past = [one for one in self.older if person in one.people]
        return [*past, *self._kept(self.ledger.of_person(person))]

    def at(self, places: Iterable[str], start: datetime, end: datetime) -> list[Visit]:
        """The visits that take one of these places for part of the stretch."""
        found = (one for place in places for one in self.ledger.at(place, start, end))
        return self._overlapping(found, start, end)

    def once(
        self,
        what: object,
        places: Sequence[str],
        start: datetime,
        end: datetime,
        work: Callable[[], T],
    ) -> T:
        """As of the ledger, worked out anew where one that is not counted runs in the stretch:
        everybody else would count it."""
        own = self.but is not None and self.ledger.runs(self.but, start, end)
        if self.without or own:
            return work()
        return self.ledger.once(what, places, start, end, work)

    def during(self, start: datetime, end: datetime) -> list[Visit]:
        """Every visit that runs for part of the stretch."""
        return self._overlapping(self.ledger.during(start, end), start, end)

    def on_days(self, first: date, last: date, facility: FacilityTime) -> list[Visit]:
        """Every visit that begins on one of these facility days."""
        start, end = facility.day_bounds(first)[0], facility.day_bounds(last)[1]
        found = {
            one.visit.id: one.visit
            for one in self.ledger.during(start, end)
            if first <= one.day <= last and self._stays(one.visit)
        }
        return list(found.values())

    def _kept(self, entries: Iterable[_Entry]) -> Iterator[Visit]:
        return (one.visit for one in entries if self._stays(one.visit))

    def _stays(self, visit: Visit) -> bool:
        return visit.id != self.but and visit.id not in self.without

    def _overlapping(
        self, entries: Iterable[_Entry], start: datetime, end: datetime
    ) -> list[Visit]:
        found = {
            one.visit.id: one.visit
            for one in entries
            if one.visit.start < end and start < one.visit.end and self._stays(one.visit)
        }
        return list(found.values())
