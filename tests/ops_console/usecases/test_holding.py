"""A time is held for the one who chose it, for some minutes, and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ops_console import store
from ops_console.usecases import offer_free_times, publish_due
from ops_console.usecases._change import Change, change
from ops_console.usecases.change_rules import change_rules
from tests.harness.console_bench import NINE, Bench
from tests.harness.console_steps import (
    exists,
    hold,
    overlaps,
    release,
    times,
    writers_ready_is_in_step,
)
from visits.messages import BookingDecided
from visits.model import RefusalCode, VisitStatus

TEN_MINUTES = timedelta(minutes=10)


def wants_officer(bench: Bench) -> None:
    """From now on every visit needs an officer's yes."""
    with bench.console.readers.read() as db:
        last = store.rules.latest(db)
    assert last is not None
    text = last.text + "- {id: officers-yes, approval: [officer]}\n"
    change_rules(bench.console, "o2", text, "A test.", based_on=last.number)


def test_a_time_that_is_held_is_nobody_elses_until_it_lapses(bench: Bench) -> None:
    told = hold(bench, "t1", bench.slot(14))
    assert told.held_until == NINE + TEN_MINUTES
    assert hold(bench, "t2", bench.slot(14), "p21", "v2").refusals[0].code == "no-place-free"
    bench.clock.advance(TEN_MINUTES)
    assert hold(bench, "t3", bench.slot(14), "p21", "v2").held_until is not None
    assert not exists(bench, "t1")


def test_a_visitor_has_one_hold_at_a_time(bench: Bench) -> None:
    hold(bench, "t1", bench.slot(14))
    hold(bench, "t2", bench.slot(15), "p12")
    assert (exists(bench, "t1"), exists(bench, "t2")) == (False, True)


def test_a_hold_is_confirmed_under_its_own_name(bench: Bench) -> None:
    hold(bench, "t1", bench.slot(14))
    assert bench.asks("t1").status is VisitStatus.BOOKED
    assert bench.asks("t2", slot=bench.slot(15)).status is VisitStatus.BOOKED
    writers_ready_is_in_step(bench)


def test_a_hold_that_is_confirmed_for_another_inmate_is_booked_for_that_one(bench: Bench) -> None:
    hold(bench, "t1", bench.slot(14), "p1")
    visit = bench.asks("t1", "p12")
    assert (visit.status, visit.approval_id, visit.inmate_id) == (VisitStatus.BOOKED, "p12", "i2")
    assert bench.asks("t2", "p21", "v2").status is VisitStatus.BOOKED
    writers_ready_is_in_step(bench)


def test_a_hold_goes_with_an_inmate_who_is_moved_before_it_is_confirmed(bench: Bench) -> None:
    hold(bench, "t1", bench.slot(10, days=1))

    def move(one: Change) -> None:
        one.db.execute("UPDATE inmates SET unit_id = 'b' WHERE inmate_id = 'i1'")
        text = store.rules.latest(one.db)
        assert text is not None
        both = text.text.replace("unit: a", "unit: ['a', 'b']")
        assert both != text.text
        store.rules.save_version(one.db, both, by=None, reason="Both.", now=one.now)

    change(bench.console, move)
    visit = bench.asks("t1", slot=bench.slot(10, days=1))
    assert (visit.status, visit.unit_id, visit.terminal_id) == (VisitStatus.BOOKED, "b", "b1")
    writers_ready_is_in_step(bench)


def test_a_visit_that_waits_for_an_officer_is_no_hold(bench: Bench) -> None:
    wants_officer(bench)
    assert bench.asks("t1").status is VisitStatus.HELD
    assert hold(bench, "t2", bench.slot(15)).held_until is not None
    assert exists(bench, "t1")
    bench.clock.advance(2 * TEN_MINUTES)
    assert hold(bench, "t3", bench.slot(14), "p21", "v2").held_until is None


def test_a_visit_that_waits_for_an_officer_can_be_given_back(bench: Bench) -> None:
    wants_officer(bench)
    bench.asks("t1")
    release(bench, "t1")
    assert bench.status("t1") is VisitStatus.CANCELLED
    assert bench.slot(14) in times(bench, "p21", "v2")
    writers_ready_is_in_step(bench)


def test_a_hold_that_is_given_back_is_free_at_once(bench: Bench) -> None:
    hold(bench, "t1", bench.slot(14))
    assert bench.slot(14) not in times(bench, "p21", "v2")
    release(bench, "t1")
    assert bench.slot(14) in times(bench, "p21", "v2")
    assert overlaps(bench) == []


def test_the_public_sees_a_time_again_when_its_hold_lapses_or_another_is_chosen(
    bench: Bench,
) -> None:
    def places() -> list[int | None]:
        publish_due(bench.console)
        known = {one.slot: one.places for one in bench.calendar().open}
        return [known.get(bench.slot(hour)) for hour in (14, 15)]

    hold(bench, "t1", bench.slot(14))
    assert places() == [1, 2]
    hold(bench, "t2", bench.slot(15))
    assert places() == [2, 1]
    bench.clock.advance(TEN_MINUTES)
    offer_free_times(bench.console)
    assert places() == [2, 2]


def test_a_time_that_is_taken_comes_with_others(bench: Bench) -> None:
    bench.asks("t1")
    told = hold(bench, "t2", bench.slot(14), "p21", "v2")
    assert told.alternatives
    assert set(told.alternatives) <= set(times(bench, "p21", "v2"))
    assert bench.told(BookingDecided)[-1].visit.visit_id == "t1"


def test_an_old_question_holds_nothing(bench: Bench, tmp_path: Path) -> None:
    assert hold(bench, "t1", bench.slot(8)).refusals[0].code is RefusalCode.IN_THE_PAST
