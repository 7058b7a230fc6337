"""What a decision may ask about people and visits, wherever it is kept.

None for a whole group of facts says that they are not stated; a missing fact refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from ops_console.rules.facts import (
    BanFact,
    ClosureFact,
    EngagementFact,
    Facts,
    InmateFact,
    PersonFact,
)
from ops_console.rules.ledger import Booked, Ledger, Visit
from ops_console.rules.refusing import Reason
from visits.clock import FacilityTime

Pair = tuple[str, str]


class People(Protocol):
    """Who somebody is."""

    def inmate(self, inmate_id: str) -> InmateFact | None: ...

    def person(self, person_id: str) -> PersonFact | None: ...


class World(People, Protocol):
    """The facts of one decision, at one moment of the store."""

    @property
    def booked(self) -> Booked | None:
        """The visits that hold time."""

    def apart(self, people: frozenset[str]) -> Sequence[Pair] | None:
        """The pairs of people kept apart of which one is among these."""

    def orders(self, people: frozenset[str]) -> Sequence[Pair] | None:
        """The no-contact orders about these."""

    def bans(self, people: frozenset[str]) -> Sequence[BanFact] | None:
        """The bars against these."""

    def lists_with(self, person: str) -> frozenset[str]:
        """The inmates on whose lists the person stands."""

    def engagements(self, inmate: str) -> Sequence[EngagementFact]: ...

    def closures(self) -> Sequence[ClosureFact]: ...

    def leave(self) -> Iterator[Reason]:
        """Why the facility has not given leave for such visits at all."""

    @property
    def last_day(self) -> date | None:
        """Nothing is booked beyond this day; None: the rules alone say how far ahead."""


@dataclass(frozen=True)
class Stated:
    """A world from facts that were written down; the places of visits come from `places_of`."""

    facts: Facts
    facility: FacilityTime
    places_of: Callable[[Visit], frozenset[str]]
    but: str | None = None
    last_day: date | None = None

    def inmate(self, inmate_id: str) -> InmateFact | None:
        return self._inmates.get(inmate_id)

    def person(self, person_id: str) -> PersonFact | None:
        return self._people.get(person_id)

    @cached_property
    def booked(self) -> Booked | None:
        if self.facts.visits is None:
            return None
        ledger = Ledger(self.facility)
        for one in self.facts.visits:
            if one.status.holds_time:
                ledger.put(one, self.places_of(one))
        return Booked(ledger, self.but)

    def apart(self, people: frozenset[str]) -> Sequence[Pair] | None:
        return _about(self.facts.separations, people)

    def orders(self, people: frozenset[str]) -> Sequence[Pair] | None:
        return _about(self.facts.no_contact, people)

    def bans(self, people: frozenset[str]) -> Sequence[BanFact] | None:
        if self.facts.bans is None:
            return None
        return [one for one in self.facts.bans if one.person in people]

    def lists_with(self, person: str) -> frozenset[str]:
        return frozenset(one.id for one in self.facts.inmates if person in (one.list or ()))

    def engagements(self, inmate: str) -> Sequence[EngagementFact]:
        return [one for one in self.facts.engagements if one.inmate == inmate]

    def closures(self) -> Sequence[ClosureFact]:
        return self.facts.closures

    def leave(self) -> Iterator[Reason]:
        yield from ()

    @cached_property
    def _inmates(self) -> dict[str, InmateFact]:
        return {one.id: one for one in reversed(self.facts.inmates)}

    @cached_property
    def _people(self) -> dict[str, PersonFact]:
        return {one.id: one for one in reversed(self.facts.people)}


def _about(pairs: Sequence[Pair] | None, people: frozenset[str]) -> Sequence[Pair] | None:
    if pairs is None:
        return None
    return [pair for pair in pairs if not people.isdisjoint(pair)]


def overlaps(start: datetime, end: datetime | None, other: tuple[datetime, datetime]) -> bool:
    """Whether a stretch, perhaps without an end, runs for part of another."""
    return start < other[1] and (end is None or other[0] < end)
