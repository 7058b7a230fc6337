"""New times for many visits, held against every possible choice of small cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console.rules.reassigning import (
    AtMost,
    Candidate,
    Displaced,
    Free,
    Reassignment,
    reassign,
)

NINE = datetime(2026, 7, 6, 9, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)
PLACES = ("hall", "desk")
STEPS = 12
"""Every case lies within so many steps of ten minutes."""

Choices = Mapping[str, int | None]


class Case(NamedTuple):
    displaced: list[Displaced]
    room: dict[str, list[int]]
    """For each place how many visits it can hold in each step."""
    rules: list[AtMost]

    def free(self, place: str, starts: datetime, ends: datetime) -> int:
        return min(self.room[place][step] for step in steps(starts, ends))


def steps(starts: datetime, ends: datetime) -> range:
    first, last = ((at - NINE) // TEN_MINUTES for at in (starts, ends))
    return range(first, last)


candidates = st.builds(
    lambda start, length, place, gap: Candidate(
        NINE + start * TEN_MINUTES,
        NINE + (start + length) * TEN_MINUTES,
        place,
        gap * TEN_MINUTES,
    ),
    st.integers(0, 6),
    st.integers(1, 3),
    st.sampled_from(PLACES),
    st.integers(0, 2),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    displaced = [
        Displaced(
            f"visit{number}",
            NINE + (start := draw(st.integers(0, 6))) * TEN_MINUTES,
            NINE + (start + draw(st.integers(1, 3))) * TEN_MINUTES,
            draw(st.frozensets(st.sampled_from("ijxyz"), min_size=1, max_size=3)),
            tuple(draw(st.lists(candidates, max_size=4, unique=True))),
            draw(st.integers(0, 2)),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    levels = st.lists(st.integers(-1, 3), min_size=STEPS, max_size=STEPS)
    choices = [(one.visit_id, index) for one in displaced for index in range(len(one.candidates))]
    limits = _limits(choices) if choices else st.just([])
    return Case(displaced, {place: draw(levels) for place in PLACES}, draw(limits))


def _limits(choices: list[tuple[str, int]]) -> st.SearchStrategy[list[AtMost]]:
    weighed = st.lists(
        st.tuples(st.sampled_from(choices), st.integers(0, 3)),
        min_size=1,
        unique_by=lambda one: one[0],
    )
    limit = st.builds(
        lambda some, most, plain: AtMost(
            tuple(choice for choice, _ in some),
            most,
            () if plain else tuple(float(weight) for _, weight in some),
        ),
        weighed,
        st.integers(-1, 4),
        st.booleans(),
    )
    return st.lists(limit, max_size=3)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(cases())
def test_nothing_better_goes_together(case: Case) -> None:
    found = reassign(case.displaced, case.free, case.rules)
    assert found.proven
    assert goes_together(case, found.choices)
    best = max(merit(case, choices) for choices in every_choice(case))
    assert merit(case, found.choices) == best


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_visits_times_and_limits_come_changes_nothing(
    case: Case, chance: Random
) -> None:
    found = reassign(case.displaced, case.free, case.rules)
    again = reassign(*shuffled(case, chance))
    assert times(again) == times(found)


def times(found: Reassignment) -> dict[str, Candidate | None]:
    return dict(found.times)


def every_choice(case: Case) -> Iterator[Choices]:
    ids = [one.visit_id for one in case.displaced]
    for indexes in product(*((None, *range(len(one.candidates))) for one in case.displaced)):
        choices = dict(zip(ids, indexes, strict=True))
        if goes_together(case, choices):
            yield choices


def goes_together(case: Case, choices: Choices) -> bool:
    """Step by step, with every place and person written into a list."""
    used: list[tuple[str, int]] = []
    busy: list[tuple[str, int]] = []
    for visit, one in chosen(case.displaced, choices):
        gap = longest_gap(case.displaced, one.place)
        used += ((one.place, step) for step in steps(one.starts_at, one.ends_at + gap))
        busy += (
            (person, step) for person in visit.people for step in steps(one.starts_at, one.ends_at)
        )
    return (
        len(busy) == len(set(busy))
        and all(used.count(cell) <= case.room[cell[0]][cell[1]] for cell in used)
        and all(within(limit, choices) for limit in case.rules)
    )


def chosen(
    displaced: Sequence[Displaced], choices: Choices
) -> Iterator[tuple[Displaced, Candidate]]:
    for visit in displaced:
        index = choices[visit.visit_id]
        if index is not None:
            yield visit, visit.candidates[index]


def longest_gap(displaced: Sequence[Displaced], place: str) -> timedelta:
    return max(one.gap for visit in displaced for one in visit.candidates if one.place == place)


def within(limit: AtMost, choices: Choices) -> bool:
    weights = limit.weights or [1.0] * len(limit.choices)
    total = sum(
        weight
        for (visit, index), weight in zip(limit.choices, weights, strict=True)
        if choices[visit] == index
    )
    return total <= max(limit.most, 0)


def merit(case: Case, choices: Choices) -> tuple[int, int, int, int]:
    """Visits kept; how often these were moved before; then, the less the better, tenths of a
    minute of distance and minutes of another length; and how many are later."""
    pairs = list(chosen(case.displaced, choices))
    return (
        len(pairs),
        sum(visit.moved_before for visit, _ in pairs),
        -sum(tenths(visit, one) * (1 + visit.moved_before) for visit, one in pairs),
        -sum((one.starts_at > visit.starts_at) * (1 + visit.moved_before) for visit, one in pairs),
    )


def tenths(visit: Displaced, one: Candidate) -> int:
    away = abs(one.starts_at - visit.starts_at)
    other = abs((one.ends_at - one.starts_at) - (visit.ends_at - visit.starts_at))
    return (10 * away + other) // timedelta(minutes=1)


def shuffled(case: Case, chance: Random) -> tuple[list[Displaced], Free, list[AtMost]]:
    """The same case, told in another order."""
    orders = {
        one.visit_id: chance.sample(range(len(one.candidates)), len(one.candidates))
        for one in case.displaced
    }
    displaced = [
        Displaced(
            one.visit_id,
            one.starts_at,
            one.ends_at,
            one.people,
            tuple(one.candidates[index] for index in orders[one.visit_id]),
            one.moved_before,
        )
        for one in chance.sample(case.displaced, len(case.displaced))
    ]
    rules = []
    for rule in chance.sample(case.rules, len(case.rules)):
        order = chance.sample(range(len(rule.choices)), len(rule.choices))
        choices = [
            (visit, orders[visit].index(index))
            for visit, index in (rule.choices[number] for number in order)
        ]
        weights = tuple(rule.weights[number] for number in order if rule.weights)
        rules.append(AtMost(tuple(choices), rule.most, weights))
    return displaced, case.free, rules
