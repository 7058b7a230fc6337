"""Coming early, late, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from ops_console.rules.arrival import Admitted, Forfeited, TooEarly, Truncated, arrive, missed
from tests.harness.rule_cases import book, facts, visit, wall

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
