"""Limits: of what, per whom, in which period."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console.rules.facts import VisitFact
from ops_console.rules.periods import stretches
from ops_console.rules.rulebook.limits import InDays
from ops_console.rules.verdict import Booked
from tests.harness.rule_cases import (
    INMATES,
    as_visit,
    book,
    changed,
    codes,
    decision,
    facts,
    reasons,
    request,
    visit,
)

OVER = ["limit-reached"]
Row = dict[str, Any]


def told(limit: Row, visits: list[Row], **asked: Any) -> list[str]:
    rules = book(limits=[limit])
    return codes(rules, request(rules, **asked), facts(rules, visits=visits))


@pytest.mark.parametrize(
    ("period", "last_outside", "first_inside"),
    [
        ("day", "2024-07-02", "2024-07-03"),
        ("week", "2024-06-29", "2024-06-30"),
        ({"week": "wednesday"}, "2024-07-02", "2024-07-03"),
        ({"fortnight": "2024-06-23"}, "2024-06-22", "2024-06-23"),
        ("month", "2024-06-30", "2024-07-01"),
        ({"month": 22}, "2024-06-21", "2024-06-22"),
        ({"weeks": 4, "from": "2024-07-02"}, "2024-06-29", "2024-06-30"),
        ({"weeks": 4, "from": "2024-08-01"}, "2024-06-29", "2024-06-30"),
        ({"weeks": 3, "from": "2024-07-03", "starts": "wed"}, "2024-07-02", "2024-07-03"),
        ({"months": 2}, "2024-06-30", "2024-07-01"),
        ({"months": 3, "from": "2024-03-02"}, "2024-06-01", "2024-06-02"),
        ({"months": 6, "from": "2025-01-15"}, "2024-01-14", "2024-01-15"),
        ("year", "2023-12-31", "2024-01-01"),
        ({"days": 28}, "2024-06-05", "2024-06-06"),
        ("custody", "2023-12-31", "2024-01-01"),
    ],
)
def test_a_visit_counts_in_its_own_period_only(
    period: str | Row, last_outside: str, first_inside: str
) -> None:
    limit = {"most": 1, "in": period}

    assert told(limit, [visit(f"{last_outside}T09:00")]) == []
    assert told(limit, [visit(f"{first_inside}T09:30")]) == OVER


def test_later_visits_count_too() -> None:
    assert told({"most": 1, "in": {"days": 3}}, [visit("2024-07-05T09:00")]) == OVER
    assert told({"most": 1, "in": {"days": 3}}, [visit("2024-07-06T09:00")]) == []


@pytest.mark.parametrize(
    ("limit", "visits", "expected"),
    [
        ({"count": "minutes", "most": 60}, [("09:30", {})], []),
        ({"count": "minutes", "most": 59}, [("09:30", {})], OVER),
        ({"count": "people", "most": 2}, [("09:30", {})], []),
        ({"count": "people", "most": 2}, [("09:30", {"people": ["old", "tom"]})], OVER),
        ({"count": "visitors", "most": 1}, [("09:30", {})], []),
        ({"count": "visitors", "most": 1}, [("09:30", {"people": ["old"]})], OVER),
        ({"count": "inmates", "per": "visitor", "most": 1}, [("09:30", {})], []),
        ({"count": "inmates", "per": "visitor", "most": 1}, [("09:30", {"inmate": "ray"})], OVER),
        ({"per": "visitor", "most": 1}, [("09:30", {"inmate": "ray"})], OVER),
        ({"per": "visitor", "most": 1}, [("09:30", {"people": ["old"]})], []),
        ({"per": "pair", "most": 1}, [("09:30", {"inmate": "ray"})], []),
        ({"per": "pair", "most": 1}, [("09:30", {})], OVER),
        ({"per": "unit", "most": 1}, [("09:30", {"inmate": "ray", "people": ["x"]})], []),
        (
            {"per": "unit", "depth": 2, "most": 1},
            [("09:30", {"inmate": "ray", "people": ["x"]})],
            OVER,
        ),
        ({"per": "facility", "most": 1}, [("09:30", {"inmate": "ray", "people": ["x"]})], OVER),
    ],
)
def test_what_is_counted_and_per_whom(
    limit: Row, visits: list[tuple[str, Row]], expected: list[str]
) -> None:
    booked = [visit(f"2024-07-03T{at}", **more) for at, more in visits]
    assert told({"in": "day", **limit}, booked) == expected


def test_points_are_the_first_cost_that_applies() -> None:
    costs = [{"days": "weekends", "points": 2}, {"kinds": "social", "points": 1}]
    limit = {"count": "points", "most": 3, "in": "month", "costs": costs}
    weekend = visit("2024-07-06T09:00")
    free = visit("2024-07-07T09:00", kind="official")

    assert told(limit, [weekend]) == []
    assert told(limit, [weekend, visit("2024-07-02T09:00")]) == OVER
    assert told(limit, [weekend, free]) == OVER, "a Sunday costs two, whatever the kind"
    assert told({**limit, "costs": costs[1:]}, [weekend, free]) == []


def test_at_one_moment_only_visits_that_run_together_count() -> None:
    limit = {"per": "facility", "most": 2, "in": "moment"}
    other = {"inmate": "ray", "people": ["x"]}
    early = visit("2024-07-03T08:45", minutes=20, **other)
    late = visit("2024-07-03T09:10", minutes=30, **other)

    assert told(limit, [early, late]) == []
    assert told(limit, [early, {**late, "start": "2024-07-03T09:04"}]) == OVER


def test_conditions_limit_and_count_alike_unless_counting_is_said() -> None:
    onsite = visit("2024-07-03T12:00", channel="onsite-video")
    limit = {"most": 1, "in": "day", "channels": ["remote"]}

    assert told(limit, [onsite]) == []
    assert told({**limit, "counting": {}}, [onsite]) == OVER
    assert told(limit, [visit("2024-07-03T12:00")], channel="onsite-video") == []


def test_the_exempt_neither_keep_the_limit_nor_count() -> None:
    limit = {"most": 1, "in": "day", "exempt": {"kinds": ["legal"]}}

    assert told(limit, [visit("2024-07-03T12:00", kind="legal")]) == []
    assert told({**limit, "exempt": {"kinds": ["social"]}}, [visit("2024-07-03T12:00")]) == []


def test_missed_visits_count_unless_the_entry_spares_them() -> None:
    missed = visit("2024-07-03T12:00", status="no-show")

    assert told({"most": 1, "in": "day"}, [missed]) == OVER
    assert told({"most": 1, "in": "day", "missed": False}, [missed]) == []
    assert told({"most": 1, "in": "day"}, [{**missed, "status": "cancelled"}]) == []


def test_a_moved_visit_is_not_counted_against_itself() -> None:
    booked = visit("2024-07-03T12:00")

    assert told({"most": 1, "in": "day"}, [booked], visit=booked["id"]) == []


def test_each_person_of_the_party_has_their_own_limit() -> None:
    limit = {"per": "visitor", "most": 1, "in": "day", "visitors": {"age": "18+"}}
    toms = visit("2024-07-03T12:00", people=["old", "tom"])

    assert told(limit, [toms], people=["tom"]) == []
    assert told({**limit, "visitors": {"age": "<18"}}, [toms], people=["tom"]) == OVER


@pytest.mark.parametrize("count", ["people", "visitors"])
def test_a_limit_counts_those_who_take_no_place_only_where_it_says_so(count: str) -> None:
    limit = {"count": count, "most": 3, "in": "day"}
    rules = book(limits=[limit], party=[{"uncounted": {"under": 12}}])
    every = book(limits=[{**limit, "heads": "all"}], party=[{"uncounted": {"under": 12}}])
    booked = [visit("2024-07-03T12:00", people=["old", "eve"])]

    for ready, expected in ((rules, []), (every, OVER)):
        wanted = request(ready, people=["ada", "tom"])
        assert codes(ready, wanted, facts(ready, visits=booked)) == expected


def test_one_exempt_person_frees_the_party_from_a_limit_of_the_inmate() -> None:
    limit = {"most": 1, "in": "day", "exempt": {"visitors": {"age": "<18"}}}
    with_a_child = visit("2024-07-03T12:00", people=["ada", "tom"])
    without = visit("2024-07-03T12:00")

    assert told(limit, [without], people=["ada"]) == OVER
    assert told(limit, [without], people=["ada", "tom"]) == []
    assert told(limit, [with_a_child], people=["ada"]) == []


def test_an_exempt_person_frees_nobody_else_from_a_limit_of_each_visitor() -> None:
    limit = {"per": "visitor", "most": 1, "in": "day", "exempt": {"visitors": {"age": "<18"}}}
    earlier = visit("2024-07-03T12:00", people=["ada", "tom"])

    assert told(limit, [earlier], people=["ada", "tom"]) == OVER
    assert told(limit, [earlier], visitor="tom", people=["tom"]) == []


def test_a_limit_for_some_visitors_is_about_the_whole_visit_of_an_inmate() -> None:
    limit = {"most": 1, "in": "day", "visitors": {"age": "<18"}}
    with_a_child = visit("2024-07-03T12:00", people=["old", "tom"])

    assert told(limit, [with_a_child], people=["ada"]) == []
    assert told(limit, [with_a_child], people=["ada", "tom"]) == OVER
    assert told(limit, [visit("2024-07-03T12:00")], people=["ada", "tom"]) == []


def test_a_limit_for_some_inmates_refuses_where_the_fact_is_unknown() -> None:
    limit = {"id": "max", "most": 1, "in": "day", "for": {"custody": "maximum"}}
    rules = book(limits=[limit])
    unknown = facts(rules, inmates=changed(INMATES, "lee", custody=...))
    found = reasons(rules, request(rules), unknown)

    assert [(one.code, one.entry) for one in found] == [("fact-missing", "max")]
    assert "custody" in found[0].officer
    assert codes(rules) == []


def test_who_may_have_one_booking_at_a_time_books_the_next_when_it_has_begun() -> None:
    rules = book(limits=[{"id": "one", "most": 1, "in": "ahead", "per": "visitor"}])
    known = facts(rules, visits=[visit("2024-07-02T10:00")])

    def said(now: str) -> list[str]:
        return codes(rules, request(rules, "2024-08-20T09:00"), known, now=now)

    assert said("2024-07-02T09:59") == OVER
    assert said("2024-07-02T10:00") == []
    found = reasons(rules, request(rules, "2024-08-20T09:00"), known, "2024-07-02T09:59")
    assert [one.officer for one in found] == ["one allows ada 1 visits booked and still to come."]


def test_the_only_booking_that_is_allowed_can_be_moved() -> None:
    rules = book(limits=[{"most": 1, "in": "ahead"}])
    held = visit("2024-07-02T10:00")
    known = facts(rules, visits=[held])

    assert codes(rules, request(rules, visit=held["id"]), known) == []


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ({"weeks": 4, "from": "2024-07-02"}, "in each 4 weeks"),
        ({"days": 28}, "in each 28 days"),
        ({"month": 1}, "in each month"),
        ("quarter", "in each quarter"),
    ],
)
def test_an_officer_is_told_in_which_period(period: str | Row, said: str) -> None:
    rules = book(limits=[{"id": "x", "most": 1, "in": period}])
    found = reasons(rules, known=facts(rules, visits=[visit("2024-07-03T09:30")]))
    assert [one.officer for one in found] == [f"x allows lee 1 visits {said}."]


def test_custody_that_began_at_an_unknown_time_refuses() -> None:
    rules = book(limits=[{"most": 1, "in": "custody"}])
    unknown = facts(rules, inmates=changed(INMATES, "lee", booked_in_at=...))

    assert codes(rules, request(rules), unknown) == ["fact-missing"]


DAYS = st.integers(min_value=0, max_value=40)
PERIODS = st.sampled_from(
    ["day", "week", "fortnight", "month", {"week": "thursday"}, {"days": 9}, {"month": 12}]
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    asked=st.lists(st.tuples(DAYS, st.integers(0, 23)), max_size=12),
    period=PERIODS,
    most=st.integers(0, 3),
    count=st.sampled_from(["visits", "minutes"]),
)
def test_no_sequence_of_accepted_requests_goes_over_a_limit(
    asked: list[tuple[int, int]], period: str | Row, most: int, count: str
) -> None:
    share = 30 if count == "minutes" else 1
    rules = book(limits=[{"most": most * share, "count": count, "in": period}])
    booked: list[VisitFact] = []
    for number, (ahead, half_hour) in enumerate(asked):
        begins = f"{date(2024, 7, 2) + timedelta(days=ahead)}T{9 + half_hour // 2:02d}:"
        wanted = request(rules, begins + ("30" if half_hour % 2 else "00"))
        if isinstance(decision(rules, wanted, facts(rules, visits=booked)), Booked):
            booked.append(as_visit(wanted, f"v{number}"))
    counted = Counter(rules.facility.time.day(one.start) for one in booked)
    stretched = rules.limits[0].period
    for day in counted:
        for first, last in stretches(stretched, day, rules.facility.week_starts):
            assert sum(counted[one] for one in counted if first <= one <= last) <= most


def test_rolling_days_are_every_stretch_that_holds_the_day() -> None:
    day = date(2024, 3, 1)
    found = stretches(InDays(days=3), day, 0)

    assert found[0] == (day, date(2024, 3, 3))
    assert found[-1] == (date(2024, 2, 28), day)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 1, 1), (date(2024, 1, 1), date(2024, 3, 31))),
        (date(2024, 6, 30), (date(2024, 4, 1), date(2024, 6, 30))),
        (date(2024, 12, 31), (date(2024, 10, 1), date(2024, 12, 31))),
    ],
)
def test_a_quarter_is_three_months_of_the_calendar(day: date, expected: tuple[date, date]) -> None:
    assert stretches("quarter", day, 0) == (expected,)
