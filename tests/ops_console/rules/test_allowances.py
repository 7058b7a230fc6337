"""What is free of charge, what everybody should have, and who may wait for room."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ops_console.rules.allowances import Shortfall, charged_by, falls_short
from ops_console.rules.meeting import asked
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.ruleset import ruleset
from ops_console.rules.verdict import Refused
from ops_console.rules.waiting import may_wait_until
from tests.harness.rule_cases import INMATES, book, changed, codes, decision, facts, request, visit

WEDNESDAY = "2024-07-03T09:00"
EARLIER = ["2024-07-01T09:00", "2024-07-02T09:00"]


def limited(**limit: Any) -> Rulebook:
    return book(limits=[{"id": "it", "in": "week", **limit}])


def charged(rules: Rulebook, earlier: list[dict[str, Any]], **more: Any) -> tuple[str, ...]:
    return charged_by(rules, request(rules, WEDNESDAY, **more), facts(rules, visits=earlier))


@pytest.mark.parametrize(
    ("limit", "says"),
    [
        ({"free": 3}, ()),
        ({"free": 2}, ("it",)),
        ({"free": 60, "count": "minutes"}, ("it",)),
        ({"free": 90, "count": "minutes"}, ()),
        ({"free": 2, "kinds": ["legal"]}, ()),
        ({"free": 2, "counting": {"kinds": ["legal"]}}, ()),
        ({"free": 2, "per": "visitor"}, ("it",)),
        ({"free": 2, "per": "pair"}, ("it",)),
        ({"free": 1, "in": "day"}, ()),
        ({"free": 0, "exempt": {"for": {"custody": "minimum"}}}, ()),
        ({"free": 0, "minutes": ">30"}, ()),
        ({"free": 0, "minutes": ">=30"}, ("it",)),
    ],
)
def test_a_visit_beyond_what_is_free_is_charged_and_allowed(
    limit: dict[str, Any], says: tuple[str, ...]
) -> None:
    rules = limited(**limit)
    earlier = [visit(start) for start in EARLIER]
    assert charged(rules, earlier) == says
    assert codes(rules, request(rules, WEDNESDAY), facts(rules, visits=earlier)) == []


def test_what_is_free_of_some_visitors_is_not_counted_of_the_others() -> None:
    rules = limited(free=2, per="visitor", visitors={"age": "<18"})
    adas = [visit(start) for start in EARLIER]
    toms = [visit(start, people=["ada", "tom"]) for start in EARLIER]
    assert charged(rules, adas, people=["ada", "tom"]) == ()
    assert charged(rules, toms, people=["ada", "tom"]) == ("it",)


def test_visits_of_others_of_other_weeks_and_the_one_that_moves_are_not_counted() -> None:
    rules = limited(free=1)
    assert charged(rules, [visit("2024-06-29T09:00")]) == ()
    assert charged(rules, [visit("2024-07-01T09:00", inmate="ray", people=["old"])]) == ()
    assert charged(rules, [visit("2024-07-01T09:00")]) == ("it",)
    assert charged(rules, [visit("2024-07-01T09:00")], visit="v-2024-07-01T09:00") == ()


def test_a_limit_that_only_promises_or_charges_refuses_nobody_even_when_it_is_unknown() -> None:
    rules = limited(least=2, **{"for": {"gender": "female"}})
    assert codes(rules) == []


def short(rules: Rulebook, **parts: Any) -> list[tuple[str, float]]:
    found = falls_short(rules, facts(rules, **parts), date(2024, 7, 3))
    return [(one.inmate, one.has) for one in found]


def test_officers_are_told_who_has_less_than_is_promised() -> None:
    rules = limited(least=60, count="minutes")
    hour = [visit("2024-07-01T09:00"), visit("2024-07-06T09:00")]
    assert short(rules, visits=[]) == [("lee", 0), ("ray", 0)]
    assert short(rules, visits=hour) == [("ray", 0)]
    assert short(rules, visits=[*hour[:1], visit("2024-07-07T09:00")]) == [("lee", 30), ("ray", 0)]
    assert falls_short(rules, facts(rules, visits=hour), date(2024, 7, 3)) == (
        Shortfall("ray", "it", 0, 60, "minutes", date(2024, 6, 30), date(2024, 7, 6)),
    )


def test_who_is_not_concerned_or_not_held_does_not_fall_short() -> None:
    gone = changed(INMATES, "ray", status="released")
    assert short(limited(least=1), inmates=gone) == [("lee", 0)]
    assert short(limited(least=1, **{"for": {"custody": "minimum"}})) == [("lee", 0)]
    exempt = {"for": {"custody": "minimum"}}
    assert short(limited(least=1, exempt=exempt)) == [("ray", 0)]
    assert short(limited(least=1, until="2024-07-02")) == []


def waits(*booking: dict[str, Any], **parts: Any) -> date | None:
    rules = book(booking=list(booking), limits=[{"most": 1, "in": "week"}])
    wanted, known = request(rules, WEDNESDAY), facts(rules, **parts)
    found = decision(rules, wanted, known)
    assert isinstance(found, Refused)
    inmate = known.inmate("lee")
    assert inmate is not None
    return may_wait_until(asked(ruleset(rules), wanted, known, inmate), found.reasons)


def test_who_is_refused_for_want_of_room_alone_may_wait() -> None:
    full = [visit("2024-07-01T09:00")]
    assert waits({"waiting": {"days": 7}}, visits=full) == date(2024, 7, 10)
    assert waits({"waiting": {"days": 0}}, {"waiting": {"days": 2}}, visits=full) == date(
        2024, 7, 5
    )
    assert waits({"least": {"days": 1}}, visits=full) is None
    assert waits({"waiting": {"days": 7}, "kinds": ["legal"]}, visits=full) is None
    assert waits({"waiting": {"days": 7}}, {"by": ["inmate"]}, visits=full) is None
