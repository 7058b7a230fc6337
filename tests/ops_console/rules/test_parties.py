"""Who comes together, and who stands on the list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ops_console.rules.lists import about_change
from ops_console.rules.meeting import age_on, asked
from ops_console.rules.ruleset import Ruleset
from tests.harness.rule_cases import (
    INMATES,
    PEOPLE,
    book,
    changed,
    codes,
    facts,
    request,
    wall,
)

Row = dict[str, Any]
BIG, SMALL, MIXED, ALONE, UNKNOWN = (
    ["party-too-large"],
    ["party-too-small"],
    ["party-not-allowed"],
    ["minor-alone"],
    ["fact-missing"],
)


def told(rule: Row, brought: list[str], visitor: str = "ada", **known: Any) -> list[str]:
    rules = book(party=[rule])
    wanted = request(rules, visitor=visitor, people=brought)
    return codes(rules, wanted, facts(rules, **known))


@pytest.mark.parametrize(
    ("rule", "people", "expected"),
    [
        ({"most": 2}, ["tom"], []),
        ({"most": 2}, ["tom", "eve"], BIG),
        ({"most": 2, "uncounted": {"under": 2}}, ["tom", "eve"], []),
        ({"most": 1, "uncounted": {"under": 12, "most": 1}}, ["tom", "eve"], BIG),
        ({"most": 1, "uncounted": {"relation": "child"}}, ["tom", "eve"], []),
        ({"most_adults": 1}, ["tom", "eve"], []),
        ({"most_adults": 1}, ["old"], BIG),
        ({"most_adults": 1, "adult_age": 9}, ["tom"], BIG),
        ({"most_children": 1}, ["tom", "eve"], BIG),
        ({"least": 2}, [], SMALL),
        ({"least": 2}, ["tom"], []),
        ({"least": 2, "uncounted": {"under": 2}}, ["eve"], SMALL),
        ({"least_adults": 2}, ["tom", "old"], []),
        ({"least_adults": 2}, ["tom", "eve"], SMALL),
        ({"least_children": 1}, ["old"], SMALL),
        ({"least_children": 1}, ["tom"], []),
        ({"most": 1, "of": {"relation": ["spouse", "parent"]}}, ["tom", "eve"], []),
        ({"most": 1, "of": {"relation": ["spouse", "parent"]}}, ["old"], BIG),
        ({"most_children": 1, "of": {"not": {"relation": "child"}}}, ["tom", "eve"], []),
        ({"combinations": {"adults": 1}, "of": {"age": "<65"}}, ["old"], MIXED),
        ({"combinations": {"adults": 1}, "of": {"age": "<64"}}, ["old"], []),
        ({"least": 1, "of": {"relation": "parent"}}, ["tom"], SMALL),
        ({"least": 1, "of": {"relation": "parent"}}, ["old"], []),
        ({"least_age": 12}, [], []),
        ({"least_age": 12}, ["tom"], ["too-young"]),
        ({"combinations": [{"adults": 1, "children": 2}]}, ["tom", "eve"], []),
        ({"combinations": [{"adults": 1, "children": 2}]}, ["tom", "old"], MIXED),
        ({"combinations": [{"adults": 1, "children": 2}, {"adults": 2}]}, ["old"], []),
        ({"relations": ["spouse", {"relation": "child", "age": "<18"}]}, ["tom"], []),
        ({"relations": ["spouse", "child"]}, ["old"], ["relation-not-allowed"]),
    ],
)
def test_a_party_is_held_to_its_rule(rule: Row, people: list[str], expected: list[str]) -> None:
    assert told(rule, people) == expected


@pytest.mark.parametrize(
    ("rule", "visitor", "people", "expected"),
    [
        ({}, "tom", [], ALONE),
        ({}, "tom", ["old"], []),
        ({"companion_age": 21}, "tom", ["old"], []),
        ({"companion_age": 70}, "tom", ["old"], ALONE),
        ({"with": "guardian"}, "tom", ["old"], ALONE),
        ({"with": "guardian"}, "tom", ["ada"], []),
        ({"with": ["guardian", "parent"]}, "tom", ["old"], []),
        ({"with": "listed"}, "tom", ["old"], []),
        ({"under": 9}, "tom", [], []),
        ({"except": {"relation": "child"}}, "tom", [], []),
        ({}, "tom", ["eve"], [*ALONE, *ALONE]),
    ],
)
def test_a_minor_comes_with_the_right_company(
    rule: Row, visitor: str, people: list[str], expected: list[str]
) -> None:
    assert told({"minors": rule}, people, visitor) == expected


@pytest.mark.parametrize(
    "rule",
    [
        {"most_adults": 3},
        {"least_age": 1},
        {"minors": {}},
        {"relations": [{"age": "18+"}]},
        {"most": 9, "party": {"children": True}},
    ],
)
def test_an_unknown_age_refuses_where_the_rule_asks_for_it(rule: Row) -> None:
    people = changed(PEOPLE, "ada", born_on=...)

    assert set(told(rule, [], people=people)) == set(UNKNOWN)
    assert told({"most": 2}, [], people=people) == []


def test_an_entry_may_count_those_whom_another_leaves_uncounted() -> None:
    rules = book(
        party=[
            {"id": "two", "most": 2, "uncounted": {"under": 12}},
            {"id": "all", "most": 3, "heads": "all"},
        ]
    )

    assert codes(rules, request(rules, people=["ada", "old", "tom"])) == []
    assert codes(rules, request(rules, people=["ada", "tom", "eve"])) == []
    assert codes(rules, request(rules, people=["ada", "old", "tom", "eve"])) == BIG


def test_whether_somebody_is_counted_must_be_known() -> None:
    people = changed(PEOPLE, "old", relations={})
    one_parent: Row = {"most": 1, "of": {"relation": "parent"}}

    assert told(one_parent, ["old"], people=people) == UNKNOWN
    assert told({**one_parent, "most": None, "least": 1}, ["old"], people=people) == UNKNOWN
    assert told({**one_parent, "most": None, "least": 2}, ["old"], people=people) == [
        *SMALL,
        *UNKNOWN,
    ]
    assert told({"least_adults": 2}, ["old"], people=changed(PEOPLE, "old", born_on=...)) == UNKNOWN


def test_who_is_born_on_a_leap_day_grows_older_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)

    assert age_on(born, date(2026, 2, 28)) == 17
    assert age_on(born, date(2026, 3, 1)) == 18
    assert age_on(born, date(2028, 2, 29)) == 20


def listed(rule: Row, people: list[str], **known: Any) -> list[str]:
    rules = book(list=[rule])
    return codes(rules, request(rules, people=people), facts(rules, **known))


def test_everyone_in_the_party_stands_on_the_list() -> None:
    short = changed(INMATES, "lee", list=["ada"])

    assert listed({"required": True}, ["tom"]) == []
    assert listed({"required": True}, ["tom"], inmates=short) == ["not-on-list"]


def test_an_exempt_child_need_not_be_on_the_list_but_the_adult_must() -> None:
    rule = {"required": True, "exempt": {"visitors": {"relation": "child", "age": "<13"}}}
    nobody = changed(INMATES, "lee", list=[])

    assert listed(rule, ["tom"], inmates=changed(INMATES, "lee", list=["ada"])) == []
    assert listed(rule, ["tom"], inmates=nobody) == ["not-on-list"]


def test_a_list_that_is_not_stated_refuses() -> None:
    assert listed({"required": True}, [], inmates=changed(INMATES, "lee", list=...)) == UNKNOWN


def test_one_visitor_stands_on_so_many_lists() -> None:
    assert listed({"inmates": 2}, []) == []
    assert listed({"inmates": 1}, []) == ["on-too-many-lists"]
    assert listed({"inmates": 1, "exempt": {"visitors": {"relation": "spouse"}}}, []) == []


@pytest.mark.parametrize(
    ("rule", "now", "expected"),
    [
        ({"most": 4}, "2024-07-01T09:00", []),
        ({"most": 3}, "2024-07-01T09:00", ["list-full"]),
        ({"most": 3, "uncounted": {"visitors": {"age": "<13"}}}, "2024-07-01T09:00", []),
        ({"change": {"days": 30}}, "2024-07-19T23:00", ["list-changed-too-soon"]),
        ({"change": {"days": 30}}, "2024-07-20T00:00", []),
        ({"change": "month"}, "2024-06-30T12:00", ["list-changed-too-soon"]),
        ({"change": "month"}, "2024-07-01T00:00", []),
        ({"change_days": {"month_days": "1-7"}}, "2024-07-07T12:00", []),
        ({"change_days": {"month_days": "1-7"}}, "2024-07-08T12:00", ["list-changed-too-soon"]),
        ({"change_days": {"days": "mon"}}, "2024-07-02T12:00", ["list-changed-too-soon"]),
    ],
)
def test_a_list_has_a_size_and_days_for_changes(rule: Row, now: str, expected: list[str]) -> None:
    rules = book(list=[rule])
    known = facts(rules)
    inmate = known.inmate("lee")
    assert inmate is not None
    meeting = asked(Ruleset(rules), request(rules), known, inmate)
    found = about_change(meeting, known.people, wall(rules, now))

    assert [one.code for one in found] == expected
