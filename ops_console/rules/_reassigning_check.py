"""A second look at a proposal, which shares nothing with the search but the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations, pairwise

from ops_console.rules.displaced import AtMost, Candidate, Displaced, Free
from visits.errors import EngineerMustAct

ROUNDING = 1e-6


def check(
    displaced: Sequence[Displaced],
    free: Free,
    limits: Iterable[AtMost],
    choices: Mapping[str, int | None],
) -> None:
    """Raises `EngineerMustAct` when the chosen times do not go together."""
    taken = {
        visit.visit_id: visit.candidates[index]
        for visit in displaced
        if (index := choices[visit.visit_id]) is not None
    }
    _people(displaced, taken)
    for place in {one.place for one in taken.values()}:
        gap = max(one.gap for it in displaced for one in it.candidates if one.place == place)
        _place(place, gap, [one for one in taken.values() if one.place == place], free)
    for limit in limits:
        total = sum(weight for (visit, index), weight in limit.weighed() if choices[visit] == index)
        if total > max(limit.most, 0) + ROUNDING:
            raise _wrong(f"{total:g} where {limit.most:g} is the most for {limit.choices}")


def _people(displaced: Iterable[Displaced], taken: Mapping[str, Candidate]) -> None:
    kept = [visit for visit in displaced if visit.visit_id in taken]
    for first, second in combinations(kept, 2):
        both = first.people & second.people
        one, other = taken[first.visit_id], taken[second.visit_id]
        if both and one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            raise _wrong(f"{min(both)} is in {first.visit_id} and {second.visit_id} at once")


def _place(place: str, gap: timedelta, taken: Sequence[Candidate], free: Free) -> None:
    moments: set[datetime] = set()
    for one in taken:
        moments |= {one.starts_at, one.ends_at + gap}
    for starts, ends in pairwise(sorted(moments)):
        held = sum(one.starts_at < ends and starts < one.ends_at + gap for one in taken)
        if held > max(free(place, starts, ends), 0):
            raise _wrong(f"{held} visits hold {place} at {starts}")


def _wrong(what: str) -> EngineerMustAct:
    return EngineerMustAct(f"The proposed new times do not go together: {what}. Report this.")
