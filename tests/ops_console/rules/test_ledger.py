"""A ledger that followed every change answers like one that was made anew; who is alike is
offered the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console.rules.facts import InmateFact
from ops_console.rules.ledger import Booked, BookedVisit, Ledger
from ops_console.rules.meeting import held, inmate_traits
from ops_console.rules.offered import places_of
from ops_console.rules.ruleset import ruleset
from ops_console.rules.stints import Asked
from ops_console.rules.world import Stated
from tests.harness.rule_cases import INMATES, PEOPLE, book, facts
from tests.harness.rule_worlds import scene
from visits.clock import FacilityTime
from visits.model import VisitChannel, VisitKind, VisitStatus

CHICAGO = FacilityTime("America/Chicago")
NIGHT = datetime(2024, 3, 10, 5, 0, tzinfo=UTC)
"""An hour before midnight in Chicago; the clocks go forward later that night."""
INMATE_IDS, PERSONS, PLACES = ("lee", "ray"), ("ada", "tom", "bob"), ("hall", "terminals:a")

visits = st.builds(
    lambda number, inmate, people, start, length: BookedVisit(
        id=f"v{number}",
        inmate=inmate,
        people=tuple(people),
        start=NIGHT + timedelta(minutes=start),
        end=NIGHT + timedelta(minutes=start + length),
        kind=VisitKind.SOCIAL,
        channel=VisitChannel.REMOTE,
        status=VisitStatus.BOOKED,
    ),
    st.integers(0, 5),
    st.sampled_from(INMATE_IDS),
    st.lists(st.sampled_from(PERSONS), min_size=1, max_size=2, unique=True),
    st.integers(-200, 200),
    st.sampled_from((1, 59, 60, 61, 150)),
)
puts = st.tuples(visits, st.frozensets(st.sampled_from(PLACES)))
drops = st.builds(lambda number: f"v{number}", st.integers(0, 5))


def answers(ledger: Ledger, but: str | None) -> list[object]:
    """Everything that can be asked of it, about people, places, hours and days."""
    booked = Booked(ledger, but)
    hours = [NIGHT + timedelta(minutes=30 * number) for number in range(-10, 12)]
    spans = [(at, at + timedelta(minutes=length)) for at in hours for length in (1, 45, 6_000)]
    found: list[object] = [len(ledger), [f"v{number}" in ledger for number in range(6)]]
    found += [_ids(booked.of_inmate(one)) for one in INMATE_IDS]
    found += [_ids(booked.of_person(one)) for one in PERSONS]
    found += [_ids(booked.at((one,), *span)) for one in PLACES for span in spans]
    found += [_ids(booked.during(*span)) for span in spans]
    days = [date(2024, 3, 9), date(2024, 3, 10), date(2024, 3, 11)]
    found += [_ids(booked.on_days(one, two, CHICAGO)) for one in days for two in days]
    found.append(_ids(booked.on_days(date(1971, 1, 1), date(2199, 1, 1), CHICAGO)))
    return found


def _ids(found: Sequence[object]) -> list[str]:
    return sorted(str(one) for one in found)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(puts, drops), max_size=14), st.sampled_from((None, "v0")))
def test_a_ledger_that_was_changed_answers_like_one_made_anew(
    changes: list[tuple[BookedVisit, frozenset[str]] | str], but: str | None
) -> None:
    changed, last = Ledger(CHICAGO), dict[str, tuple[BookedVisit, frozenset[str]]]()
    for one in changes:
        if isinstance(one, str):
            changed.drop(one)
            last.pop(one, None)
        else:
            changed.put(*one)
            last[one[0].id] = one
    anew = Ledger(CHICAGO)
    for visit, places in last.values():
        anew.put(visit, places)

    assert answers(changed, but) == answers(anew, but)


@settings(max_examples=60, deadline=None)
@given(st.lists(puts, max_size=8))
def test_what_a_ledger_finds_is_what_overlaps(
    given_visits: list[tuple[BookedVisit, frozenset[str]]],
) -> None:
    ledger, known = Ledger(CHICAGO), dict[str, tuple[BookedVisit, frozenset[str]]]()
    for one in given_visits:
        ledger.put(*one)
        known[one[0].id] = one
    start, end = NIGHT, NIGHT + timedelta(minutes=45)
    there = {
        visit.id
        for visit, places in known.values()
        if "hall" in places and visit.start < end and start < visit.end
    }
    day = {one.id for one, _ in known.values() if CHICAGO.day(one.start) == date(2024, 3, 10)}

    booked = Booked(ledger)
    assert {one.id for one in booked.at(("hall",), start, end)} == there
    assert {one.id for one in booked.on_days(date(2024, 3, 10), date(2024, 3, 10), CHICAGO)} == day


def test_a_visit_takes_its_place_where_the_inmate_lived_when_it_was_booked() -> None:
    units = [{"path": f"main/2/{name}", "terminals": [f"{name}1"]} for name in ("a", "b")]
    rules = book(housing=units)
    known = Stated(
        facts(rules, inmates=INMATES, people=PEOPLE), rules.facility.time, lambda _: frozenset()
    )
    before = BookedVisit(
        id="v1",
        inmate="lee",
        people=("ada",),
        start=datetime(2024, 7, 3, 14, 0, tzinfo=UTC),
        end=datetime(2024, 7, 3, 14, 30, tzinfo=UTC),
        kind=VisitKind.SOCIAL,
        channel=VisitChannel.REMOTE,
        status=VisitStatus.BOOKED,
        unit="main/2/a",
    )
    lee = known.inmate("lee")
    assert lee is not None
    moved = Stated(
        known.facts.model_copy(update={"inmates": (lee.model_copy(update={"unit": "main/2/b"}),)}),
        rules.facility.time,
        lambda _: frozenset(),
    )
    here = moved.inmate("lee")
    assert here is not None
    inmate_traits(here, date(2024, 7, 3), ruleset(rules))

    assert "terminals:main/2/a" in places_of(held(ruleset(rules), before, moved))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32).map(Random))
def test_inmates_who_are_alike_are_offered_the_same(chance: Random) -> None:
    drawn = scene(chance, parts=("booking",))
    kinds = [InmateFact.model_validate(row) for row in _variants(chance)]
    for version in drawn.rules.versions:
        for day in drawn.days[:3]:
            known: dict[object, object] = {}
            for inmate in kinds:
                traits = inmate_traits(inmate, day, version)
                asked = Asked(traits, drawn.request.kind, drawn.request.channel)
                offer = (version.timetable.openings(asked, day), version.terminals(traits))
                assert known.setdefault(version.likeness.of(traits), offer) == offer


def _variants(chance: Random) -> list[dict[str, object]]:
    return [
        {
            "id": f"i{number}",
            "unit": chance.choice(("main/2/a", "main/2/a/1", "main/2/b", "main/3", None)),
            "custody": chance.choice(("minimum", "maximum", "MINIMUM ", None)),
            "born_on": chance.choice(("1990-01-01", "2000-01-01", None)),
            "cell": chance.choice(("1", "2")),
            "surname": chance.choice(("Lee", "Ray")),
        }
        for number in range(12)
    ]
