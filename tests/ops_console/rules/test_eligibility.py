"""Who may visit and be visited: clocks, bars, orders, people kept apart."""

from __future__ import annotations

from typing import Any

import pytest

from ops_console.rules.verdict import Booked
from tests.harness.rule_cases import (
    INMATES,
    PEOPLE,
    SESSION,
    book,
    changed,
    codes,
    decision,
    facts,
    request,
    visit,
)

Row = dict[str, Any]
WAIT, UNKNOWN, APART = ["waiting-period"], ["fact-missing"], ["kept-separate"]


def told(rule: Row, visitor: str = "ada", **known: Any) -> list[str]:
    rules = book(eligibility=[rule])
    return codes(rules, request(rules, visitor=visitor), facts(rules, **known))


@pytest.mark.parametrize(
    ("rule", "stated", "expected"),
    [
        ({"after": "booked_in_at", "wait": {"hours": 72}}, "2024-06-30T09:00", []),
        ({"after": "booked_in_at", "wait": {"hours": 72}}, "2024-06-30T09:01", WAIT),
        ({"after": "booked_in_at", "wait": {"days": 3}}, "2024-06-30T23:59", []),
        ({"after": "booked_in_at", "wait": {"days": 4}}, "2024-06-30T00:01", WAIT),
        ({"after": "booked_in_at", "wait": {"months": 1}}, "2024-06-03T10:00", []),
        ({"after": "booked_in_at", "wait": {"years": 1}}, "2023-07-04", WAIT),
        ({"after": "classified_at"}, None, WAIT),
        ({"after": "classified_at"}, ..., UNKNOWN),
        ({"since": "discipline_until"}, None, []),
        ({"since": "discipline_until"}, "2024-07-03", WAIT),
        ({"since": "discipline_until"}, "2024-07-02", []),
        ({"since": "discipline_until"}, ..., UNKNOWN),
    ],
)
def test_a_clock_runs_from_a_dated_fact(rule: Row, stated: Any, expected: list[str]) -> None:
    fact = rule.get("after") or rule["since"]
    assert told(rule, inmates=changed(INMATES, "lee", **{fact: stated})) == expected


@pytest.mark.parametrize(
    ("months", "visitor", "expected"), [(2, "old", []), (6, "old", WAIT), (6, "ada", [])]
)
def test_a_released_visitor_waits(months: int, visitor: str, expected: list[str]) -> None:
    rule = {"of": "visitor", "since": "released_on", "wait": {"months": months}}
    assert told(rule, visitor) == expected


def test_custody_bars_and_an_unknown_custody_refuses() -> None:
    bar = {"bar": {"custody": "minimum"}}
    unknown = changed(INMATES, "lee", custody=...)

    assert told(bar) == ["inmate-may-not"]
    assert told({"must": {"custody": "minimum"}}) == []
    assert told({"must": {"custody": "maximum"}}) == ["inmate-may-not"]
    assert told(bar, inmates=unknown) == UNKNOWN


def test_one_exempt_person_frees_the_party_from_a_bar_of_the_inmate_and_not_of_visitors() -> None:
    free = {"exempt": {"visitors": {"age": "<18"}}}
    bar = book(eligibility=[{"bar": {"custody": "minimum"}, **free}])
    barred = book(eligibility=[{"bar_visitors": {"age": "18+"}, **free}])

    assert codes(bar, request(bar, people=["ada", "tom"])) == []
    assert codes(bar, request(bar, people=["ada"])) == ["inmate-may-not"]
    assert codes(barred, request(barred, people=["ada", "tom"])) == ["visitor-may-not"]


