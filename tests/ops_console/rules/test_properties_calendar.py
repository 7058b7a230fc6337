"""What is offered is what is accepted: for a visitor and on a unit's public calendar."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console.rules.alternatives import offered
from ops_console.rules.facts import InmateFact, PersonFact, VisitFact
from ops_console.rules.ledger import Booked as AllBooked
from ops_console.rules.offering import open_times
from ops_console.rules.slots import Stretch
from ops_console.rules.verdict import Booked, decide
from tests.harness.rule_answers import (
    accepted_times,
    candidates,
    case_at,
    shown,
    why_not,
)
from tests.harness.rule_worlds import Scene, scene
from visits.model import VisitChannel, VisitKind

pytestmark = pytest.mark.slow

Ways = set[tuple[VisitKind, VisitChannel]]
PERSONAL = {"party", "visitors"}


def check_offered(chance: Random) -> None:
    """The times offered to the visitor are exactly those that a decision accepts."""
    drawn = scene(chance)
    first, last = drawn.days[0], drawn.days[-1]
    known = sorted(candidates(drawn, first, last))
    asked = Stretch(drawn.request.start, drawn.request.end)
    begin = case_at(drawn, drawn.world(), chance.choice(known) if known else asked)
    found = list(offered(begin, first, last))

    assert found == sorted(set(found))
    wanted = accepted_times(drawn, first, last)
    assert (shown(drawn, set(found) - wanted), shown(drawn, wanted - set(found))) == ([], [])


def check_decided(chance: Random) -> None:
    """The plain answer of these tests is the one of `decide`."""
    drawn = scene(chance)
    known = sorted(candidates(drawn, drawn.days[1], drawn.days[2]))
    for slot in known[:: max(1, len(known) // 4)]:
        verdict = decide(drawn.rules, drawn.at(*slot), drawn.facts, drawn.now)
        assert isinstance(verdict, Booked) == (not why_not(drawn, drawn.world(), slot))


def check_calendar(chance: Random) -> None:
    """The public calendar has every time that somebody of the unit could have, with the kinds and
    channels; and no other where no entry asks who comes."""
    drawn = _with_newcomers(scene(chance, parts=("booking",)))
    personal = any(_asks_who_comes(version) for version in drawn.versions)
    pat = drawn.facts.inmate("pat")
    assert pat is not None
    calendar = {
        one.slot: one
        for one in open_times(
            drawn.rules,
            [pat],
            _booked(drawn),
            drawn.facts.closures,
            now=drawn.now,
            last=drawn.days[-1],
        )
    }
    possible = _possible(drawn, (("zed",), ("zed", "kid")) if personal else (("zed",),))

    assert shown(drawn, set(possible) - set(calendar)) == []
    assert personal or shown(drawn, set(calendar) - set(possible)) == []
    for slot, ways in possible.items():
        kinds, channels = {kind for kind, _ in ways}, {channel for _, channel in ways}
        if personal:
            assert kinds <= set(calendar[slot].kinds)
            assert channels <= set(calendar[slot].channels)
        else:
            assert (kinds, channels) == (set(calendar[slot].kinds), set(calendar[slot].channels))


def _asks_who_comes(version: dict[str, Any]) -> bool:
    entries = [*version["sessions"], *version["booking"]]
    entries += [free for one in version["booking"] for free in one.get("exempt", ())]
    return any(not PERSONAL.isdisjoint(one) for one in entries)


def _with_newcomers(drawn: Scene) -> Scene:
    """Beside everybody else an inmate like Lee and a visitor with a child, without visits."""
    lee = drawn.facts.inmate("lee")
    assert lee is not None
    pat = InmateFact.model_validate({**lee.model_dump(exclude_unset=True), "id": "pat"})
    people = [PersonFact(id="zed", born_on=date(1970, 1, 1))]
    people.append(PersonFact(id="kid", born_on=date(2020, 1, 1)))
    facts = drawn.facts.model_copy(
        update={
            "inmates": (*drawn.facts.inmates, pat),
            "people": (*drawn.facts.people, *people),
        }
    )
    return replace(drawn, facts=facts)


def _possible(drawn: Scene, parties: tuple[tuple[str, ...], ...]) -> dict[Stretch, Ways]:
    """The times that one of these parties could have with Pat, and in which ways."""
    found: defaultdict[Stretch, Ways] = defaultdict(set)
    for kind in VisitKind:
        for channel in VisitChannel:
            for people in parties:
                said = {"inmate": "pat", "visitor": "zed", "people": people}
                wanted = drawn.request.model_copy(update={**said, "kind": kind, "channel": channel})
                asked = replace(drawn, request=wanted)
                for slot in accepted_times(asked, drawn.days[1], drawn.days[-1]):
                    found[slot].add((kind, channel))
    return found


def check_places(chance: Random) -> None:
    """At least as many visits as a time has places are booked at it, one after another: two
    sessions that offer the same time have each their own."""
    drawn = _with_newcomers(scene(chance, parts=(), versions=1))
    pat = drawn.facts.inmate("pat")
    assert pat is not None
    known = (pat, _booked(drawn), drawn.facts.closures)
    for one in open_times(
        drawn.rules, [known[0]], known[1], known[2], now=drawn.now, last=drawn.days[2]
    )[:12]:
        ways = ((kind, way) for kind in one.kinds for way in one.channels)
        most = max(_booked_at(drawn, one.slot, *way) for way in ways)
        assert most >= min(one.places, MOST_TRIED), shown(drawn, {one.slot})


def _booked(drawn: Scene) -> AllBooked:
    found = drawn.world().booked
    assert found is not None
    return found


MOST_TRIED = 4


PARTIES = (("zed",), ("zed", "kid"))


def _booked_at(drawn: Scene, slot: Stretch, kind: VisitKind, channel: VisitChannel) -> int:
    """How many inmates like Pat can be visited at this time, each by other people like these: a
    session may be for parties with a child only, and the one beside it for those without."""
    taken: tuple[VisitFact, ...] = ()
    for number in range(MOST_TRIED):
        booked = (_booked_by(drawn, slot, (kind, channel), people, taken) for people in PARTIES)
        more = next((one for one in booked if one is not None), None)
        if more is None:
            return number
        taken += (more,)
    return MOST_TRIED


def _booked_by(
    drawn: Scene,
    slot: Stretch,
    way: tuple[VisitKind, VisitChannel],
    people: tuple[str, ...],
    taken: tuple[VisitFact, ...],
) -> VisitFact | None:
    """One more visit beside those that are taken; None where it is refused."""
    number = len(taken)
    pat = drawn.facts.inmate("pat")
    assert pat is not None
    everybody = [one for one in drawn.facts.people if one.id in {"zed", "kid"}]
    others = [
        one.model_copy(update={"id": f"{one.id}{n}"})
        for one in everybody
        for n in range(number + 1)
    ]
    pats = [pat.model_copy(update={"id": f"p{n}"}) for n in range(number + 1)]
    facts = drawn.facts.model_copy(
        update={
            "inmates": (*drawn.facts.inmates, *pats),
            "people": (*drawn.facts.people, *others),
            "visits": (*(drawn.facts.visits or ()), *taken),
        }
    )
    asked = {
        "inmate": f"p{number}",
        "visitor": f"zed{number}",
        "people": tuple(f"{one}{number}" for one in people),
        "kind": way[0],
        "channel": way[1],
    }
    wanted = drawn.at(*slot).model_copy(update=asked)
    verdict = decide(drawn.rules, wanted, facts, drawn.now)
    if not isinstance(verdict, Booked):
        return None
    return VisitFact(
        id=f"new{number}",
        inmate=wanted.inmate,
        people=wanted.people,
        start=wanted.start,
        end=wanted.end,
        kind=wanted.kind,
        channel=wanted.channel,
        session=verdict.session,
        terminal=verdict.terminal,
    )


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32).map(Random))
def test_exactly_the_times_that_are_accepted_are_offered(chance: Random) -> None:
    check_offered(chance)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32).map(Random))
def test_a_decision_says_yes_where_nothing_stands_against_it(chance: Random) -> None:
    check_decided(chance)


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32).map(Random))
def test_the_public_calendar_has_what_the_units_people_could_have(chance: Random) -> None:
    check_calendar(chance)


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32).map(Random))
def test_a_time_has_as_many_places_as_visits_can_be_booked(chance: Random) -> None:
    check_places(chance)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("check", "many"),
    [(check_offered, 240), (check_calendar, 30), (check_places, 60)],
    ids=["offered", "calendar", "places"],
)
def test_the_same_for_many_more_facilities(check: Any, many: int) -> None:
    for number in range(many):
        check(Random(f"{check.__name__} {number}"))
