"""What may be taken together, as rows of columns: at one place, of one person, in one limit."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from ops_console.rules._assignment import Row
from ops_console.rules.displaced import AtMost, Candidate, Displaced, Free

Room = Callable[[datetime, datetime], int]


class Column(NamedTuple):
    """One candidate of one visit."""

    visit: Displaced
    choice: int

    @property
    def candidate(self) -> Candidate:
        return self.visit.candidates[self.choice]


class Hold(NamedTuple):
    """From when until when a column would hold a place or a person."""

    starts_at: datetime
    ends_at: datetime
    column: int


def bounds(columns: Sequence[Column], free: Free, limits: Iterable[AtMost]) -> list[Row]:
    """Everything that bounds which columns of different visits may be taken together, in an order
    that depends on that of the columns only."""
    return [
        *_places(columns, free),
        *_people(columns),
        *sorted(_limits(columns, limits), key=lambda row: (row.columns, row.weights, row.most)),
    ]


def longest_gaps(candidates: Iterable[Candidate]) -> dict[str, timedelta]:
    """For each place the longest gap that is asked for there."""
    gaps: dict[str, timedelta] = {}
    for one in candidates:
        gaps[one.place] = max(gaps.get(one.place, one.gap), one.gap)
    return gaps


def _places(columns: Sequence[Column], free: Free) -> Iterator[Row]:
    gaps = longest_gaps(column.candidate for column in columns)
    of: dict[str, list[Hold]] = defaultdict(list)
    for number, column in enumerate(columns):
        one = column.candidate
        of[one.place].append(Hold(one.starts_at, one.ends_at + gaps[one.place], number))
    for place, holds in of.items():
        yield from _crowded(columns, holds, partial(free, place))


def _people(columns: Sequence[Column]) -> Iterator[Row]:
    of: dict[str, list[Hold]] = defaultdict(list)
    for number, column in enumerate(columns):
        one = column.candidate
        of[column.visit.visit_id].append(Hold(one.starts_at, one.ends_at, number))
    for visits in _shared({column.visit.visit_id: column.visit for column in columns}.values()):
        holds = [hold for visit in sorted(visits) for hold in of[visit]]
        yield from _crowded(columns, holds, lambda *_: 1)


def _shared(visits: Iterable[Displaced]) -> list[frozenset[str]]:
    """The visits of each person who has several; left out where they are among another's, which
    is what most visitors' are among their inmate's."""
    of: dict[str, set[str]] = defaultdict(set)
    for visit in visits:
        for person in visit.people:
            of[person].add(visit.visit_id)
    several = {frozenset(visits) for visits in of.values() if len(visits) > 1}
    widest = [one for one in several if not any(one < other for other in several)]
    return sorted(widest, key=sorted)


def _crowded(columns: Sequence[Column], holds: list[Hold], room: Room) -> Iterator[Row]:
    """A row for every moment at which more visits could come together than there is room for."""
    tightest: dict[tuple[int, ...], int] = {}
    for starts, ends, numbers in _moments(holds):
        most = max(room(starts, ends), 0)
        if len({columns[number].visit.visit_id for number in numbers}) > most:
            tightest[numbers] = min(most, tightest.get(numbers, most))
    return (_row(numbers, most) for numbers, most in tightest.items())


def _moments(holds: list[Hold]) -> Iterator[tuple[datetime, datetime, tuple[int, ...]]]:
    """The stretches between any two changes, with the columns that hold all of each."""
    changes = sorted({at for hold in holds for at in (hold.starts_at, hold.ends_at)})
    during: list[list[int]] = [[] for _ in changes]
    for hold in holds:
        first, last = bisect_left(changes, hold.starts_at), bisect_left(changes, hold.ends_at)
        for numbers in during[first:last]:
            numbers.append(hold.column)
    for (starts, ends), numbers in zip(pairwise(changes), during, strict=False):
        if numbers:
            yield starts, ends, tuple(numbers)


def _limits(columns: Sequence[Column], limits: Iterable[AtMost]) -> Iterator[Row]:
    numbers = {
        (column.visit.visit_id, column.choice): number for number, column in enumerate(columns)
    }
    for limit in limits:
        weighed = sorted((numbers[choice], weight) for choice, weight in limit.weighed())
        yield Row(
            tuple(number for number, _ in weighed),
            tuple(weight for _, weight in weighed),
            max(limit.most, 0),
        )


def _row(numbers: Iterable[int], most: float) -> Row:
    columns = tuple(numbers)
    return Row(columns, (1.0,) * len(columns), most)
