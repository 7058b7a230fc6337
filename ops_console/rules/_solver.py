"""The calls of the solver (HiGHS, as scipy brings it). Imported where it is first used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ops_console.rules._assignment import Answer, Row

Numbers = NDArray[np.float64]
TOLERANCE = 1e-6
"""The solver's own, of a whole number and of a bound."""
NO_ANSWER = Answer((), proven=False)


@dataclass(frozen=True, slots=True)
class Model:
    """Columns of zero or one with what each costs, and what bounds them together."""

    costs: Numbers
    weights: csr_array[np.float64]
    most: Numbers
    ends: float

    def left(self) -> float:
        """Seconds; never none at all, which the solver would take for no limit."""
        return max(self.ends - monotonic(), 0.01)


def least(costs: Sequence[float], rows: Sequence[Row], ends: float) -> Answer:
    """The columns of the least total cost; none, unproven, when no answer was found before the
    monotonic clock shows `ends`.

    First columns may be taken in parts. That is fast, often already whole, and says for every
    column how much an answer with it must cost at least; so the search for whole ones passes
    over those that cannot be in the best, which makes it some ten times faster.
    """
    model = _model(costs, rows, ends)
    relaxed = linprog(
        model.costs,
        A_ub=cast("Any", model.weights),  # the stubs leave out sparse ones, which HiGHS takes
        b_ub=model.most,
        bounds=(0, 1),
        method="highs-ds",
        options={"time_limit": model.left()},
    )
    if relaxed.status != 0 or relaxed.x is None or relaxed.fun is None:
        return NO_ANSWER
    if np.all(np.abs(relaxed.x - np.round(relaxed.x)) <= TOLERANCE):
        return _taken(relaxed.x, proven=True)
    above: Numbers = relaxed.lower.marginals
    first, cost = _whole(model, above <= TOLERANCE)
    distance = cost - relaxed.fun
    if distance <= TOLERANCE:
        return first
    second, better = _whole(model, above <= distance + TOLERANCE)
    if better > cost:
        return Answer(first.columns, proven=False)
    return second


def tied(sets: Sequence[Sequence[int]], count: int) -> list[int]:
    """For each of so many things the number of its part: two that are in one set, or tied by
    others, have the same."""
    pairs = [(one[0], other) for one in sets for other in set(one)]
    ones = np.ones(len(pairs), dtype=np.int8)
    firsts, others = (np.asarray([pair[side] for pair in pairs], dtype=np.int32) for side in (0, 1))
    graph = csr_array((ones, (firsts, others)), shape=(count, count))
    _, parts = connected_components(graph, directed=False)
    return [int(part) for part in parts]


def _model(costs: Sequence[float], rows: Sequence[Row], ends: float) -> Model:
    lengths = [len(row.columns) for row in rows]
    weights: csr_array[np.float64] = csr_array(
        (
            np.asarray([weight for row in rows for weight in row.weights], dtype=float),
            np.asarray([column for row in rows for column in row.columns], dtype=np.int32),
            np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        ),
        shape=(len(rows), len(costs)),
    )
    most = np.asarray([row.most for row in rows], dtype=float)
    return Model(np.asarray(costs, dtype=float), weights, most, ends)


def _whole(model: Model, among: NDArray[np.bool_]) -> tuple[Answer, float]:
    """The best answer of some columns, and its cost: infinite when none was found."""
    columns = np.flatnonzero(among)
    found = milp(
        model.costs[columns],
        integrality=np.ones(len(columns), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(model.weights[:, columns], -np.inf, model.most),
        options={"time_limit": model.left(), "mip_rel_gap": 0},
    )
    if found.x is None:
        return NO_ANSWER, float("inf")
    every: Numbers = np.zeros(len(model.costs))
    every[columns] = found.x
    return _taken(every, proven=bool(found.status == 0)), float(found.fun)


def _taken(values: NDArray[Any], *, proven: bool) -> Answer:
    return Answer(tuple(int(column) for column in np.flatnonzero(values > 0.5)), proven)
