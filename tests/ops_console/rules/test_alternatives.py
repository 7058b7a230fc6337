"""Other times that come with a refusal: what lies within a day bars its own hours and no others."""

from __future__ import annotations

from typing import Any

import pytest

from ops_console.rules.verdict import Refused
from tests.harness.rule_cases import (
    PEOPLE,
    SESSION,
    Row,
    book,
    changed,
    decision,
    facts,
    request,
    visit,
)

NOON, TWO = "2024-07-03T12:00", "2024-07-03T14:00"
AROUND = ["14:00", "11:30", "14:30"]
"""The nearest to 13:00 that do not touch the two hours."""


def nearest(rules: Row, known: Row, asked: str = "2024-07-03T13:00") -> list[str]:
    """On the wall, the nearest first; all on the day that was asked for."""
    written = book(**rules)
    found = decision(written, request(written, asked), facts(written, **known))
    assert isinstance(found, Refused)
    local = [written.facility.time.local(one.starts_at) for one in found.alternatives]
    assert {one.date().isoformat() for one in local} == {asked[:10]}
    return [f"{one:%H:%M}" for one in local]


def somebodys(**parts: Any) -> Row:
    """A visit for two hours from noon on."""
    return visit(NOON, 120, id="other", **parts)


@pytest.mark.parametrize(
    ("rules", "known"),
    [
        pytest.param({}, {"closures": [{"unit": "main/2", "start": NOON, "end": TWO}]}, id="lock"),
        pytest.param(
            {}, {"engagements": [{"inmate": "lee", "start": NOON, "end": TWO}]}, id="court"
        ),
        pytest.param({}, {"bans": [{"person": "ada", "since": NOON, "until": TWO}]}, id="bar"),
        pytest.param({}, {"visits": [somebodys(people=["old"])]}, id="the inmate's visit"),
        pytest.param({}, {"visits": [somebodys(inmate="ray")]}, id="the visitor's visit"),
        pytest.param(
            {"separations": [{"within": "moment"}]},
            {
                "visits": [somebodys(inmate="ray", people=["old"])],
                "separations": [["lee", "ray"]],
            },
            id="kept apart",
        ),
        pytest.param(
            {"limits": [{"most": 1, "in": "moment", "per": "facility"}]},
            {"visits": [somebodys(inmate="ray", people=["old"])]},
            id="one at a time",
        ),
        pytest.param(
            {
                "sessions": [
                    {**SESSION, "id": "rest", "hours": ["09:00-12:00", "14:00-21:00"]},
                    {**SESSION, "id": "noon", "hours": ["12:00-14:00"]},
                ],
                "booking": [{"sessions": ["noon"], "least": {"days": 5}}],
            },
            {},
            id="an entry of one session",
        ),
    ],
)
def test_what_bars_two_hours_of_a_day_leaves_the_others(rules: Row, known: Row) -> None:
    assert nearest(rules, known) == AROUND


@pytest.mark.parametrize(
    ("rules", "asked", "wanted"),
    [
        ({"booking": [{"least": {"hours": 49.5}}]}, "13:00", ["13:30", "14:00", "14:30"]),
        ({"booking": [{"most": {"hours": 49}}]}, "13:30", ["13:00", "12:30", "12:00"]),
        (
            {"eligibility": [{"after": "classified_at", "wait": {"hours": 4372.5}}]},
            "13:00",
            ["13:30", "14:00", "14:30"],
        ),
    ],
    ids=["notice", "too far ahead", "a wait"],
)
def test_what_begins_or_ends_in_the_middle_of_a_day_bars_one_side_of_it(
    rules: Row, asked: str, wanted: list[str]
) -> None:
    """Now is noon, two days before."""
    assert nearest(rules, {}, f"2024-07-03T{asked}") == wanted


NEARLY_NINE = changed(PEOPLE, "tom", born_on="2015-07-05")
"""Tom grows older on a Friday."""
FRIDAY, THURSDAY = "2024-07-05", "2024-07-04"


@pytest.mark.parametrize(
    "whom", [{"visitors": {"age": "<9"}}, {"exempt": {"visitors": {"age": "9+"}}}]
)
def test_a_limit_that_no_longer_means_somebody_bars_no_further_day_of_its_week(whom: Row) -> None:
    limit = {"most": 1, "in": "week", "per": "visitor", **whom}
    earlier = visit("2024-07-02T09:00", people=["ada", "tom"])
    found = days_of({"limits": [limit]}, [earlier], "2024-07-03T20:30")
    assert found == [FRIDAY] * 3


def test_a_limit_of_people_counts_a_child_from_their_birthday_on() -> None:
    rules: Row = {
        "limits": [{"most": 2, "in": "week", "count": "people"}],
        "party": [{"uncounted": [{"under": 9}]}],
    }
    found = days_of(rules, [visit("2024-07-02T09:00")], f"{FRIDAY}T09:00")
    assert found == [THURSDAY] * 3


def days_of(rules: Row, visits: list[Row], asked: str) -> list[str]:
    """The days of the nearest times at which Ada could come with Tom."""
    written = book(**rules)
    wanted = request(written, asked, people=["ada", "tom"])
    found = decision(written, wanted, facts(written, people=NEARLY_NINE, visits=visits))
    assert isinstance(found, Refused)
    local = written.facility.time.local
    return [f"{local(one.starts_at):%Y-%m-%d}" for one in found.alternatives]


def test_a_limit_that_is_reached_in_one_week_is_asked_anew_for_the_next() -> None:
    limit = {"most": 1, "in": "week"}
    found = days_of({"limits": [limit]}, [visit("2024-07-02T09:00")], "2024-07-06T20:30")
    assert found == ["2024-07-07"] * 3


def test_a_time_that_begins_early_and_ends_last_is_barred_by_what_comes_after_all_starts() -> None:
    """At nine one could come for four hours; Lee has a visit at noon, and ten is taken."""
    rules = book(
        sessions=[
            {**SESSION, "id": "long", "hours": ["09:00-13:00"], "length": 240},
            {**SESSION, "id": "short", "hours": ["10:00-10:30"], "capacity": 1},
        ]
    )
    others = visit("2024-07-03T10:00", inmate="ray", people=["old"], session="short")
    known = facts(rules, visits=[visit(NOON, people=["tom"]), others])
    found = decision(rules, request(rules, "2024-07-03T10:00"), known)
    assert isinstance(found, Refused)
    local = rules.facility.time.local
    assert [f"{local(one.starts_at):%d %H:%M}" for one in found.alternatives] == [
        "04 09:00",
        "02 10:00",
        "04 10:00",
    ]
