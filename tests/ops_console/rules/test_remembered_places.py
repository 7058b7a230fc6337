"""What is remembered of free places is what would be worked out anew, whatever came and went."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console.rules.facts import InmateFact
from ops_console.rules.ledger import Booked, BookedVisit, Ledger
from ops_console.rules.meeting import Meeting, held
from ops_console.rules.offered import free_times, places_of, times_of
from ops_console.rules.offering import OpenTime, open_times
from ops_console.rules.ruleset import Rules, Ruleset
from tests.harness.rule_worlds import Scene, scene
from visits.clock import FacilityTime
from visits.model import VisitChannel, VisitKind, VisitStatus

pytestmark = pytest.mark.slow

NIGHT = datetime(2024, 3, 10, 5, 0, tzinfo=UTC)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32).map(Random))
def test_free_times_are_the_same_as_without_any_memory(chance: Random) -> None:
    drawn = scene(chance, parts=("booking",))
    ledger = Ledger(drawn.rules.facility)
    meetings = [one for one in _meetings(drawn) if times_of(one)]
    if not meetings:
        return
    for _ in range(12):
        _something_happens(chance, drawn, ledger, meetings)
        for meeting in meetings:
            for but in (None, "b0", "b3"):
                remembered = free_times(meeting, Booked(ledger, but))
                assert remembered == free_times(meeting, Booked(ledger.copy(), but))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32).map(Random))
def test_calendars_that_share_what_they_can_are_as_if_each_was_made_alone(chance: Random) -> None:
    drawn = scene(chance, parts=("booking",))
    ledger, now = Ledger(drawn.rules.facility), drawn.now
    meetings = [one for one in _meetings(drawn) if times_of(one)]
    for _ in range(2):
        if meetings:
            _something_happens(chance, drawn, ledger, meetings)
        for inmate in _elsewhere(drawn):
            assert _calendar(drawn, drawn.rules, inmate, ledger, now) == _calendar(
                drawn, _anew(drawn.rules), inmate, ledger.copy(), now
            )
        now += chance.choice((timedelta(0), timedelta(minutes=20), timedelta(hours=7)))


def _anew(rules: Rules) -> Rules:
    """The same versions, of which nothing was worked out yet."""
    return Rules(tuple(Ruleset(one.book, one.number) for one in rules.versions))


def _calendar(
    drawn: Scene, rules: Rules, inmate: InmateFact, ledger: Ledger, now: datetime
) -> tuple[OpenTime, ...]:
    known = Booked(ledger), drawn.facts.closures
    alone = InmateFact.model_validate(inmate.model_dump(exclude_unset=True))
    return open_times(rules, [alone], *known, now=now, last=drawn.days[-1])


def _elsewhere(drawn: Scene) -> list[InmateFact]:
    """Two of them in several housing units: alike but for where they live."""
    homes = ("main/2/a", "main/2/b", "main/3")
    return [one.living_in(home) for one in drawn.facts.inmates[:2] for home in homes]


def _meetings(drawn: Scene) -> list[Meeting]:
    """Visits of everybody of the scene on its first days, each as long as its day."""
    facility, kind, way = drawn.rules.facility, drawn.request.kind, drawn.request.channel
    return [
        Meeting(drawn.rules.on(day), inmate, (), kind, way, *facility.day_bounds(day))
        for inmate in drawn.facts.inmates
        for day in drawn.days[1:4]
    ]


def _something_happens(
    chance: Random, drawn: Scene, ledger: Ledger, meetings: list[Meeting]
) -> None:
    """A visit is booked, moved to another time and place, or goes."""
    visit_id = f"b{chance.randrange(6)}"
    if chance.random() < 0.3:
        ledger.drop(visit_id)
        return
    meeting = chance.choice(meetings)
    slot, named = chance.choice(times_of(meeting)), meeting.rules.terminals(meeting.traits)
    visit = BookedVisit(
        id=visit_id,
        inmate=meeting.inmate.id,
        people=("ada",),
        start=slot.starts_at,
        end=slot.ends_at,
        kind=meeting.kind,
        channel=meeting.channel,
        status=VisitStatus.BOOKED,
        unit=meeting.inmate.unit,
        terminal=chance.choice(named[1]) if named and named[1] else None,
    )
    ledger.put(visit, places_of(held(meeting.rules, visit, drawn.world())))


def test_what_hangs_on_one_hour_is_kept_while_another_changes() -> None:
    ledger, asked = Ledger(FacilityTime("America/Chicago")), list[str]()

    def ask(place: str, hour: int) -> None:
        start = NIGHT + timedelta(hours=hour)
        end = start + timedelta(hours=1)
        what = f"{place} {hour}"
        Booked(ledger).once(what, (place,), start, end, lambda: asked.append(what))

    def ask_all() -> list[str]:
        asked.clear()
        for place in ("hall", "terminals:a"):
            for hour in (0, 1):
                ask(place, hour)
        return list(asked)

    assert ask_all() == ["hall 0", "hall 1", "terminals:a 0", "terminals:a 1"]
    assert ask_all() == []
    ledger.put(_visit(NIGHT + timedelta(hours=1)), frozenset({"hall"}))
    assert ask_all() == ["hall 1"]
    ledger.drop("v1")
    assert ask_all() == ["hall 1"]


def _visit(start: datetime) -> BookedVisit:
    return BookedVisit(
        id="v1",
        inmate="lee",
        people=("ada",),
        start=start,
        end=start + timedelta(minutes=30),
        kind=VisitKind.SOCIAL,
        channel=VisitChannel.REMOTE,
        status=VisitStatus.BOOKED,
    )
