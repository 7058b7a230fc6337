"""Which columns to take, of the greatest worth first and then of the least cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Row:
    """The weights of the columns that are taken, together no more than `most`."""

    columns: tuple[int, ...]
    weights: tuple[float, ...]
    most: float


@dataclass(frozen=True, slots=True)
class Group:
    """Columns of which one may be taken, and what that is worth."""

    columns: tuple[int, ...]
    worth: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Every column is in one group; taking nothing is within every row."""

    groups: Sequence[Group]
    costs: Sequence[float]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns to take, in order; `proven` when no others are better."""

    columns: tuple[int, ...]
    proven: bool


def most_then_nearest(problem: Problem, seconds: float) -> Answer:
    """Takes at most one column of each group: of the greatest total worth and, among these, of
    the least total cost.

    The same problem in the same order gives the same answer, unless `seconds` ran out; then it
    is the best that was found, with the worth before the cost.
    """
    ends = monotonic() + seconds
    todo = len(problem.costs)
    taken: list[int] = []
    proven = True
    for columns, part in _parts(problem):
        now = monotonic()
        answer = _answer(part, now + max(ends - now, 0) * len(columns) / todo)
        taken += (columns[number] for number in answer.columns)
        proven = proven and answer.proven
        todo -= len(columns)
    return Answer(tuple(sorted(taken)), proven)


def _parts(problem: Problem) -> Iterator[tuple[tuple[int, ...], Problem]]:
    """The problems that no row ties together, such as those of two housing units, each with the
    columns that its own are numbered after. They are solved one by one, which takes far less
    time than all together."""
    # scipy and numpy take about 70 MB and 0.7 s to load, which a console that is not asked for
    # a reassignment should not pay at its start.
    from ops_console.rules._solver import tied  # noqa: PLC0415

    of = {column: place for place, group in enumerate(problem.groups) for column in group.columns}
    parts = tied(
        [[of[column] for column in row.columns] for row in problem.rows], len(problem.groups)
    )
    rows: dict[int, list[Row]] = {part: [] for part in parts}
    for row in problem.rows:
        if row.columns:
            rows[parts[of[row.columns[0]]]].append(row)
    for part, its_rows in rows.items():
        groups = [group for place, group in enumerate(problem.groups) if parts[place] == part]
        columns = tuple(sorted(column for group in groups for column in group.columns))
        yield columns, _renumbered(columns, groups, its_rows, problem.costs)


def _renumbered(
    columns: Sequence[int], groups: Sequence[Group], rows: Sequence[Row], costs: Sequence[float]
) -> Problem:
    new = {column: number for number, column in enumerate(columns)}
    return Problem(
        [Group(tuple(new[column] for column in one.columns), one.worth) for one in groups],
        [costs[column] for column in columns],
        [Row(tuple(new[column] for column in one.columns), one.weights, one.most) for one in rows],
    )


def _answer(problem: Problem, ends: float) -> Answer:
    from ops_console.rules._solver import least  # noqa: PLC0415 - see above

    groups, width = problem.groups, len(problem.costs)
    # A column for each group that says whether it is served: were the worth a row over all
    # columns, the solver's presolve would take a minute instead of a second.
    served = tuple(range(width, width + len(groups)))
    losses = tuple(-float(group.worth) for group in groups)
    serving = (row for pair in zip(groups, served, strict=True) for row in _one_of(*pair))
    rows = [*problem.rows, *serving]
    most = least([0.0] * width + [*losses], rows, ends)
    reached = _worth(most, groups)
    rows.append(Row(served, losses, -reached))
    nearest = least([*problem.costs, *([0.0] * len(groups))], rows, ends)
    if _worth(nearest, groups) < reached:
        nearest = Answer(most.columns, proven=False)
    taken = tuple(column for column in nearest.columns if column < width)
    return Answer(taken, most.proven and nearest.proven)


def _one_of(group: Group, served: int) -> tuple[Row, Row]:
    """As many columns of the group are taken as it is served: one or none."""
    columns, ones = (*group.columns, served), (1.0,) * len(group.columns)
    return Row(columns, (*ones, -1.0), 0), Row(columns, (*(-one for one in ones), 1.0), 0)


def _worth(answer: Answer, groups: Sequence[Group]) -> int:
    taken = set(answer.columns)
    return sum(group.worth for group in groups if taken.intersection(group.columns))
