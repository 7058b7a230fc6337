"""A rules file made ready for deciding: what is worked out once and used for every request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ops_console.rules.calendars import Calendars
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.sessions import Timetable
from visits.clock import FacilityTime


@dataclass(frozen=True)
class Ruleset:
    """The file and its timetable, whose calendars remember each year that was asked for."""

    book: Rulebook

    @cached_property
    def timetable(self) -> Timetable:
        return Timetable(self.book)

    @property
    def calendars(self) -> Calendars:
        return self.timetable.calendars

    @cached_property
    def facility(self) -> FacilityTime:
        return self.book.facility.time


def ruleset(rules: Rulebook | Ruleset) -> Ruleset:
    """Whoever decides often makes the ruleset once and hands it in."""
    return rules if isinstance(rules, Ruleset) else Ruleset(rules)
