"""What an officer reads where no session offers the time: which come nearest, and what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.rule_cases import (
    INMATES,
    SESSION,
    book,
    changed,
    facts,
    reasons,
    request,
)

HOURS = {**SESSION, "hours": ["09:00-11:00"]}


def said(start: str, minutes: int, *sessions: dict[str, Any], **lee: Any) -> str:
    rules = book(facts={"wing": "words", "digit": "number"}, sessions=list(sessions))
    known = facts(rules, inmates=changed(INMATES, "lee", **lee))
    (found,) = reasons(rules, request(rules, start, minutes), known)
    assert found.code == "outside-hours"
    assert found.officer.startswith("No session offers this time to this inmate.")
    assert "session" not in found.visitor, "a visitor is told what to do"
    return found.officer.removeprefix("No session offers this time to this inmate.").strip()


@pytest.mark.parametrize(
    ("start", "minutes", "why"),
    [
        ("2024-07-03T09:00", 45, "daily: a visit from then lasts 30 minutes, not 45."),
        ("2024-07-03T09:10", 30, "daily: no visit starts at 09:10, the next does at 09:30."),
        ("2024-07-03T10:40", 30, "daily: no visit starts at 10:40."),
        ("2024-07-03T12:00", 30, "daily: open 09:00-11:00."),
    ],
)
def test_of_an_open_session_it_says_what_it_takes(start: str, minutes: int, why: str) -> None:
    assert said(start, minutes, HOURS) == why


@pytest.mark.parametrize(
    ("session", "why"),
    [
        ({"days": ["sat"]}, "daily: not on a Wednesday."),
        ({"kinds": ["legal"]}, "daily: not for social visits."),
        ({"for": {"custody": "maximum"}}, "daily: custody does not match."),
        ({"for": {"wing": "b"}}, "daily: wing is unknown."),
        ({"hours": []}, "daily: closed on this day."),
    ],
)
def test_of_another_it_says_why_it_is_not_for_this_visit(session: dict[str, Any], why: str) -> None:
    assert said("2024-07-03T09:00", 30, {**HOURS, **session}) == why


def test_what_comes_nearest_is_said_first_and_no_more_than_three() -> None:
    other = [{**HOURS, "id": f"s{n}", "days": ["sat"]} for n in range(5)]
    unknown = {**HOURS, "id": "u", "for": {"digit": "odd"}}
    longer = {**HOURS, "id": "long", "length": 60}
    found = said("2024-07-03T09:00", 30, *other, unknown, longer)
    assert found == (
        "long: a visit from then lasts 60 minutes, not 30. u: digit is unknown."
        " s0: not on a Wednesday."
    )


def test_sessions_that_take_such_visits_are_said_before_those_that_take_none() -> None:
    hall = [{**HOURS, "id": f"hall{n}", "channels": ["in-person"], "days": ["sat"]} for n in (1, 2)]
    maximum = {**HOURS, "id": "maximum", "for": {"custody": "maximum"}}
    assert said("2024-07-03T09:00", 30, *hall, maximum) == (
        "maximum: custody does not match. hall1: not on a Wednesday. hall2: not on a Wednesday."
    )
