"""New times for many visits at once, after a lockdown, a broken terminal or changed hours.

An assignment problem with capacities: most visits kept, then each nearest its old time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from ops_console.rules._assignment import Answer, Group, Problem, most_then_nearest
from ops_console.rules._reassigning_check import check
from ops_console.rules._reassigning_rows import Column, bounds
from ops_console.rules.displaced import AtMost, Candidate, Displaced, Free, Reassignment

__all__ = ["AtMost", "Candidate", "Displaced", "Free", "Reassignment", "cost", "reassign"]

OTHER_LENGTH = 0.1
"""What a minute more or less of visit counts, in minutes that it is moved."""
LATER = 0.0001
"""What being later than the old time counts, so that of two equally near times the earlier wins."""


def reassign(
    displaced: Sequence[Displaced],
    free: Free,
    rules: Sequence[AtMost] = (),
    *,
    seconds: float = 5.0,
) -> Reassignment:
    """Proposes a time, or none, for every visit.

    First as many visits as possible are kept; of equal numbers, those that were moved before.
    Then the sum of `cost` is least. The same visits and rules give the same proposal in whatever
    order they come, unless the search runs out of `seconds`; then it is the best one found. It
    is checked before it is returned. Raises ValueError when a visit comes twice or a rule names
    a choice that no visit has, `EngineerMustAct` when the check fails.
    """
    by_id = {visit.visit_id: visit for visit in displaced}
    if len(by_id) < len(displaced):
        raise ValueError("A visit is displaced once.")
    _expect_known(by_id, rules)
    columns = sorted(_columns(displaced), key=_order)
    answer = _answer(columns, free, rules, seconds)
    choices: dict[str, int | None] = dict.fromkeys(by_id)
    for number in answer.columns:
        choices[columns[number].visit.visit_id] = columns[number].choice
    check(displaced, free, rules, choices)
    return _told(by_id, choices, answer.proven)


def cost(visit: Displaced, candidate: Candidate) -> float:
    """How unwelcome the time is: minutes from the old start, and a little for another length and
    for being later; multiplied for a visit that was moved before."""
    moved = candidate.starts_at - visit.starts_at
    stretched = (candidate.ends_at - candidate.starts_at) - (visit.ends_at - visit.starts_at)
    minutes = (abs(moved) + OTHER_LENGTH * abs(stretched)).total_seconds() / 60
    return (minutes + LATER * (candidate.starts_at > visit.starts_at)) * (1 + visit.moved_before)


def _expect_known(by_id: Mapping[str, Displaced], rules: Sequence[AtMost]) -> None:
    for rule in rules:
        for visit, index in rule.choices:
            if visit not in by_id or not 0 <= index < len(by_id[visit].candidates):
                raise ValueError(f"No displaced visit {visit} has a candidate {index}.")


def _columns(displaced: Sequence[Displaced]) -> Iterator[Column]:
    for visit in displaced:
        for index in range(len(visit.candidates)):
            yield Column(visit, index)


def _order(column: Column) -> tuple[object, ...]:
    """The same for the same visits in whatever order they and their candidates come."""
    one = column.candidate
    return column.visit.visit_id, one.starts_at, one.ends_at, one.place, one.gap


def _answer(
    columns: Sequence[Column], free: Free, rules: Sequence[AtMost], seconds: float
) -> Answer:
    if not columns:
        return Answer((), proven=True)
    costs = [cost(one.visit, one.candidate) for one in columns]
    return most_then_nearest(
        Problem(_groups(columns), costs, bounds(columns, free, rules)), seconds
    )


def _groups(columns: Sequence[Column]) -> list[Group]:
    """A group for each visit; one visit more is worth more than all that were moved before."""
    of: dict[str, list[int]] = {}
    visits = {one.visit.visit_id: one.visit for one in columns}
    for number, column in enumerate(columns):
        of.setdefault(column.visit.visit_id, []).append(number)
    all_moved = sum(visit.moved_before for visit in visits.values())
    return [
        Group(tuple(numbers), 1 + all_moved + visits[visit].moved_before)
        for visit, numbers in of.items()
    ]


def _told(
    by_id: Mapping[str, Displaced], choices: Mapping[str, int | None], proven: bool
) -> Reassignment:
    times = {
        visit: None if index is None else by_id[visit].candidates[index]
        for visit, index in choices.items()
    }
    minutes = [
        abs(time.starts_at - by_id[visit].starts_at).total_seconds() / 60
        for visit, time in times.items()
        if time is not None
    ]
    return Reassignment(
        choices=choices,
        times=times,
        proven=proven,
        kept=len(minutes),
        median_minutes=median(minutes) if minutes else None,
        most_minutes=max(minutes, default=None),
    )
