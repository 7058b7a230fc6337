"""What an answer was read from, so that somebody else can tell later whether it still stands.

An answer that was worked out beside the one who writes is as good as one worked out now as long
as nothing has come that it would have looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from ops_console.rules.ledger import Booked, Visit
from visits.clock import FacilityTime

T = TypeVar("T")
MOST_MOMENTS = 1024
"""That are remembered."""
Changes = Sequence[tuple[Visit, frozenset[str]]]
"""Visits as they were or are, with the places that they take."""
Look = tuple[frozenset[str], datetime, datetime]
"""At which places, from when until when; no places at all: everywhere."""


@dataclass
class Reads:
    """Whose visits were looked at, and those of which places when."""

    people: set[str] = field(default_factory=set)
    looks: set[Look] = field(default_factory=set)

    def meet(self, visit: Visit, places: frozenset[str]) -> bool:
        """Whether the visit, which takes these places, is one that would have been found."""
        if visit.inmate in self.people or not self.people.isdisjoint(visit.people):
            return True
        return any(
            (not wanted or not wanted.isdisjoint(places))
            and visit.start < end
            and start < visit.end
            for wanted, start, end in self.looks
        )

    def at(self, places: Iterable[str], start: datetime, end: datetime) -> None:
        """Visits at these places were looked for; nowhere is no look at all."""
        if wanted := frozenset(places):
            self.looks.add((wanted, start, end))


class Lately:
    """What changed in a ledger lately, from one moment at which it was up to date to the next."""

    def __init__(self, mark: object) -> None:
        """`mark` is how far the changes were read when the ledger was read."""
        self._moments: deque[tuple[object, Changes]] = deque([(mark, ())], MOST_MOMENTS)

    def note(self, mark: object, changes: Changes) -> None:
        """That it is up to date as of this mark, and what changed since the last."""
        self._moments.append((mark, changes))

    def meet(self, reads: Reads, since: object) -> bool:
        """Whether a visit that would have been found came, went or changed since this mark; True
        where that is not known, as of marks at which this ledger was never up to date."""
        for mark, changes in reversed(self._moments):
            if mark == since:
                return False
            if any(reads.meet(*one) for one in changes):
                return True
        return True


@dataclass(frozen=True)
class BookedNoted(Booked):
    """Booked visits that note what was asked of them."""

    reads: Reads = field(default_factory=Reads)

    def of_inmate(self, inmate: str) -> list[Visit]:
        self.reads.people.add(inmate)
        return super().of_inmate(inmate)

    def of_person(self, person: str) -> list[Visit]:
        self.reads.people.add(person)
        return super().of_person(person)

    def at(self, places: Iterable[str], start: datetime, end: datetime) -> list[Visit]:
        wanted = tuple(places)
        self.reads.at(wanted, start, end)
        return super().at(wanted, start, end)

    def once(
        self,
        what: object,
        places: Sequence[str],
        start: datetime,
        end: datetime,
        work: Callable[[], T],
    ) -> T:
        self.reads.at(places, start, end)
        return super().once(what, places, start, end, work)

    def during(self, start: datetime, end: datetime) -> list[Visit]:
        self.reads.looks.add((frozenset(), start, end))
        return super().during(start, end)

    def on_days(self, first: date, last: date, facility: FacilityTime) -> list[Visit]:
        start, end = facility.day_bounds(first)[0], facility.day_bounds(last)[1]
        self.reads.looks.add((frozenset(), start, end))
        return super().on_days(first, last, facility)
