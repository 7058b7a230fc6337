"""New times for many visits at once: most kept, none in another's way, held by the store."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops_console import store
from ops_console.usecases import (
    Applied,
    Impact,
    InmateFacts,
    KeepApart,
    Lockdown,
    Move,
    RulesChange,
    TerminalOut,
    apply_change,
    change_now,
    preview_change,
)
from ops_console.usecases.change_rules import change_rules
from tests.harness.console_bench import Bench, console_bench
from visits.model import Slot, VisitStatus

pytestmark = pytest.mark.slow

RULES = """
visitline_rules: 1
facility: {name: Cook County Jail, zone: America/Chicago}
sessions:
  - {id: day, days: [mon], hours: ["10:00-13:00"], length: 30, for: {unit: a}}
booking:
  - {id: notice, most: {days: 30}}
"""
APART_BY_CUSTODY = """
visitline_rules: 1
facility: {name: Cook County Jail, zone: America/Chicago}
sessions:
  - {id: one, days: [mon], hours: ["12:00-12:30"], length: 30, for: {custody: minimum}}
  - {id: two, days: [mon], hours: ["12:30-13:00"], length: 30, for: {custody: maximum}}
"""
ONE_A_DAY = "limits:\n  - {id: one-a-day, most: 1, in: day, per: inmate}\n"


def rules(bench: Bench, text: str) -> None:
    change_rules(bench.console, "o1", text, "For the test", based_on=1)


def apply_as_shown(bench: Bench, impact: Impact) -> Applied:
    choices = {one.visit.visit_id: one.proposal for one in impact.affected}
    return apply_change(
        bench.console,
        "o1",
        impact.change,
        choices,
        reason="It had to be",
        fingerprint=impact.fingerprint,
    )


def moves(impact: Impact) -> dict[str, Move]:
    return {
        one.visit.visit_id: one.proposal
        for one in impact.affected
        if isinstance(one.proposal, Move)
    }


def day(bench: Bench, at: Move | Slot) -> date:
    slot = at.slot if isinstance(at, Move) else at
    return bench.console.facility.time.day(slot.starts_at)


def most_kept(impact: Impact, slots: list[Slot]) -> tuple[int, float]:
    """By trying every choice of one terminal: the most visits kept and, with them, the least
    minutes in all."""
    best = (0, 0.0)
    visits = [one.visit for one in impact.affected]
    for chosen in product([None, *slots], repeat=len(visits)):
        pairs = [(visit, slot) for visit, slot in zip(visits, chosen, strict=True) if slot]
        if len({slot.starts_at for _, slot in pairs}) == len(pairs):
            moved = (abs(slot.starts_at - visit.slot.starts_at) for visit, slot in pairs)
            best = max(best, (len(pairs), -sum(one.total_seconds() / 60 for one in moved)))
    return best[0], -best[1]


def test_a_locked_down_unit_keeps_the_most_visits_nearest_their_old_times(bench: Bench) -> None:
    rules(bench, RULES)
    change_now(bench.console, "o1", TerminalOut("a2"), "Broken")
    booked = [
        ("t1", "p1", "v1", bench.slot(10)),
        ("t2", "p2", "v2", bench.slot(10, 30)),
        ("t3", "p3", "v3", bench.slot(11)),
        ("t4", "p12", "v1", bench.slot(11, 30)),
    ]
    for visit_id, approval, visitor, slot in booked:
        found = bench.asks(visit_id, approval, visitor, slot=slot)
        assert found.status is VisitStatus.BOOKED
    impact = preview_change(bench.console, Lockdown("a", bench.at(10), bench.at(11, 30)))
    assert impact.proven
    free = [bench.slot(12), bench.slot(12, 30)]
    free += [bench.slot(hour, minute, 7) for hour in (10, 11, 12) for minute in (0, 30)]
    kept, minutes = most_kept(impact, free)
    assert len(moves(impact)) == kept == len(impact.affected) == 3
    assert sum(impact.moved_minutes) == pytest.approx(minutes)
    assert apply_as_shown(bench, impact).moved == kept


def test_no_visit_takes_the_time_that_another_one_needs_more(bench: Bench) -> None:
    """One after the other, the first would take the nearest time for itself."""
    rules(bench, RULES)
    change_now(bench.console, "o1", TerminalOut("a2"), "Broken")
    booked = [
        ("t1", "p1", "v1", bench.slot(11, 30, 7)),
        ("t2", "p2", "v2", bench.slot(12, days=7)),
        ("t3", "p3", "v3", bench.slot(10, 30, 7)),
        ("t4", "p12", "v1", bench.slot(11, days=7)),
    ]
    for visit_id, approval, visitor, slot in booked:
        found = bench.asks(visit_id, approval, visitor, slot=slot)
        assert found.status is VisitStatus.BOOKED
    locked = Lockdown("a", bench.at(11, 30, 7), bench.at(12, 30, 7))
    impact = preview_change(bench.console, locked)
    assert {visit: move.slot for visit, move in moves(impact).items()} == {
        "t1": bench.slot(10, days=7),
        "t2": bench.slot(12, 30, 7),
    }


def test_quotas_bind_the_moved_visits_together(bench: Bench) -> None:
    rules(bench, RULES)
    assert bench.asks("t1", slot=bench.slot(12)).status is VisitStatus.BOOKED
    assert bench.asks("t4", "p21", "v2", slot=bench.slot(12, 30)).status is VisitStatus.BOOKED
    impact = preview_change(bench.console, RulesChange(RULES + ONE_A_DAY))
    assert [one.visit.visit_id for one in impact.affected] == ["t4"]
    assert day(bench, moves(impact)["t4"]) == day(bench, bench.slot(12, days=7))
    apply_as_shown(bench, impact)
    again = preview_change(bench.console, Lockdown("a", bench.at(9), bench.at(17)))
    assert len(again.affected) == 1
    assert day(bench, moves(again)["t1"]) == day(bench, bench.slot(12, days=14))
    whole = preview_change(bench.console, Lockdown("a", bench.at(9), bench.at(10, days=7)))
    assert len(whole.affected) == len({day(bench, one) for one in moves(whole).values()})


def test_of_two_visits_in_one_anothers_way_the_first_asked_stays(bench: Bench) -> None:
    rules(bench, RULES + "separations:\n  - {within: moment}\n")
    assert bench.asks("t2", "p2", "v2", slot=bench.slot(12)).status is VisitStatus.BOOKED
    bench.clock.advance(timedelta(minutes=1))
    assert bench.asks("t1", slot=bench.slot(12)).status is VisitStatus.BOOKED
    impact = preview_change(bench.console, KeepApart("i1", "i2"))
    assert [one.visit.visit_id for one in impact.affected] == ["t1"]
    assert moves(impact)["t1"].slot == bench.slot(11, 30)
    fewer = RULES.replace("length: 30", "length: 30, capacity: 1")
    impact = preview_change(bench.console, RulesChange(fewer))
    assert [one.visit.visit_id for one in impact.affected] == ["t1"]


def test_people_kept_apart_do_not_meet_at_their_new_times(bench: Bench) -> None:
    rules(bench, RULES + "separations:\n  - {within: moment, gap: 30}\n")
    assert bench.asks("t1", slot=bench.slot(10)).status is VisitStatus.BOOKED
    assert bench.asks("t2", "p2", "v2", slot=bench.slot(11)).status is VisitStatus.BOOKED
    change_now(bench.console, "o1", KeepApart("i1", "i2"), "A fight")
    impact = preview_change(bench.console, Lockdown("a", bench.at(10), bench.at(11, 30)))
    first, second = sorted(move.slot.starts_at for move in moves(impact).values())
    assert second - first >= timedelta(minutes=60)
    apply_as_shown(bench, impact)


def test_two_visits_change_places_where_each_may_only_have_the_others_time(bench: Bench) -> None:
    rules(bench, RULES)
    change_now(bench.console, "o1", TerminalOut("a2"), "Broken")
    change_now(bench.console, "o1", InmateFacts("i1", {"custody": "minimum"}), "Classified")
    change_now(bench.console, "o1", InmateFacts("i2", {"custody": "maximum"}), "Classified")
    assert bench.asks("t1", slot=bench.slot(12, 30)).status is VisitStatus.BOOKED
    assert bench.asks("t2", "p2", "v2", slot=bench.slot(12)).status is VisitStatus.BOOKED
    impact = preview_change(bench.console, RulesChange(APART_BY_CUSTODY))
    assert {visit: move.slot for visit, move in moves(impact).items()} == {
        "t1": bench.slot(12),
        "t2": bench.slot(12, 30),
    }
    assert apply_as_shown(bench, impact).moved == 2
    assert bench.visit("t1").slot == bench.slot(12)
    assert bench.visit("t2").slot == bench.slot(12, 30)


HOUR = st.tuples(st.sampled_from([10, 11, 12]), st.sampled_from([0, 30]), st.sampled_from([0, 7]))
PAIRS = (("p1", "v1"), ("p2", "v2"), ("p3", "v3"), ("p21", "v2"), ("p12", "v1"))


@settings(max_examples=15, deadline=None)
@given(
    wanted=st.lists(st.tuples(st.sampled_from(PAIRS), HOUR), max_size=9),
    first=st.integers(10, 12),
    hours=st.integers(1, 4),
    broken=st.sampled_from([None, "a1", "a2"]),
)
def test_whatever_was_booked_nobody_and_nothing_is_taken_twice_after_a_lockdown(
    wanted: list[tuple[tuple[str, str], tuple[int, int, int]]],
    first: int,
    hours: int,
    broken: str | None,
) -> None:
    with tempfile.TemporaryDirectory() as folder, console_bench(Path(folder)) as bench:
        rules(bench, RULES + ONE_A_DAY)
        for number, ((approval, visitor), hour) in enumerate(wanted):
            bench.asks(f"t{number}", approval, visitor, slot=bench.slot(*hour))
        if broken:
            change_now(bench.console, "o1", TerminalOut(broken), "Broken")
        impact = preview_change(
            bench.console, Lockdown("a", bench.at(first), bench.at(first + hours))
        )
        done = apply_as_shown(bench, impact)
        assert done.moved + done.cancelled == len(impact.affected)
        with bench.console.readers.read() as db:
            booked = store.unfinished.everywhere(db)
        locked = Slot(starts_at=bench.at(first), ends_at=bench.at(first + hours))
        assert not any(one.slot.overlaps(locked) for one in booked)
        assert all(one.terminal_id != broken for one in booked)
        for one in booked:
            for other in booked:
                if one.visit_id < other.visit_id and one.slot.overlaps(other.slot):
                    assert one.terminal_id != other.terminal_id
                    assert one.inmate_id != other.inmate_id
                    assert one.visitor_id != other.visitor_id
        days = [
            (one.inmate_id, bench.console.facility.time.day(one.slot.starts_at)) for one in booked
        ]
        assert len(set(days)) == len(days)
