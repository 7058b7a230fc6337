"""A rules file made ready for deciding: what is worked out once and used for every request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ops_console.rules.calendars import Calendars
from ops_console.rules.likeness import Likeness
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.paths import Levels, levels
from ops_console.rules.rulebook.rule import Rule
from ops_console.rules.selectors import Traits
from ops_console.rules.sessions import Opening, Timetable
from ops_console.rules.stints import Asked
from visits.clock import FacilityTime

MOST_LAID = 65_536
"""Days of openings that are kept before they are laid afresh."""


@dataclass(frozen=True)
class Ruleset:
    """The file and its timetable, whose calendars remember each year that was asked for."""

    book: Rulebook
    number: int = 0
    """Which version of the facility's rules it is."""
    _laid: dict[object, tuple[Opening, ...]] = field(default_factory=dict, repr=False)

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
        alike = (self.likeness.of(asked.traits), asked.kind, asked.channel, asked.children, day)
        found = self._laid.get(alike)
        if found is None:
            if len(self._laid) >= MOST_LAID:
                self._laid.clear()
            found = self._laid[alike] = self.timetable.openings(asked, day)
        return found

    def entries(self, word: str) -> tuple[tuple[str, Rule], ...]:
        """The entries of one list of the second half, by the file's word, with their names."""
        return self._entries.get(word, ())

    def terminals(self, traits: Traits) -> tuple[str, tuple[str, ...]] | None:
        """The smallest place around the inmate whose terminals are named, and their names, best
        first; None where the file only counts them or says nothing."""
        homes = traits.places or ()
        around = [
            (len(path), place, names)
            for path, place, names in self._named_terminals
            if any(home[: len(path)] == path for home in homes)
        ]
        if not around:
            return None
        _, place, names = max(around)
        return place, names

    @cached_property
    def _named_terminals(self) -> tuple[tuple[Levels, str, tuple[str, ...]], ...]:
        return tuple(
            (levels(place.path), place.path, place.terminals)
            for place in self.book.housing
            if isinstance(place.terminals, tuple)
        )

    @cached_property
    def _entries(self) -> dict[str, tuple[tuple[str, Rule], ...]]:
        return {word: tuple(_named(word, entries)) for word, entries in self.book.lists()}


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
