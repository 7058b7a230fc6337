"""Which reasons of a decision also stand against a visit that is booked already."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ops_console.rules.case import Case
from ops_console.rules.facts import Request
from ops_console.rules.meeting import asked
from ops_console.rules.refusing import Code
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.ruleset import all_rules
from ops_console.rules.standing import lasting, spared, standing
from ops_console.rules.verdict import stated
from tests.harness.rule_cases import INMATES, NOW, book, changed, facts, request, wall
from visits.model import VisitKind


def case(rules: Rulebook, wanted: Request | None = None, **known: Any) -> Case:
    """The visit as if it were asked for, under the rules that last."""
    every = lasting(all_rules(rules))
    wanted = wanted or request(rules)
    world = stated(every, facts(rules, **known))
    inmate = world.inmate(wanted.inmate)
    assert inmate is not None
    day = every.facility.day(wanted.start)
    meeting = asked(every.on(day), wanted, world, inmate)
    return Case(every, meeting, wanted, world, wall(rules, NOW))


def codes(found: Case, terminal: str | None = None) -> set[Code]:
    return {one.code for one in standing(found, terminal)}


@pytest.mark.parametrize(
    "entry",
    [
        {"least": {"days": 9}},
        {"most": {"days": 0}},
        {"by": ["officer"]},
        {"desk": [{"days": "weekends", "hours": ["08:00-08:15"]}]},
        {"for": {"custody": "unknown"}, "least": {"days": 9}},
    ],
)
def test_what_binds_only_who_asks_does_not_stand_against_a_booked_visit(
    entry: dict[str, Any],
) -> None:
    assert codes(case(book(booking=[entry]))) == set()


def test_a_visit_that_has_begun_is_not_held_against_itself() -> None:
    rules = book()
    assert codes(case(rules, request(rules, "2024-07-01T11:30"))) == set()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"limits": [{"most": 0, "in": "day"}]}, Code.LIMIT_REACHED),
        ({"party": [{"most": 0}]}, Code.PARTY_TOO_LARGE),
        ({"eligibility": [{"bar": {"custody": "minimum"}}]}, Code.INMATE_MAY_NOT),
        ({"list": [{"required": True}]}, Code.NOT_ON_LIST),
    ],
)
def test_everything_else_does(parts: dict[str, Any], code: Code) -> None:
    assert codes(case(book(**parts), inmates=changed(INMATES, "lee", list=[]))) == {code}


def test_a_time_that_no_session_offers_any_more_does_not_stand() -> None:
    rules = book()
    moved = request(rules, "2024-07-03T09:10")
    assert codes(case(rules, moved)) == {Code.OUTSIDE_HOURS}


def test_a_terminal_that_does_not_work_stands_against_its_own_visits_only() -> None:
    rules = book(housing=[{"path": "main/2/a", "terminals": ["a1", "a2"]}])
    assert codes(case(rules), "a1") == set()
    assert codes(case(rules), "a9") == {Code.NO_PLACE_FREE}


def test_discipline_spares_a_legal_visit_unless_it_names_its_kind() -> None:
    for kinds, expected in ((None, 1), (["legal", "social"], 0)):
        entry: dict[str, Any] = {"id": "hole", "bar": {"custody": "minimum"}}
        rules = book(eligibility=[{**entry, **({"kinds": kinds} if kinds else {})}])
        legal = request(rules).model_copy(update={"kind": VisitKind.LEGAL})
        found = case(rules, legal)
        assert len(spared(found, standing(found))) == expected
        social = case(rules)
        assert spared(social, standing(social)) == ()


def test_a_bar_of_the_inmate_spares_a_legal_visit_and_one_of_the_visitor_does_not() -> None:
    rules = book()
    legal = request(rules).model_copy(update={"kind": VisitKind.LEGAL})
    for person, expected in (("lee", 1), (legal.visitor, 0)):
        found = case(rules, legal, bans=[{"person": person}])
        assert codes(found) >= {Code.BARRED}
        assert len(spared(found, standing(found))) == expected
    named = [{"person": "lee"}, {"person": "lee", "kinds": ["legal"]}]
    found = case(rules, legal, bans=named)
    assert spared(found, standing(found)) == ()


def test_the_lasting_rules_keep_their_numbers_and_days() -> None:
    every = all_rules(book())
    day = every.facility.day(wall(book(), NOW)) + timedelta(days=2)
    assert lasting(every).on(day).number == every.on(day).number
