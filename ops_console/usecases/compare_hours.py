"""What another rules file would change of the visiting hours, unit by unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import product
from typing import NamedTuple

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.exceptions import USUAL_KINDS
from ops_console.rules.facts import InmateFact
from ops_console.rules.meeting import inmate_traits
from ops_console.rules.rulebook import Entry, Rulebook
from ops_console.rules.ruleset import Rules, Ruleset
from ops_console.rules.selectors import Traits
from ops_console.rules.sessions import Opening
from ops_console.rules.stints import Asked
from ops_console.usecases._console import Console
from ops_console.usecases._ready import with_terminals
from ops_console.usecases.change_rules import read_rules
from visits.model import HousingUnit, UnitId, VisitChannel, VisitKind

COMPARED_DAYS = 28
ONE_DAY = timedelta(days=1)
Way = tuple[VisitKind, VisitChannel]


@dataclass(frozen=True, order=True)
class Hours:
    """A window of one day, in minutes after its midnight, with the times in it."""

    opens: int
    closes: int
    times: tuple[tuple[int, int], ...]
    places: int
    """At once; -1 where nothing limits them."""


@dataclass(frozen=True)
class HoursChange:
    """The same change on several days, for these visits and so many of the unit's inmates."""

    days: tuple[date, ...]
    ways: frozenset[Way]
    inmates: int
    before: tuple[Hours, ...]
    after: tuple[Hours, ...]


@dataclass(frozen=True)
class UnitChange:
    """Everything that changes for one unit."""

    unit: HousingUnit
    inmates: int
    """Who live there."""
    changes: tuple[HoursChange, ...]


@dataclass(frozen=True)
class HoursCompared:
    """The units whose hours would differ, from the first to the last day that was looked at."""

    first: date
    last: date
    units: tuple[UnitChange, ...]


def compare_hours(console: Console, text: str) -> HoursCompared:
    """Before and after, for the four weeks from today, or from the day on which the text would
    come into force. Raises `RulesRefused` for a text with faults."""
    book = read_rules(console, text)
    today = console.facility.time.day(console.clock.now())
    first = max(today, book.effective.from_ or today)
    days = [first + number * ONE_DAY for number in range(COMPARED_DAYS)]
    with console.asking() as (db, ready):
        terminals = store.facility.terminals_in_service(db)
        number = ready.rules.versions[-1].number + 1
        after = Rules((*ready.rules.versions, Ruleset(with_terminals(book, terminals), number)))
        paths, both = store.facility.paths(db), _both_on(ready.rules, after, days)
        found = [
            _unit(both, unit, residents_of(db, unit.unit_id, paths))
            for unit in store.facility.units(db)
        ]
    return HoursCompared(first, days[-1], tuple(one for one in found if one.changes))


def residents_of(db: Database, unit_id: UnitId, paths: dict[UnitId, str]) -> list[InmateFact]:
    """Who live in the unit; somebody of whom nothing else is known where nobody does."""
    path = paths[unit_id]
    return store.facts.inmates_in(db, path) or [InmateFact(id="nobody", unit=path)]


def hours_on(rules: Ruleset, asked: Asked, day: date) -> tuple[Hours, ...]:
    """The day's windows without the names of their sessions, by start."""
    return tuple(sorted({_hours(one, rules) for one in rules.openings(asked, day)}))


def _hours(one: Opening, rules: Ruleset) -> Hours:
    local = rules.facility.local
    times = tuple((_minute(one.day, local(a)), _minute(one.day, local(b))) for a, b in one.slots)
    opens, closes = _minute(one.day, one.opens), _minute(one.day, one.closes)
    return Hours(opens, closes, times, -1 if one.places.most is None else one.places.most)


def _minute(day: date, wall: datetime) -> int:
    return (wall.date() - day).days * 1440 + wall.hour * 60 + wall.minute


@dataclass(frozen=True)
class _Both:
    """The versions that count on a day, now and then."""

    before: Ruleset
    after: Ruleset

    @cached_property
    def ways(self) -> tuple[tuple[Way, ...], ...]:
        """The kinds and channels in groups that no entry of either version tells apart."""
        groups: defaultdict[object, list[Way]] = defaultdict(list)
        for way in product(VisitKind, VisitChannel):
            books = (self.before.book, self.after.book)
            groups[tuple(one for book in books for one in _meant_by(book, *way))].append(way)
        return tuple(map(tuple, groups.values()))


def _both_on(before: Rules, after: Rules, days: list[date]) -> dict[date, _Both]:
    """The days on which another version would count."""
    known: dict[tuple[int, int], _Both] = {}
    found = {}
    for day in days:
        old, new = before.on(day), after.on(day)
        if old is not new:
            found[day] = known.setdefault((old.number, new.number), _Both(old, new))
    return found


def _unit(both: dict[date, _Both], unit: HousingUnit, residents: list[InmateFact]) -> UnitChange:
    found: defaultdict[_Changed, list[date]] = defaultdict(list)
    for day, versions in both.items():
        for changed in _on_day(versions, residents, day):
            found[changed].append(day)
    changes = [
        HoursChange(tuple(on), one.ways, one.inmates, one.before, one.after)
        for one, on in found.items()
    ]
    return UnitChange(unit, len(residents), tuple(sorted(changes, key=lambda one: one.days)))


class _Changed(NamedTuple):
    before: tuple[Hours, ...]
    after: tuple[Hours, ...]
    ways: frozenset[Way]
    inmates: int


def _on_day(both: _Both, residents: list[InmateFact], day: date) -> Iterator[_Changed]:
    """The day's changes: each pair of hours once, with the visits and the inmates it is for."""
    found: defaultdict[tuple[tuple[Hours, ...], tuple[Hours, ...]], dict[Way, int]]
    found = defaultdict(lambda: defaultdict(int))
    for before, after, inmates in _alike(both, residents, day):
        for ways in both.ways:
            old, new = Asked(before, *ways[0]), Asked(after, *ways[0])
            if _offered(both.before, old, day) != _offered(both.after, new, day):
                pair = hours_on(both.before, old, day), hours_on(both.after, new, day)
                for way in ways:
                    found[pair][way] += inmates
    for (hours_before, hours_after), ways_of in found.items():
        yield _Changed(hours_before, hours_after, frozenset(ways_of), max(ways_of.values()))


def _offered(rules: Ruleset, asked: Asked, day: date) -> set[tuple[object, ...]]:
    """The windows and times of a day, quick to compare."""
    return {
        (one.opens, one.closes, one.slots, one.places.most) for one in rules.openings(asked, day)
    }


def _meant_by(book: Rulebook, kind: VisitKind, channel: VisitChannel) -> Iterator[bool]:
    entries: tuple[Entry, ...] = (*book.sessions, *book.blackouts, *book.exceptions)
    yield from (one.concerns(kind, channel) for one in entries)
    for exception in book.exceptions:
        added = exception.add.kinds if exception.add is not None else None
        yield kind in (added or exception.kinds or USUAL_KINDS)


def _alike(
    both: _Both, residents: list[InmateFact], day: date
) -> Iterator[tuple[Traits, Traits, int]]:
    """One of each group of inmates whom neither version tells apart, as the one and the other
    sees them, and how many they are."""
    groups: defaultdict[object, list[tuple[Traits, Traits]]] = defaultdict(list)
    for one in residents:
        before, after = (inmate_traits(one, day, rules) for rules in (both.before, both.after))
        groups[both.before.likeness.of(before), both.after.likeness.of(after)].append(
            (before, after)
        )
    yield from ((*group[0], len(group)) for group in groups.values())
