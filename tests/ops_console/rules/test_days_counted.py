"""Facts that are worked out: the days between a dated fact and the day of the visit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_console.rules.bands import lowest_alike
from ops_console.rules.facts import InmateFact
from ops_console.rules.facts_asked import Form, asked_of_inmates, asked_of_people
from ops_console.rules.meeting import inmate_traits
from ops_console.rules.ruleset import Ruleset
from ops_console.rules.selectors import is_number
from tests.harness.rule_cases import (
    INMATES,
    PEOPLE,
    SESSION,
    book,
    changed,
    codes,
    facts,
    request,
    visit,
)

Row = dict[str, Any]
UNKNOWN, MAY_NOT, CLOSED = ["fact-missing"], ["visitor-may-not"], ["outside-hours"]
DAYS = {"held": {"days_since": "booked_in_at"}, "left": {"days_until": "released_at"}}
VISIT = date(2024, 7, 3)
WANTED = ("<14", "<=14", ">14", "14+", ">=60", "60", "20-30", "14.5+", "<30.5", "odd", "0")


@pytest.mark.parametrize(
    ("fact", "stated", "expected"),
    [
        ("held", "2024-07-03", {"0"}),
        ("held", "2024-07-03T23:59", {"0"}),
        ("held", "2024-07-02T23:59", {"1"}),
        ("held", "2024-07-03T04:59Z", {"1"}),
        ("held", "2024-07-03T05:00Z", {"0"}),
        ("held", "2024-02-29", {"125"}),
        ("held", "2024-07-04", set()),
        ("held", None, set()),
        ("left", "2024-07-03T00:00", {"0"}),
        ("left", "2024-10-01", {"90"}),
        ("left", "2024-07-02", set()),
        ("left", None, set()),
    ],
)
def test_days_are_those_of_the_facilitys_calendar_on_one_side_of_the_visit(
    fact: str, stated: str | None, expected: set[str]
) -> None:
    told_apart = {"id": "s", "for": {"any": [{"held": "odd"}, {"left": "odd"}]}}
    rules = book(facts=DAYS, sessions=[{**SESSION, **told_apart}])
    dated = DAYS[fact].get("days_since") or DAYS[fact]["days_until"]
    known = facts(rules, inmates=changed(INMATES, "lee", **{dated: stated}))
    traits = inmate_traits(known.inmates[0], VISIT, Ruleset(rules))

    assert traits.words[fact] == expected


def test_the_hours_may_be_others_in_the_first_days() -> None:
    hours = [
        {**SESSION, "for": {"held": "<14"}, "hours": ["09:00-10:00"]},
        {**SESSION, "id": "later", "for": {"held": "14+"}, "hours": ["19:00-20:00"]},
    ]
    rules = book(facts=DAYS, sessions=hours)
    new = facts(rules, inmates=changed(INMATES, "lee", booked_in_at="2024-06-20T22:00"))

    asked = {
        start: codes(rules, request(rules, start), new)
        for start in (
            "2024-07-03T09:00",
            "2024-07-03T19:00",
            "2024-07-04T09:00",
            "2024-07-04T19:00",
        )
    }
    assert list(asked.values()) == [[], CLOSED, CLOSED, []]


def test_one_visit_a_week_in_the_first_sixty_days_is_a_limit_for_those_days() -> None:
    rules = book(
        facts={"incarcerated": {"days_since": "booked_in_at"}},
        limits=[{"most": 1, "in": "week", "for": {"incarcerated": "<60"}}],
    )
    before = [visit("2024-06-30T09:00")]
    told = {
        booked_in: codes(
            rules,
            known=facts(
                rules, visits=before, inmates=changed(INMATES, "lee", booked_in_at=booked_in)
            ),
        )
        for booked_in in ("2024-05-05", "2024-05-04", ...)
    }
    assert list(told.values()) == [["limit-reached"], [], UNKNOWN]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ({"released_on": "2024-01-05"}, []),
        ({"released_on": "2024-01-06"}, MAY_NOT),
        ({"released_on": None}, MAY_NOT),
        ({"released_on": ...}, UNKNOWN),
        ({"released_on": ..., "facts": {"free": 180}}, []),
    ],
)
def test_days_since_a_date_of_somebody_outside_are_asked_for_as_a_number(
    person: Row, expected: list[str]
) -> None:
    rules = book(
        visitor_facts={"free": {"days_since": "released_on"}},
        eligibility=[{"must_visitors": {"free": "180+"}}],
    )
    assert codes(rules, known=facts(rules, people=changed(PEOPLE, "ada", **person))) == expected


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ({"lee": {"ends": "2024-07-13"}, "ray": {"ends": "2024-12-24"}}, []),
        ({"lee": {"ends": "2024-07-12"}, "ray": {"ends": "2024-12-24"}}, MAY_NOT),
        ({"lee": {"ends": "soon"}}, UNKNOWN),
        ({"ray": {"ends": "2024-12-24"}}, UNKNOWN),
    ],
)
def test_days_to_a_date_of_a_pair_are_those_with_this_inmate(
    pair: Row, expected: list[str]
) -> None:
    rules = book(
        pair_facts={"ends": "date", "lasts": {"days_until": "ends"}},
        eligibility=[{"must_visitors": {"lasts": ">=10"}}],
    )
    known = facts(rules, people=changed(PEOPLE, "ada", pair_facts=pair))

    assert codes(rules, known=known) == expected


def test_officers_are_asked_for_the_date_that_days_are_counted_from() -> None:
    rules = book(
        facts={**DAYS, "filed": "date", "waited": {"days_since": "filed"}},
        visitor_facts={"age_in_days": {"days_since": "born_on"}},
        pair_facts={"listed_at": "date", "listed": {"days_since": "listed_at"}},
        sessions=[{**SESSION, "for": {"waited": "3+", "left": "<90"}}],
        party=[{"most": 3, "visitors": {"listed": "<30", "age_in_days": "<300"}}],
    )
    inmates = asked_of_inmates([rules], VISIT)
    people = asked_of_people([rules], VISIT)

    assert [(one.name, one.form, one.words) for one in inmates] == [
        ("filed", Form.MOMENT, ()),
        ("released_at", Form.MOMENT, ()),
    ]
    assert [(one.name, one.form, one.pair) for one in people] == [("listed_at", Form.MOMENT, True)]


@given(st.lists(st.sampled_from(WANTED), min_size=1, max_size=4), st.integers(0, 400))
def test_days_that_the_rules_do_not_tell_apart_are_one(wanted: list[str], days: int) -> None:
    rules = Ruleset(book(facts=DAYS, groups={"g": {"held": wanted}}))
    alike = lowest_alike(days, rules.bands["held"])

    assert [is_number(one, str(alike)) for one in wanted] == [
        is_number(one, str(days)) for one in wanted
    ]


def test_an_inmate_has_few_traits_in_many_days() -> None:
    rules = Ruleset(book(facts=DAYS, sessions=[{**SESSION, "for": {"held": "<14"}}]))
    inmate = InmateFact(id="lee", unit="a", booked_in_at=VISIT)
    for day in range(1_000):
        inmate_traits(inmate, VISIT + timedelta(days=day), rules)

    assert len(inmate.memo) <= 3


def test_who_is_alike_today_may_not_be_tomorrow() -> None:
    rules = Ruleset(book(facts=DAYS, sessions=[{**SESSION, "for": {"held": "<14"}}]))
    new, old = (
        InmateFact(id=str(day), unit="a", booked_in_at=date(2024, 6, day)) for day in (20, 19)
    )

    def alike(day: date) -> bool:
        return len({rules.likeness.of(inmate_traits(one, day, rules)) for one in (new, old)}) == 1

    assert rules.likeness.by_day
    assert [alike(date(2024, 7, day)) for day in (2, 3, 4)] == [True, False, True]
