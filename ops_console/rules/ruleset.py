"""A rules file made ready for deciding: what is worked out once and used for every request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ops_console.rules.calendars import Calendars
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.sessions import Opening, Timetable
from ops_console.rules.stints import Asked
from visits.clock import FacilityTime

MOST_LAID = 8192
"""Days of openings that are kept before they are laid afresh."""


@dataclass(frozen=True)
class Ruleset:
    """The file and its timetable, whose calendars remember each year that was asked for."""

    book: Rulebook
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

    def openings(self, asked: Asked, day: date) -> tuple[Opening, ...]:
        """What the session day offers; inmates who are alike share the work."""
        alike = (frozenset(asked.traits.words.items()), asked.kind, asked.channel, asked.children)
        if (alike, day) not in self._laid:
            if len(self._laid) >= MOST_LAID:
                self._laid.clear()
            self._laid[alike, day] = self.timetable.openings(asked, day)
        return self._laid[alike, day]


def ruleset(rules: Rulebook | Ruleset) -> Ruleset:
    """Whoever decides often makes the ruleset once and hands it in."""
    return rules if isinstance(rules, Ruleset) else Ruleset(rules)
