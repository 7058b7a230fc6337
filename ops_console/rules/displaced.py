"""Visits that lost their time, the times each could have, and what may be taken together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

Free = Callable[[str, datetime, datetime], int]
"""How many more visits a place could hold at every moment of the stretch, beside those that stay.
A visit holds its place from its start until the gap after its end has passed; whoever answers
counts the visits that stay in the same way. Where nothing limits a place, any large number."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A time that a displaced visit could have."""

    starts_at: datetime
    ends_at: datetime
    place: str
    """What has room for so many at once, such as `terminals:main/2/a` or `pool:hall`."""
    gap: timedelta = timedelta(0)
    """To be left free at the place before and after. The longest that any candidate at a place
    asks for holds between all visits that are moved there."""

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at or self.gap < timedelta(0):
            raise ValueError("A time ends after it starts, and its gap is not negative.")


@dataclass(frozen=True, slots=True)
class Displaced:
    """A visit that lost its time. The rules accept each candidate beside all visits that stay."""

    visit_id: str
    starts_at: datetime
    ends_at: datetime
    people: frozenset[str]
    """Inmate and visitors: nobody is in two visits at once."""
    candidates: tuple[Candidate, ...]
    moved_before: int = 0
    """How often it has lost its time already: such a visit is kept first, and moved least."""


@dataclass(frozen=True, slots=True)
class AtMost:
    """Of these choices no more than `most` may be taken together: a quota over a period, two
    inmates who are kept separate."""

    choices: tuple[tuple[str, int], ...]
    """Visit and index of its candidate."""
    most: float
    """What the visits that stay leave; below zero nothing is left."""
    weights: tuple[float, ...] = ()
    """What each choice adds (minutes, people, points), not negative; none: 1 each."""

    def __post_init__(self) -> None:
        if self.weights and len(self.weights) != len(self.choices):
            raise ValueError("Every choice has a weight, or none has.")
        if any(weight < 0 for weight in self.weights):
            raise ValueError("A weight is not negative.")

    def weighed(self) -> tuple[tuple[tuple[str, int], float], ...]:
        """Every choice with what it adds."""
        return tuple(zip(self.choices, self.weights or (1.0,) * len(self.choices), strict=True))


@dataclass(frozen=True, slots=True)
class Reassignment:
    """A proposal: for every displaced visit the index of its candidate, or None."""

    choices: Mapping[str, int | None]
    times: Mapping[str, Candidate | None]
    proven: bool
    """Whether no other choice is better; False when the search ran out of time."""
    kept: int
    median_minutes: float | None
    """Between old and new start, over the visits that are kept; None when none is."""
    most_minutes: float | None
