"""A booking request is decided, saved, answered and published in one stroke."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ops_console import store
from tests.harness.console_bench import Bench
from visits.errors import VisitorMustAct
from visits.messages import BookingDecided, BookingRequested
from visits.model import RefusalCode, VisitKind, VisitStatus


def refusals(bench: Bench) -> list[RefusalCode]:
    return [refusal.code for refusal in bench.told(BookingDecided)[-1].refusals]


def test_a_free_time_is_booked_and_the_portal_hears_it(bench: Bench) -> None:
    visit = bench.asks("t1")
    assert (visit.status, visit.terminal_id, visit.inmate_id) == (VisitStatus.BOOKED, "a1", "i1")
    decided = bench.told(BookingDecided)[-1]
    assert decided.visit == visit.state
    assert decided.refusals == ()
    assert bench.line.wakes > 0


def test_a_booking_appears_in_its_units_agenda_and_its_place_leaves_the_calendar(
    bench: Bench,
) -> None:
    before = {one.slot: one.places for one in bench.calendar().open}
    bench.asks("t1")
    after = {one.slot: one.places for one in bench.calendar().open}
    assert [one.visit_id for one in bench.agenda().visits] == ["t1"]
    assert (before[bench.slot(14)], after[bench.slot(14)]) == (2, 1)


def test_only_the_touched_unit_is_published_anew(bench: Bench) -> None:
    bench.line.sent.clear()
    bench.asks("t1")
    topics = bench.console.facility.topics
    assert sorted(bench.line.sent) == sorted([topics.agenda("a"), topics.calendar("a")])


def test_the_calendar_names_nobody(bench: Bench) -> None:
    bench.asks("t1")
    text = bench.calendar().model_dump_json()
    for secret in ("v1", "i1", "Brown", "Ann", "t1"):
        assert f'"{secret}' not in text
        assert "Brown" not in text


def test_the_history_begins_with_the_question_and_the_answer(bench: Bench) -> None:
    bench.asks("t1")
    lines = bench.history("t1")
    assert [(line.what, line.actor) for line in lines] == [
        ("asked", "visitor"),
        ("approve", "console"),
    ]
    assert (lines[1].before, lines[1].after) == (VisitStatus.REQUESTED, VisitStatus.BOOKED)


def test_the_history_tells_when_it_was_asked_and_when_answered(bench: Bench) -> None:
    asked_at = bench.clock.now()
    asked = BookingRequested(
        visit_id="t1",
        visitor_id="v1",
        approval_id="p1",
        kind=VisitKind.SOCIAL,
        slot=bench.slot(14),
        asked_at=asked_at,
    )
    bench.clock.advance(timedelta(minutes=5))
    bench.hand_in(asked)
    now = bench.clock.now()
    assert [(line.at, line.saved_at) for line in bench.history("t1")] == [
        (asked_at, now),
        (now, now),
    ]


def test_a_refused_request_keeps_its_reasons_and_tells_both_sides(bench: Bench) -> None:
    bench.asks("t1", kind=VisitKind.LEGAL, slot=bench.slot(18))
    expected = [RefusalCode.KIND_NOT_APPROVED, RefusalCode.OUTSIDE_HOURS]
    assert refusals(bench) == expected
    with bench.console.readers.read() as db:
        assert [reason.code for reason in store.visits.refusals(db, "t1")] == expected
        assert store.audit.about(db, "visit", "t1")[0].verb == "refuse"
    assert bench.status("t1") is VisitStatus.REFUSED
    assert bench.agenda().visits == ()


def test_the_same_request_again_gets_the_same_answer_and_books_nothing_more(bench: Bench) -> None:
    bench.asks("t1")
    bench.asks("t1", slot=bench.slot(15))
    first, second = bench.told(BookingDecided)
    assert first.visit == second.visit
    assert len(bench.history("t1")) == 2


def test_a_visits_number_belongs_to_the_visitor_who_named_it(bench: Bench) -> None:
    bench.asks("t1")
    with pytest.raises(VisitorMustAct):
        bench.asks("t1", "p2", "v2")


def test_a_second_inmate_takes_the_second_terminal_and_a_third_finds_none(bench: Bench) -> None:
    bench.asks("t1", "p1", "v1")
    assert bench.asks("t2", "p2", "v2").terminal_id == "a2"
    bench.asks("t3", "p3", "v3")
    assert refusals(bench) == [RefusalCode.NO_PLACE_FREE]


def test_an_inmate_with_two_visitors_receives_one_of_them_at_a_time(bench: Bench) -> None:
    bench.asks("t1", "p1", "v1")
    bench.asks("t2", "p21", "v2")
    assert refusals(bench) == [RefusalCode.NO_PLACE_FREE]
    with bench.console.readers.read() as db:
        known = [reason.code for reason in store.visits.refusals(db, "t2")]
    assert known == [RefusalCode.INMATE_ALREADY_BOOKED]


def test_a_visitor_with_two_inmates_sees_one_of_them_at_a_time(bench: Bench) -> None:
    bench.asks("t1", "p1", "v1")
    bench.asks("t2", "p12", "v1")
    assert refusals(bench) == [RefusalCode.VISITOR_ALREADY_BOOKED]


def test_nobody_books_on_somebody_elses_approval(bench: Bench) -> None:
    bench.asks("t1", "p2", "v1")
    assert refusals(bench) == [RefusalCode.NOT_APPROVED]


def test_an_inmate_without_a_unit_cannot_be_booked(bench: Bench) -> None:
    bench.asks("t1", "p9", "v4")
    assert refusals(bench) == [RefusalCode.VISITOR_MAY_NOT]
    with bench.console.readers.read() as db:
        known = [reason.code for reason in store.visits.refusals(db, "t1")]
    assert RefusalCode.INMATE_NOT_HELD in known


def test_an_unknown_approval_is_refused_and_still_on_record(bench: Bench) -> None:
    visit = bench.asks("t1", "no-such-approval", "stranger")
    assert refusals(bench) == [RefusalCode.NOT_APPROVED]
    assert (visit.status, visit.inmate_id) == (VisitStatus.REFUSED, None)
