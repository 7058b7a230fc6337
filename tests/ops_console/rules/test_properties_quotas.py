"""Bookings one after another: no quota is exceeded, nothing is taken twice; and every reason of a
refusal is true by itself and none is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import UTC, date, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console.rules.case import Case, reasons
from ops_console.rules.facts import Request, VisitFact
from ops_console.rules.meeting import asked
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.ruleset import all_rules
from ops_console.rules.verdict import Booked, Refused, stated
from tests.harness.rule_cases import book, decision, facts, request, wall
from visits.model import VisitChannel

pytestmark = pytest.mark.slow

INMATES = [{"id": name, "unit": f"main/2/{name[0]}"} for name in ("ann", "amy", "bob")]
PEOPLE = [{"id": f"v{number}", "born_on": "1980-01-01"} for number in range(4)]
FIRST = date(2024, 7, 30)
"""Some days around the end of a month."""
GAP, LENGTHS = 10, (30, 60)
HOUSING = [
    {"path": "main/2/a", "terminals": ["a1", "a2"]},
    {"path": "main/2/b", "terminals": ["b1"]},
]
SESSION = {"id": "s", "days": "daily", "hours": ["09:00-13:00"], "length": list(LENGTHS)}
COUNTS = ("visits", "minutes", "people", "visitors", "inmates")
PERIODS: tuple[Any, ...] = ("day", "week", "month", {"days": 2}, {"days": 3}, "moment")


def limits(chance: Random) -> list[dict[str, Any]]:
    found = []
    for number in range(2):
        count = chance.choice(COUNTS)
        found.append(
            {
                "id": f"l{number}",
                "count": count,
                "per": chance.choice(("inmate", "visitor", "pair", "unit", "facility")),
                "most": chance.randint(1, 3) * (45 if count == "minutes" else 1),
                "in": chance.choice(PERIODS),
            }
        )
    return found


def crowded(chance: Random, *, limited: bool) -> Rulebook:
    capacity = chance.choice(("terminals", 2, {"pool": "hall"}))
    session = {**SESSION, "gap": GAP, "capacity": capacity, "starts": {"every": 10}}
    return book(
        sessions=[session],
        housing=HOUSING,
        pools={"hall": 2},
        limits=limits(chance) if limited else [],
    )


def ask(chance: Random, rules: Rulebook, days: int) -> Request:
    start = f"{FIRST + timedelta(days=chance.randrange(days))}T09:00"
    people = chance.sample([one["id"] for one in PEOPLE], chance.randint(1, 2))
    plain = request(rules, start, chance.choice(LENGTHS))
    return plain.model_copy(
        update={
            "visitor": people[0],
            "people": tuple(people),
            "inmate": chance.choice(INMATES)["id"],
            "start": plain.start + (later := timedelta(minutes=10 * chance.randint(0, 18))),
            "end": plain.end + later,
            "channel": VisitChannel.REMOTE,
        }
    )


def book_many(chance: Random, rules: Rulebook, many: int, days: int) -> list[VisitFact]:
    """What is booked of so many requests, one after another."""
    known = facts(rules, inmates=INMATES, people=PEOPLE)
    now = wall(rules, "2024-07-20T12:00").astimezone(UTC)
    every = all_rules(rules)
    taken: list[VisitFact] = []
    for number in range(many):
        wanted = ask(chance, rules, days)
        world = stated(every, known.model_copy(update={"visits": tuple(taken)}))
        inmate = world.inmate(wanted.inmate)
        assert inmate is not None
        case = Case(every, asked(every.versions[0], wanted, world, inmate), wanted, world, now)
        if not any(reasons(case)) and case.place is not None:
            said = wanted.model_dump(
                include={"inmate", "people", "start", "end", "kind", "channel"}
            )
            place = {"session": case.place.opening.session, "terminal": case.place.terminal}
            taken.append(VisitFact(id=f"t{number}", **said, **place))
    return taken


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32).map(Random))
def test_no_sequence_of_bookings_exceeds_a_quota(chance: Random) -> None:
    rules = crowded(chance, limited=True)
    taken = book_many(chance, rules, 30, days=5)

    for limit in rules.limits:
        for who, counted in groups(limit.per, taken).items():
            for together in spans(limit.period, counted, rules):
                assert amount(limit.count, together) <= limit.most, (limit, who, together)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32).map(Random))
def test_no_sequence_of_bookings_takes_anything_twice(chance: Random) -> None:
    rules = crowded(chance, limited=False)
    taken = book_many(chance, rules, 60, days=1)

    assert len(taken) > 4
    assert_nothing_is_taken_twice(taken)
    if rules.sessions[0].capacity != "terminals":
        assert busiest(taken) <= 2


def groups(per: str, visits: list[VisitFact]) -> dict[Hashable, list[VisitFact]]:
    found: defaultdict[Hashable, list[VisitFact]] = defaultdict(list)
    for one in visits:
        for key in _keys(per, one):
            found[key].append(one)
    return found


def _keys(per: str, one: VisitFact) -> list[Hashable]:
    if per == "visitor":
        return list(one.people)
    if per == "pair":
        return [(person, one.inmate) for person in one.people]
    return [{"inmate": one.inmate, "unit": one.inmate[0], "facility": "all"}[per]]


def spans(period: Any, visits: list[VisitFact], rules: Rulebook) -> Iterator[list[VisitFact]]:
    """The visits that are counted together, for every stretch of the period."""
    if period == "moment":
        for moment in [one.start for one in visits]:
            yield [one for one in visits if one.start <= moment < one.end]
        return
    day = {one.id: rules.facility.time.day(one.start) for one in visits}
    for number in range(-8, 12):
        first = FIRST + timedelta(days=number)
        last = first + timedelta(days=getattr(period, "days", 1) - 1)
        if period == "week":
            first -= timedelta(days=(first.weekday() + 1) % 7)
            last = first + timedelta(days=6)
        if period == "month":
            first = first.replace(day=1)
            last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        yield [one for one in visits if first <= day[one.id] <= last]


def amount(count: str, visits: list[VisitFact]) -> float:
    if count == "minutes":
        return sum((one.end - one.start).total_seconds() / 60 for one in visits)
    if count == "people":
        return sum(len(one.people) for one in visits)
    if count == "visitors":
        return len({person for one in visits for person in one.people})
    return len({one.inmate for one in visits}) if count == "inmates" else len(visits)


def assert_nothing_is_taken_twice(taken: list[VisitFact]) -> None:
    for one, other in combinations(taken, 2):
        if one.start < other.end and other.start < one.end:
            assert one.inmate != other.inmate
            assert set(one.people).isdisjoint(other.people)
        room = timedelta(minutes=GAP)
        if one.start < other.end + room and other.start < one.end + room:
            assert one.terminal != other.terminal


def busiest(taken: list[VisitFact]) -> int:
    """The most places that are in use, or kept free after a visit, at any moment."""
    room = timedelta(minutes=GAP)
    moments = [one.start for one in taken]
    return max(
        (sum(one.start <= at < one.end + room for one in taken) for at in moments), default=0
    )


CAUSES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "ban": ("barred", {}, {"bans": [{"person": "ada"}]}),
    "order": ("no-contact", {}, {"no_contact": [["ada", "lee"]]}),
    "court": (
        "inmate-elsewhere",
        {},
        {
            "engagements": [
                {"inmate": "lee", "start": "2024-07-03T08:00", "end": "2024-07-03T10:00"}
            ]
        },
    ),
    "lockdown": ("locked-down", {}, {"closures": [{"unit": "main", "start": "2024-07-03T00:00"}]}),
    "notice": ("too-short-notice", {"booking": [{"id": "notice", "least": {"days": 9}}]}, {}),
    "ahead": ("too-far-ahead", {"booking": [{"id": "ahead", "most": {"days": 1}}]}, {}),
    "desk": ("desk-closed", {"booking": [{"id": "desk", "desk": [{"days": ["sun"]}]}]}, {}),
    "asker": ("may-not-book", {"booking": [{"id": "asker", "by": ["inmate"]}]}, {}),
    "quota": ("limit-reached", {"limits": [{"id": "quota", "most": 0, "in": "day"}]}, {}),
    "minutes": (
        "limit-reached",
        {"limits": [{"id": "minutes", "count": "minutes", "most": 20, "in": "week"}]},
        {},
    ),
    "party": ("party-too-large", {"party": [{"id": "party", "most": 0}]}, {}),
    "list": ("not-on-list", {"list": [{"id": "list", "required": True}]}, {}),
    "wait": (
        "waiting-period",
        {"eligibility": [{"id": "wait", "after": "classified_at", "wait": {"years": 1}}]},
        {},
    ),
    "custody": (
        "inmate-may-not",
        {"eligibility": [{"id": "custody", "bar": {"custody": "minimum"}}]},
        {},
    ),
}


def refused_for(causes: list[str]) -> set[str]:
    rules_parts: dict[str, list[Any]] = {}
    fact_parts: dict[str, list[Any]] = {}
    for cause in causes:
        _, said, stated = CAUSES[cause]
        for parts, more in ((rules_parts, said), (fact_parts, stated)):
            for word, entries in more.items():
                parts.setdefault(word, []).extend(entries)
    rules = book(**rules_parts)
    lee = {"id": "lee", "unit": "main/2/a", "custody": "minimum", "list": []}
    lee |= {"classified_at": "2024-01-03T08:00"}
    ada = {"id": "ada", "born_on": "1988-05-05"}
    found = decision(rules, known=facts(rules, inmates=[lee], people=[ada], **fact_parts))
    if isinstance(found, Booked):
        return set()
    assert isinstance(found, Refused)
    return {
        f"{one.code}" if one.entry is None else f"{one.code} {one.entry}" for one in found.reasons
    }


def reason_of(cause: str) -> str:
    code, said, _ = CAUSES[cause]
    return f"{code} {cause}" if said else code


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(CAUSES)), unique=True, max_size=8))
def test_a_refusal_names_every_cause_and_nothing_else(causes: list[str]) -> None:
    assert refused_for(causes) == {reason_of(one) for one in causes}


def test_every_cause_refuses_by_itself() -> None:
    for cause in CAUSES:
        assert refused_for([cause]) == {reason_of(cause)}
