"""The times that come with a refusal: accepted, the nearest there are, and none left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console.rules.alternatives import ALTERNATIVES, SEARCHED, offered
from ops_console.rules.refusing import NO_TIME_HELPS, Code
from ops_console.rules.slots import Stretch
from ops_console.rules.verdict import Refused, decide
from tests.harness.rule_answers import ONE_DAY, candidates, case_at, shown
from tests.harness.rule_cases import book, decision, facts, request
from tests.harness.rule_worlds import Scene, scene


def nearest_of_all(drawn: Scene, wanted: Stretch) -> list[Stretch]:
    """The same by looking at every time within four weeks."""
    case = case_at(drawn, drawn.world(), wanted)
    day, reach = case.meeting.day, SEARCHED * ONE_DAY

    def away(slot: Stretch) -> tuple[timedelta, timedelta, Stretch]:
        length = slot.ends_at - slot.starts_at
        difference = abs(length - (wanted.ends_at - wanted.starts_at))
        return abs(slot.starts_at - wanted.starts_at), difference, slot

    return sorted(offered(case, day - reach, day + reach), key=away)[:ALTERNATIVES]


def check(chance: Random) -> None:
    drawn = scene(chance)
    known = sorted(candidates(drawn, drawn.days[0], drawn.days[-1]))
    asked = Stretch(drawn.request.start, drawn.request.end)
    wanted = chance.choice(known) if known else asked
    verdict = decide(drawn.rules, drawn.at(*wanted), drawn.facts, drawn.now)
    if not isinstance(verdict, Refused):
        return
    best: Sequence[Stretch] = nearest_of_all(drawn, wanted)
    if any(one.code in NO_TIME_HELPS and one.entry is None for one in verdict.reasons):
        best = ()
    assert (verdict.alternatives, shown(drawn, {wanted})) == (tuple(best), shown(drawn, {wanted}))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32).map(Random))
@pytest.mark.slow
def test_the_three_nearest_accepted_times_come_with_a_refusal(chance: Random) -> None:
    check(chance)


@pytest.mark.slow
def test_the_same_for_many_more_facilities() -> None:
    for number in range(250):
        check(Random(f"alternatives {number}"))


def test_a_desk_that_is_closed_for_some_days_does_not_hide_the_others() -> None:
    weekends = {"days": "weekends", "desk": [{"days": ["sat"], "hours": ["09:00-10:00"]}]}
    rules = book(booking=[weekends])
    found = decision(rules, request(rules, "2024-07-06T09:00"))

    assert isinstance(found, Refused)
    assert [one.code for one in found.reasons] == [Code.DESK_CLOSED]
    local = rules.facility.time.local
    assert [f"{local(one.starts_at):%a %H:%M}" for one in found.alternatives] == [
        "Fri 20:30",
        "Fri 20:00",
        "Fri 19:30",
    ]


def test_no_times_come_with_a_refusal_that_every_time_would_get() -> None:
    rules = book(limits=[{"most": 0, "in": "day"}])
    found = decision(rules)
    nobody = decision(rules, known=facts(rules, no_contact=[["ada", "lee"]]))

    assert isinstance(found, Refused)
    assert isinstance(nobody, Refused)
    assert found.alternatives == nobody.alternatives == ()
