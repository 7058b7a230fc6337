"""New times for many visits at once, by example."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ops_console.rules import _solver
from ops_console.rules._assignment import Answer, Row
from ops_console.rules._reassigning_check import check
from ops_console.rules._reassigning_rows import Column, bounds
from ops_console.rules.reassigning import AtMost, Candidate, Displaced, Free, reassign
from visits.errors import EngineerMustAct

NINE = datetime(2026, 7, 6, 9, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def time(starts: int, length: int = 30, place: str = "hall", gap: int = 0) -> Candidate:
    return Candidate(at(starts), at(starts + length), place, timedelta(minutes=gap))


def visit(name: str, *times: Candidate, people: str = "", moved: int = 0) -> Displaced:
    """One whose old time was 9:00 to 9:30, of the people named by letters."""
    return Displaced(name, at(0), at(30), frozenset(people or name), times, moved)


def room(places: int) -> Free:
    return lambda place, starts, ends: places


def minutes(found: dict[str, Candidate | None]) -> dict[str, int | None]:
    return {
        name: None if one is None else round((one.starts_at - NINE).total_seconds() / 60)
        for name, one in found.items()
    }


def proposed(
    *displaced: Displaced, free: Free | None = None, rules: tuple[AtMost, ...] = ()
) -> dict[str, int | None]:
    """For each visit the minutes after nine at which it is to start."""
    found = reassign(displaced, free or room(1), rules)
    assert found.proven
    return minutes(dict(found.times))


def test_with_nothing_to_do_nothing_is_proposed() -> None:
    found = reassign([], room(1))
    assert (found.choices, found.kept, found.proven) == ({}, 0, True)
    assert (found.median_minutes, found.most_minutes) == (None, None)


def test_a_visit_without_a_time_that_is_free_keeps_none() -> None:
    assert proposed(visit("a"), visit("b", time(60)), free=room(0)) == {"a": None, "b": None}
    assert proposed(visit("a"), visit("b", time(60)), free=room(-1)) == {"a": None, "b": None}
    assert proposed(visit("a"), visit("b", time(60))) == {"a": None, "b": 60}


def test_each_visit_is_moved_to_its_nearest_time() -> None:
    assert proposed(visit("a", time(-90), time(60), time(120))) == {"a": 60}


def test_of_two_equally_near_times_the_earlier_is_proposed() -> None:
    assert proposed(visit("a", time(60), time(-60))) == {"a": -60}


def test_of_two_times_with_one_start_that_of_the_old_length_is_proposed() -> None:
    found = reassign([visit("a", time(60, 15), time(60, 30), time(60, 60))], room(1))
    assert found.choices == {"a": 1}


def test_a_visit_moves_farther_where_that_keeps_another() -> None:
    assert proposed(visit("a", time(60), time(600)), visit("b", time(60))) == {"a": 600, "b": 60}


def test_of_two_visits_that_cannot_both_be_kept_the_one_that_was_moved_before_is() -> None:
    first, again = visit("a", time(60)), visit("b", time(90), moved=1)
    assert proposed(first, again) == {"a": 60, "b": 90}
    clash = visit("b", time(75), moved=1)
    assert proposed(first, clash) == {"a": None, "b": 75}


def test_two_visits_are_kept_before_one_that_was_moved_often() -> None:
    often = visit("a", time(60, 120), moved=9)
    assert proposed(often, visit("b", time(60)), visit("c", time(120))) == {
        "a": None,
        "b": 60,
        "c": 120,
    }


def test_a_visit_that_was_moved_before_is_moved_less_than_another() -> None:
    times = time(60), time(90)
    assert proposed(visit("a", *times), visit("b", *times, moved=1)) == {"a": 90, "b": 60}


def test_a_place_takes_as_many_visits_at_every_moment_as_are_free() -> None:
    long, first, second = visit("a", time(60, 60)), visit("b", time(60)), visit("c", time(90))
    assert proposed(long, first, second, free=room(2)) == {"a": 60, "b": 60, "c": 90}
    assert proposed(long, first, second, free=room(1)) == {"a": None, "b": 60, "c": 90}


def test_a_visit_that_stays_counts_for_the_moments_in_which_it_runs() -> None:
    def free(place: str, starts: datetime, ends: datetime) -> int:
        return 1 if starts < at(120) and at(90) < ends else 2

    times = time(60, 60), time(120, 60)
    assert proposed(visit("a", *times), visit("b", *times), free=free) == {"a": 60, "b": 120}


def test_the_moment_with_the_least_room_bounds_visits_that_run_through_several() -> None:
    def free(place: str, starts: datetime, ends: datetime) -> int:
        return 1 if starts < at(80) else 2

    through = [visit(name, time(60, 60)) for name in "abc"]
    found = reassign([*through, visit("d", time(80, 20))], free)
    assert (found.kept, found.times["d"]) == (2, time(80, 20))


def test_places_do_not_take_from_each_other() -> None:
    assert proposed(visit("a", time(60)), visit("b", time(60, place="desk"))) == {"a": 60, "b": 60}


def test_the_gap_is_left_free_between_two_visits_that_are_moved() -> None:
    first = visit("a", time(60, gap=15))
    assert proposed(first, visit("b", time(90, gap=15), time(105, gap=15))) == {"a": 60, "b": 105}
    assert proposed(first, visit("b", time(30, gap=15), time(15, gap=15))) == {"a": 60, "b": 15}


def test_the_longest_gap_that_is_asked_for_holds_for_the_whole_place() -> None:
    first, second = visit("a", time(60)), visit("b", time(90, gap=15), time(105, gap=15))
    assert proposed(first, second) == {"a": 60, "b": 105}


def test_nobody_is_in_two_visits_at_once() -> None:
    first = visit("a", time(60), people="ix")
    second = visit("b", time(75, place="desk"), time(90, place="desk"), people="jx")
    assert proposed(first, second) == {"a": 60, "b": 90}


def test_each_person_counts_who_is_in_several_visits() -> None:
    first = visit("a", time(60, place="one"), people="ix")
    both = visit("b", time(60, place="two"), people="jx")
    last = visit("c", time(60, place="three"), people="jy")
    assert proposed(first, both, last) == {"a": 60, "b": None, "c": 60}


def test_among_visits_that_are_alike_the_order_in_which_they_come_decides_nothing() -> None:
    times = [time(60 + 10 * step, place=place) for step in range(4) for place in ("one", "two")]
    first, *others = (
        reassign([visit(name, *order) for name in visits], room(1)).times
        for visits, order in (
            ("abcdef", times),
            ("fedcba", times),
            ("abcdef", times[::-1]),
            ("cafebd", times[3:] + times[:3]),
        )
    )
    assert all(other == first for other in others)


def test_the_order_of_limits_does_not_reach_the_solver() -> None:
    columns = [Column(visit(name, time(60)), 0) for name in "abc"]
    limits = [AtMost((("b", 0), ("a", 0)), 1), AtMost((("c", 0), ("a", 0)), 1, (2.0, 1.0))]
    swapped = [AtMost(one.choices[::-1], one.most, one.weights[::-1]) for one in limits[::-1]]
    assert bounds(columns, room(3), swapped) == bounds(columns, room(3), limits)


def test_no_more_than_the_most_are_taken_of_a_limits_choices() -> None:
    visits = [visit(name, time(60)) for name in "abc"]
    choices = tuple((name, 0) for name in "abc")
    for most, kept in ((3, 3), (2, 2), (0, 0), (-1, 0)):
        found = reassign(visits, room(3), [AtMost(choices, most)])
        assert (found.kept, found.proven) == (kept, True)


def test_a_limit_weighs_what_each_choice_adds() -> None:
    limit = AtMost((("a", 0), ("a", 1), ("b", 0)), 75, (60.0, 30.0, 45.0))
    first = visit("a", time(60, 60), time(120, 30))
    assert proposed(first, visit("b", time(60, 45)), free=room(2), rules=(limit,)) == {
        "a": 120,
        "b": 60,
    }


def test_the_totals_tell_how_many_are_kept_and_how_far_they_move() -> None:
    found = reassign(
        [visit("a", time(-20)), visit("b", time(30)), visit("c", time(120)), visit("d")], room(9)
    )
    assert (found.kept, found.median_minutes, found.most_minutes) == (3, 30, 120)


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="displaced once"):
        reassign([visit("a"), visit("a")], room(1))
    for choice in (("b", 0), ("a", 1), ("a", -1)):
        with pytest.raises(ValueError, match="has a candidate"):
            reassign([visit("a", time(60))], room(1), [AtMost((choice,), 1)])
    with pytest.raises(ValueError, match="ends after it starts"):
        time(60, 0)
    with pytest.raises(ValueError, match="Every choice"):
        AtMost((("a", 0),), 1, (1.0, 2.0))
    with pytest.raises(ValueError, match="not negative"):
        AtMost((("a", 0),), 1, (-1.0,))


@pytest.mark.parametrize(
    ("second", "limits", "what"),
    [
        (visit("b", time(75)), (), "2 visits hold hall"),
        (visit("b", time(90, gap=5)), (), "2 visits hold hall"),
        (visit("b", time(75, place="desk"), people="a"), (), "a is in a and b at once"),
        (visit("b", time(90)), (AtMost((("a", 0), ("b", 0)), 1),), "2 where 1 is the most"),
    ],
)
def test_a_proposal_that_does_not_go_together_is_never_returned(
    second: Displaced,
    limits: tuple[AtMost, ...],
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def everything(costs: list[float], rows: list[Row], ends: float) -> Answer:
        return Answer(tuple(range(len(costs))), proven=True)

    monkeypatch.setattr(_solver, "least", everything)
    with pytest.raises(EngineerMustAct, match=what):
        reassign([visit("a", time(60)), second], room(1), limits)


def test_the_check_lets_pass_what_goes_together() -> None:
    pair = [visit("a", time(60, gap=5), people="x"), visit("b", time(95), people="x")]
    check(pair, room(1), [AtMost((("a", 0), ("b", 0)), 2)], {"a": 0, "b": 0})


def test_when_time_runs_out_the_most_that_were_found_are_kept_and_nothing_is_said_to_be_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_solver, "least", _only_once(_solver.least))
    found = reassign([visit("a", time(60), time(90)), visit("b", time(60))], room(1))
    assert (found.kept, found.proven) == (2, False)


def _only_once(least: Callable[..., Answer]) -> Callable[..., Answer]:
    calls: list[None] = []

    def once(costs: list[float], rows: list[Row], ends: float) -> Answer:
        calls.append(None)
        return least(costs, rows, ends) if len(calls) == 1 else Answer((), proven=False)

    return once


def test_with_no_time_at_all_an_unproven_proposal_comes_back() -> None:
    assert not reassign(_sixty(), room(1), seconds=0).proven


@pytest.mark.slow
def test_sixty_visits_with_a_hundred_and_twenty_times_each_are_proven_best_within_two_seconds() -> (
    None
):
    reassign([visit("a", time(60))], room(1))
    found = reassign(_sixty(), room(1), seconds=2)
    assert (found.kept, found.proven) == (60, True)


def _sixty() -> list[Displaced]:
    """Half hours and hours that start at every half hour."""
    return [
        visit(
            f"visit{number}",
            *(time(30 * step, 30 + 30 * (number % 2)) for step in range(1, 121)),
            people=f"{number // 2:c}",
        )
        for number in range(200, 260)
    ]


def test_the_solver_is_not_loaded_before_it_is_asked() -> None:
    loaded = "import sys, ops_console.rules.reassigning; print('scipy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