def test_people_are_barred_by_what_is_stated_of_them() -> None:
    rule = {"bar_visitors": {"parole": True}}

    assert told(rule) == UNKNOWN
    assert told(rule, people=changed(PEOPLE, "ada", facts={"parole": False})) == []
    assert told(rule, people=changed(PEOPLE, "ada", facts={"parole": True})) == ["visitor-may-not"]


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ({"lee": {"listed_at": "2024-07-01"}}, []),
        ({"lee": {"listed_at": None}}, []),
        ({"lee": {"listed_at": "2024-07-02"}}, WAIT),
        ({"ray": {"listed_at": "2024-07-01"}}, UNKNOWN),
        ({"lee": {"listed_at": "soon"}}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_a_clock_may_run_from_a_date_of_a_person_with_this_inmate(
    listed: Row, expected: list[str]
) -> None:
    rule = {"since": "listed_at", "of": "pair", "wait": {"days": 2}}
    rules = book(pair_facts={"listed_at": "date"}, eligibility=[rule])
    people = changed(PEOPLE, "ada", pair_facts=listed)

    assert codes(rules, known=facts(rules, people=people)) == expected


def test_a_permit_for_one_inmate_is_none_for_another() -> None:
    rules = book(
        pair_facts={"permit": "words", "seen": "number"},
        eligibility=[{"must_visitors": {"permit": "yes", "seen": "2+"}}],
    )
    stated = {"lee": {"permit": "yes", "seen": 2}, "ray": {"permit": "no", "seen": 2}}
    known = facts(rules, people=changed(PEOPLE, "ada", pair_facts=stated))

    assert codes(rules, request(rules), known) == []
    assert codes(rules, request(rules, inmate="ray"), known) == ["visitor-may-not"]
    assert codes(rules, request(rules, inmate="ray")) == UNKNOWN


@pytest.mark.parametrize(
    ("miles", "expected"),
    [
        (101, []),
        (100.5, []),
        ("250", []),
        (100, ["visitor-may-not"]),
        (None, ["visitor-may-not"]),
        (..., UNKNOWN),
    ],
)
def test_numbers_of_people_are_compared_as_numbers(miles: Any, expected: list[str]) -> None:
    rules = book(
        visitor_facts={"miles": "number"}, eligibility=[{"must_visitors": {"miles": ">100"}}]
    )
    stated = {} if miles is ... else {"miles": miles}
    people = changed(PEOPLE, "ada", facts=stated)

    assert codes(rules, known=facts(rules, people=people)) == expected


def test_an_order_and_a_bar_refuse_whatever_the_file_says() -> None:
    rules = book()
    until = {"person": "ada", "until": "2024-07-03"}

    assert codes(rules, known=facts(rules, no_contact=[["lee", "ada"]])) == ["no-contact"]
    assert codes(rules, known=facts(rules, bans=[until])) == ["barred"]
    assert codes(rules, known=facts(rules, bans=[{**until, "until": "2024-07-02"}])) == []
    assert codes(rules, known=facts(rules, bans=[{**until, "kinds": ["legal"]}])) == []


@pytest.mark.parametrize("name", ["visits", "separations", "no_contact", "bans"])
def test_what_is_not_stated_refuses(name: str) -> None:
    rules = book()
    assert codes(rules, known=facts(rules, **{name: None})) == UNKNOWN


@pytest.mark.parametrize(
    ("entries", "at", "channel", "expected"),
    [
        ([], "09:00", "in-person", APART),
        ([], "09:30", "in-person", []),
        ([], "09:00", "remote", []),
        ([{"within": "moment", "gap": 15}], "09:30", "remote", APART),
        ([{"within": "session"}], "15:00", "remote", APART),
        ([{"within": "day", "channels": ["in-person"]}], "15:00", "remote", []),
        ([{"within": "day"}], "21:30", "remote", APART),
    ],
)
def test_two_who_are_kept_apart_do_not_come_near(
    entries: list[Row], at: str, channel: str, expected: list[str]
) -> None:
    rules = book(separations=entries)
    other = visit(f"2024-07-03T{at}", inmate="ray", people=["x"], channel=channel)
    known = facts(rules, visits=[other], separations=[["ray", "lee"]])

    assert codes(rules, request(rules, channel=channel), known) == expected


@pytest.mark.parametrize(
    ("within", "says"),
    [
        ({"hours": 50}, []),
        ({"hours": 49}, ["inmate-may-not"]),
        ({"days": 3}, []),
        ({"days": 2}, ["inmate-may-not"]),
    ],
)
def test_some_visits_are_only_for_a_time_after_something_happened(
    within: dict[str, int], says: list[str]
) -> None:
    rules = book(eligibility=[{"after": "booked_in_at", "within": within}])
    inmates = changed(INMATES, "lee", booked_in_at="2024-07-01T08:00")
    assert codes(rules, request(rules), facts(rules, inmates=inmates)) == says


def test_an_entry_can_be_about_visits_of_some_length_only() -> None:
    rules = book(
        sessions=[SESSION | {"length": [30, 60]}],
        booking=[{"minutes": ">30", "approval": ["officer"]}, {"minutes": ">45", "by": ["inmate"]}],
    )
    short, long = decision(rules), decision(rules, request(rules, minutes=60, by="inmate"))
    assert isinstance(short, Booked)
    assert isinstance(long, Booked)
    assert (short.waits_for, long.waits_for) == ((), ("officer",))
    assert codes(rules, request(rules, minutes=60)) == ["may-not-book"]


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-31T23:59", "9999-12-31T23:59:59-06:00"])
def test_a_date_that_means_for_ever_is_no_trouble(end: str) -> None:
    rules = book(
        eligibility=[
            {"since": "discipline_until", "wait": {"days": 1}},
            {"since": "hold", "wait": {"hours": 1}},
        ],
        facts={"hold": "date"},
    )
    known = facts(
        rules,
        inmates=changed(INMATES, "lee", discipline_until=end, facts={"hold": end}),
        bans=[{"person": "ada", "until": end}],
        closures=[{"unit": "*", "start": "2024-07-01T00:00", "end": end}],
    )
    assert codes(rules, known=known) == [
        *("locked-down", "waiting-period", "waiting-period", "barred"),
    ]


@pytest.mark.parametrize("wait", [{"years": 100_000}, {"months": 100_000}, {"days": 100_000}])
def test_a_wait_beyond_every_calendar_is_not_over(wait: Row) -> None:
    rules = book(eligibility=[{"after": "booked_in_at", "wait": wait}])
    assert codes(rules) == ["waiting-period"]
