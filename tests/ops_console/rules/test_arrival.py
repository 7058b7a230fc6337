"""Coming early, late, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from ops_console.rules.arrival import Admitted, Forfeited, TooEarly, Truncated, arrive, missed
from tests.harness.rule_cases import SESSION, book, facts, visit, wall

Row = dict[str, Any]
NINE = "2024-07-03T09:00"


@pytest.mark.parametrize(
    ("rule", "at", "expected"),
    [
        ({}, "08:44", TooEarly),
        ({}, "08:45", Admitted),
        ({}, "09:01", Truncated),
        ({}, "09:30", Forfeited),
        ({"opens": {"before_start": 30}}, "08:30", Admitted),
        ({"closes": {"before_start": 10}}, "08:50", Admitted),
        ({"closes": {"before_start": 10}}, "08:51", Forfeited),
        ({"closes": {"after_start": 15}, "late": "truncate"}, "09:15", Truncated),
        ({"closes": {"after_start": 15}, "late": "truncate"}, "09:16", Forfeited),
        ({"closes": {"before_end": 20}}, "09:10", Truncated),
        ({"closes": {"before_end": 20}}, "09:11", Forfeited),
        ({"closes": {"at": "08:50"}}, "08:50", Admitted),
        ({"closes": {"at": "08:50"}}, "08:51", Forfeited),
        ({"closes": {"at": "09:10"}}, "09:10", Truncated),
        ({"opens": {"at": "08:00"}, "closes": {"at": "24:00"}}, "08:00", Admitted),
        ({"opens": {"at": "08:00"}, "closes": {"at": "24:00"}}, "07:59", TooEarly),
        ({"opens": {"at": "08:00"}, "closes": {"at": "24:00"}}, "09:30", Forfeited),
        ({"late": "whole"}, "09:10", Admitted),
    ],
)
def test_arrivals_are_let_in_between_opening_and_closing(
    rule: Row, at: str, expected: type
) -> None:
    rules = book(arrival=[rule])
    known = facts(rules, visits=[visit(NINE)])
    assert known.visits is not None
    found = arrive(rules, known.visits[0], wall(rules, f"2024-07-03T{at}"), known)

    assert isinstance(found, expected)


@pytest.mark.parametrize(
    ("start", "at", "expected"),
    [
        ("2024-07-03T22:30", "2024-07-03T21:29", TooEarly),
        ("2024-07-03T22:30", "2024-07-03T21:30", Admitted),
        ("2024-07-03T22:30", "2024-07-03T22:40", Truncated),
        ("2024-07-04T00:30", "2024-07-04T00:10", Admitted),
        ("2024-07-04T01:00", "2024-07-04T01:10", Truncated),
        ("2024-07-04T01:00", "2024-07-04T01:16", Forfeited),
    ],
)
def test_hours_of_the_clock_are_those_of_one_night_where_a_session_runs_past_midnight(
    start: str, at: str, expected: type
) -> None:
    night = {**SESSION, "hours": ["22:00-02:00"]}
    rules = book(sessions=[night], arrival=[{"opens": {"at": "21:30"}, "closes": {"at": "01:15"}}])
    known = facts(rules, visits=[visit(start)])
    assert known.visits is not None
    assert isinstance(arrive(rules, known.visits[0], wall(rules, at), known), expected)


def test_a_whole_visit_keeps_its_length_and_a_truncated_one_its_end() -> None:
    rules = book(arrival=[{"late": "whole"}])
    known = facts(rules, visits=[visit(NINE)])
    assert known.visits is not None
    at = wall(rules, "2024-07-03T09:10")

    assert arrive(rules, known.visits[0], at, known) == Admitted(wall(rules, "2024-07-03T09:40"))
    assert arrive(book(), known.visits[0], at, known) == Truncated(wall(rules, "2024-07-03T09:30"))


def test_penalties_escalate_the_last_repeats_and_old_misses_are_forgotten() -> None:
    steps: list[Row] = [{"warn": True}, {"bar": {"days": 30}}, {"bar": "for-good"}]
    rules = book(arrival=[{"penalties": {"steps": steps, "expire": {"months": 6}}}])
    days = ["2023-12-01", "2024-04-01", "2024-05-01", "2024-06-01"]
    misses = [visit(f"{day}T09:00", status="no-show") for day in days]

    def after(count: int) -> tuple[int, bool, object]:
        known = facts(rules, visits=[visit(NINE), *misses[:count]])
        assert known.visits is not None
        (found,) = missed(rules, known.visits[0], known)
        return found.miss, found.bars, found.until

    assert after(1) == (1, False, None)
    assert after(2) == (2, True, wall(rules, "2024-08-03T00:00"))
    assert after(3) == (3, True, None)
    assert after(4) == (4, True, None)


def test_a_bar_of_no_days_lasts_for_the_rest_of_the_day() -> None:
    rules = book(arrival=[{"penalties": {"steps": [{"bar": {"days": 0}}]}}])
    known = facts(rules, visits=[visit(NINE)])
    assert known.visits is not None

    (found,) = missed(rules, known.visits[0], known)
    assert found.until == wall(rules, "2024-07-04T00:00")
