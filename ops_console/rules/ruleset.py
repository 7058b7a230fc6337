"""A rules file made ready for deciding: what is worked out once and used for every request."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from ops_console.rules.bands import Cuts, cuts_of
from ops_console.rules.calendars import Calendars
from ops_console.rules.laid import Frame, LaidDay, frame_of, laid_day
from ops_console.rules.likeness import Likeness
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.paths import Levels, levels
from ops_console.rules.rulebook.rule import Rule
from ops_console.rules.rulebook.walk import parts
from ops_console.rules.selectors import Traits
from ops_console.rules.sessions import Opening, Timetable
from ops_console.rules.stints import Asked
from visits.clock import FacilityTime

T = TypeVar("T")
TIMED = frozenset({"sessions", "minutes"})
"""Conditions that hold for one visit of a day and not for another."""
MOST_LAID = 65_536
"""Days of openings that are kept before they are laid afresh."""


class _Named(NamedTuple):
    """A place of the housing list whose terminals have names."""

    path: Levels
    written: str
    terminals: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Ruleset:
    """The file and its timetable, whose calendars remember each year that was asked for."""

    book: Rulebook
    number: int = 0
    """Which version of the facility's rules it is."""
    _laid: dict[object, tuple[Opening, ...]] = field(default_factory=dict, repr=False)
    _days: dict[object, LaidDay] = field(default_factory=dict, repr=False)
    _same: dict[object, LaidDay] = field(default_factory=dict, repr=False)
    _frames: dict[object, Frame] = field(default_factory=dict, repr=False)
    _known: dict[object, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def timetable(self) -> Timetable:
        return Timetable(self.book)

    @property
    def calendars(self) -> Calendars:
        return self.timetable.calendars

    @cached_property
    def facility(self) -> FacilityTime:
        return self.book.facility.time

    @cached_property
    def likeness(self) -> Likeness:
        return Likeness(self.book)

    def openings(self, asked: Asked, day: date) -> tuple[Opening, ...]:
        """What the session day offers; inmates who are alike share the work."""
        alike = (self._alike(asked), day)
        found = self._laid.get(alike)
        if found is None:
            if len(self._laid) >= MOST_LAID:
                self._laid.clear()
            shape = (self.likeness.shape(asked.traits), asked.kind, asked.channel)
            found = self._laid[alike] = self.timetable.openings(asked, day, shape)
        return found

    def once(self, what: object, work: Callable[[], T]) -> T:
        """What `work` answers, asked once for these rules; `what` says all that it hangs on."""
        if what not in self._known:
            if len(self._known) >= MOST_LAID:
                self._known.clear()
            self._known[what] = work()
        found: T = self._known[what]
        return found

    def common(self, asked: Sequence[Asked], day: date) -> tuple[Opening, ...]:
        """What the session day offers to all of these."""
        first, *others = (self.openings(one, day) for one in asked)
        return tuple(one for one in first if all(one in other for other in others))

    def day(self, asked: Sequence[Asked], day: date) -> LaidDay:
        """The day as it is laid out for such a visit: one object for all who are offered the
        same openings, whoever they are and however they visit."""
        alike = (tuple(map(self._alike, asked)), day)
        found = self._days.get(alike)
        if found is None:
            if len(self._days) >= MOST_LAID:
                self._days.clear()
                self._same.clear()
                self._frames.clear()
            openings = (*self.common(asked, day - timedelta(days=1)), *self.common(asked, day))
            # What is kept under these ids keeps the openings, so that no other gets their ids.
            same = (day, *map(id, openings))
            if same not in self._same:
                self._same[same] = laid_day(self._frame(openings, day), openings)
            found = self._days[alike] = self._same[same]
        return found

    def _frame(self, openings: Sequence[Opening], day: date) -> Frame:
        """One object for openings that differ only in how many places they have, and where."""
        same = (day, *((one.slots, one.gap) for one in openings))
        if same not in self._frames:
            self._frames[same] = frame_of(openings, self.facility.day_bounds(day))
        return self._frames[same]

    def _alike(self, asked: Asked) -> Hashable:
        return self.likeness.of(asked.traits), asked.kind, asked.channel, asked.children

    def daily(self, word: str) -> bool:
        """Whether the entries of a list bind every visit of one day or none of them."""
        return word in self._daily

    @cached_property
    def _daily(self) -> frozenset[str]:
        return frozenset(
            word
            for word, entries in self.book.lists()
            if not any(_asks_for_a_time(part) for _, part in parts(entries))
        )

    @cached_property
    def names_sessions(self) -> bool:
        """Whether an entry is about visits in some sessions, and not about those in others."""
        return any(
            "sessions" in part.model_fields_set
            for _, entries in self.book.lists()
            for _, part in parts(entries)
        )

    @cached_property
    def bands(self) -> dict[str, Cuts | None]:
        """What the file tells apart of the days that it counts."""
        return {name: cuts_of(self.book, name) for name in self.book.counted}

    @cached_property
    def session_names(self) -> frozenset[str]:
        """What a visit may be booked in: the sessions, and the exceptions that add one."""
        added = (one.id for one in self.book.exceptions if one.id is not None)
        return frozenset((*(one.id for one in self.book.sessions), *added))

    def entries(self, word: str) -> tuple[tuple[str, Rule], ...]:
        """The entries of one list of the second half, by the file's word, with their names."""
        return self._entries.get(word, ())

    def terminals(self, traits: Traits) -> tuple[str, tuple[str, ...]] | None:
        """The smallest place around the inmate whose terminals are named, and their names, best
        first; None where the file only counts them or says nothing."""
        key = (self, "terminals")
        if key not in traits.memo:
            found = map(self._nearest_terminals, traits.places or ())
            traits.memo[key] = max(filter(None, found), key=lambda one: len(one[0]), default=None)
        known = traits.memo[key]
        return known[1:] if isinstance(known, _Named) else None

    def _nearest_terminals(self, home: Levels) -> _Named | None:
        around = (home[:length] for length in range(len(home), 0, -1))
        return next((self._named[path] for path in around if path in self._named), None)

    @cached_property
    def _named(self) -> dict[Levels, _Named]:
        return {
            levels(place.path): _Named(levels(place.path), place.path, place.terminals)
            for place in self.book.housing
            if isinstance(place.terminals, tuple)
        }

    @cached_property
    def _entries(self) -> dict[str, tuple[tuple[str, Rule], ...]]:
        return {word: tuple(_named(word, entries)) for word, entries in self.book.lists()}


def _asks_for_a_time(part: BaseModel) -> bool:
    return not TIMED.isdisjoint(part.model_fields_set)


def _named(word: str, entries: Sequence[Rule]) -> Iterator[tuple[str, Rule]]:
    for number, entry in enumerate(entries, start=1):
        yield entry.id or f"{word}-{number}", entry


@dataclass(frozen=True)
class Rules:
    """Every version of a facility's rules. On each day the latest one counts that is in force."""

    versions: tuple[Ruleset, ...]
    """The oldest first; at least one."""

    def on(self, day: date) -> Ruleset:
        """The version for visits of that day; where none is in force, the latest, which says so."""
        for version in reversed(self.versions):
            if version.book.effective.holds_on(day):
                return version
        return self.versions[-1]

    @property
    def facility(self) -> FacilityTime:
        return self.versions[-1].facility


def ruleset(rules: Rulebook | Ruleset) -> Ruleset:
    """Whoever decides often makes the ruleset once and hands it in."""
    return rules if isinstance(rules, Ruleset) else Ruleset(rules)


def all_rules(rules: Rulebook | Ruleset | Rules) -> Rules:
    """One file is all the rules where nothing says otherwise."""
    return rules if isinstance(rules, Rules) else Rules((ruleset(rules),))
