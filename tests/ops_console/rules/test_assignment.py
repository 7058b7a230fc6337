"""Columns of the greatest worth and then of the least cost, held against every choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from random import Random

import pytest

from ops_console.rules import _solver
from ops_console.rules._assignment import Answer, Group, Problem, Row, most_then_nearest


def tangled(seed: int) -> Problem:
    """Five groups of three columns, of which many pairs exclude each other. Such odd rings are
    what makes a solution in parts cheaper than every whole one."""
    chance = Random(seed)
    columns = range(15)
    pairs = [tuple(sorted(chance.sample(columns, 2))) for _ in range(40)]
    return Problem(
        [Group((first, first + 1, first + 2), chance.choice((6, 6, 7))) for first in columns[::3]],
        [float(chance.randint(0, 20)) for _ in columns],
        [Row((one, other), (1.0, 1.0), 1) for one, other in pairs],
    )


def every_answer(problem: Problem) -> Iterator[tuple[int, ...]]:
    for choice in product(*((None, *group.columns) for group in problem.groups)):
        taken = tuple(column for column in choice if column is not None)
        if all(within(row, taken) for row in problem.rows):
            yield taken


def within(row: Row, taken: Sequence[int]) -> bool:
    pairs = zip(row.columns, row.weights, strict=True)
    return sum(weight for column, weight in pairs if column in taken) <= row.most


def merit(problem: Problem, taken: Sequence[int]) -> tuple[int, float]:
    worth = sum(group.worth for group in problem.groups if set(taken) & set(group.columns))
    return worth, -sum(problem.costs[column] for column in taken)


@pytest.mark.parametrize("seed", range(60))
def test_no_answer_within_the_rows_is_better(seed: int) -> None:
    problem = tangled(seed)
    answer = most_then_nearest(problem, 60)
    assert answer.proven
    assert within_all(problem, answer.columns)
    best = max(merit(problem, taken) for taken in every_answer(problem))
    assert merit(problem, answer.columns) == best


def within_all(problem: Problem, taken: tuple[int, ...]) -> bool:
    return taken in set(every_answer(problem))


def test_the_answer_is_proven_only_when_that_of_every_part_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_solver, "least", _first_unproven(_solver.least))
    two_parts = Problem([Group((0,), 1), Group((1,), 1)], [1.0, 1.0], [])
    assert most_then_nearest(two_parts, 60) == Answer((0, 1), proven=False)


def _first_unproven(least: Callable[..., Answer]) -> Callable[..., Answer]:
    calls: list[None] = []

    def doubtful(costs: list[float], rows: list[Row], ends: float) -> Answer:
        calls.append(None)
        return Answer(least(costs, rows, ends).columns, proven=len(calls) > 1)

    return doubtful
