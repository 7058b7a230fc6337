"""A visitor is admitted, a kiosk reports, and what nobody closed is closed."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from ops_console import store
from ops_console.store.visits import Standing
from ops_console.usecases import close_overdue, take_waiting_reports, withdraw_approval
from tests.harness.console_bench import Bench
from visits.errors import MessageRefused
from visits.lifecycle import Actor, VisitEvent
from visits.messages import (
    CheckInRefused,
    JoinDecided,
    JoinRequested,
    JoinToken,
    VisitChanged,
    VisitSeen,
    kiosk_device,
)
from visits.model import Cause, RefusalCode, VisitStatus
from visits.signing import KeyRing, Purpose


def joins(bench: Bench, visit_id: str = "t1", visitor_id: str = "v1") -> JoinDecided:
    bench.hand_in(
        JoinRequested(
            join_id=f"j{len(bench.told(JoinDecided))}",
            visit_id=visit_id,
            visitor_id=visitor_id,
            asked_at=bench.clock.now(),
        )
    )
    return bench.told(JoinDecided)[-1]


def token(bench: Bench, decided: JoinDecided) -> JoinToken:
    assert decided.token is not None
    ring = KeyRing([bench.console.signing_key.verifying_key])
    return ring.open(decided.token, Purpose.JOIN, JoinToken)


def at_the_door(bench: Bench) -> None:
    """A visit at 14:00, ten minutes before its start."""
    bench.asks("t1")
    bench.clock.at = bench.at(13, 50)


def test_a_visitor_on_time_gets_a_token_for_this_visit_terminal_and_hour(bench: Bench) -> None:
    at_the_door(bench)
    given = token(bench, joins(bench))
    assert (given.visit_id, given.visitor_id, given.terminal_id) == ("t1", "v1", "a1")
    assert (given.facility_id, given.issued_at) == ("cook", bench.clock.now())
    assert (given.not_before, given.not_after) == (bench.at(13, 45), bench.at(14, 30))
    assert bench.history("t1")[-1].what == "visitor-admitted"


def test_coming_again_gives_a_newer_token(bench: Bench) -> None:
    at_the_door(bench)
    first = token(bench, joins(bench))
    bench.clock.advance(timedelta(seconds=1))
    second = token(bench, joins(bench))
    assert second.issued_at > first.issued_at
    assert second.join_id != first.join_id


@pytest.mark.parametrize(
    ("hour", "minute", "code"),
    [(13, 44, RefusalCode.TOO_EARLY), (14, 30, RefusalCode.VISIT_OVER)],
)
def test_outside_its_hours_the_door_is_shut_and_says_why(
    bench: Bench, hour: int, minute: int, code: RefusalCode
) -> None:
    bench.asks("t1")
    bench.clock.at = bench.at(hour, minute)
    decided = joins(bench)
    assert decided.token is None
    assert [refusal.code for refusal in decided.refusals] == [code]
    assert bench.history("t1")[-1].note == code


def test_approval_is_checked_anew_at_the_door(bench: Bench) -> None:
    at_the_door(bench)
    assert joins(bench).token is not None
    withdraw_approval(bench.console, "o1", "p1", "Court order")
    decided = joins(bench)
    assert decided.token is None
    assert [refusal.code for refusal in decided.refusals] == [RefusalCode.NOT_APPROVED]


@pytest.mark.parametrize(("visit_id", "visitor_id"), [("t1", "v2"), ("t9", "v1")])
def test_somebody_elses_visit_and_no_visit_at_all_look_alike(
    bench: Bench, visit_id: str, visitor_id: str
) -> None:
    at_the_door(bench)
    decided = joins(bench, visit_id, visitor_id)
    assert [refusal.code for refusal in decided.refusals] == [RefusalCode.VISIT_UNKNOWN]


def test_a_whole_visit_leaves_one_continuous_history(bench: Bench) -> None:
    at_the_door(bench)
    joins(bench)
    bench.reports("t1", 1, VisitEvent.CHECK_IN, Actor.INMATE)
    bench.reports("t1", 2, VisitEvent.WAIT, Actor.KIOSK)
    bench.reports("t1", 3, VisitEvent.CONNECT, Actor.KIOSK)
    bench.reports("t1", 4, VisitEvent.LOSE, Actor.KIOSK, cause=Cause.LINE_LOST)
    bench.reports("t1", 5, VisitEvent.CONNECT, Actor.KIOSK)
    assert bench.visit("t1").cause is None
    bench.reports("t1", 6, VisitEvent.END, Actor.KIOSK, cause=Cause.TIME_UP)
    changes = [(line.before, line.after) for line in bench.history("t1") if line.after]
    assert all(one[1] is other[0] for one, other in pairwise(changes))
    assert changes[-1][1] is VisitStatus.ENDED
    assert bench.told(VisitChanged)[-1].visit.cause is Cause.TIME_UP
    revisions = [told.visit.revision for told in bench.told(VisitChanged)]
    assert revisions == sorted(set(revisions))


def test_reports_that_overtook_one_another_count_in_their_own_order(bench: Bench) -> None:
    at_the_door(bench)
    assert bench.reports("t1", 3, VisitEvent.LOSE, Actor.KIOSK) is VisitStatus.BOOKED
    assert bench.reports("t1", 2, VisitEvent.CONNECT, Actor.KIOSK) is VisitStatus.BOOKED
    after = bench.reports("t1", 1, VisitEvent.CHECK_IN, Actor.INMATE)
    assert after is VisitStatus.INTERRUPTED
    assert all(line.standing is Standing.COUNTED for line in bench.history("t1"))


def test_a_report_that_waits_in_vain_counts_after_ten_seconds(bench: Bench) -> None:
    at_the_door(bench)
    bench.reports("t1", 1, VisitEvent.CHECK_IN, Actor.INMATE)
    bench.reports("t1", 3, VisitEvent.CONNECT, Actor.KIOSK)
    take_waiting_reports(bench.console)
    assert bench.status("t1") is VisitStatus.CHECKED_IN
    bench.clock.advance(timedelta(seconds=11))
    take_waiting_reports(bench.console)
    assert bench.status("t1") is VisitStatus.IN_PROGRESS
    assert bench.history("t1")[-1].note == "An earlier report is missing."
    assert bench.reports("t1", 2, VisitEvent.WAIT, Actor.KIOSK) is VisitStatus.IN_PROGRESS
    assert bench.history("t1")[-1].standing is Standing.LATE


def test_a_kiosk_may_begin_to_count_at_zero(bench: Bench) -> None:
    at_the_door(bench)
    bench.reports("t1", 0, VisitEvent.CHECK_IN, Actor.INMATE)
    assert bench.reports("t1", 1, VisitEvent.CONNECT, Actor.KIOSK) is VisitStatus.IN_PROGRESS


def test_an_unlawful_report_is_kept_marked_and_changes_nothing(bench: Bench) -> None:
    at_the_door(bench)
    assert bench.reports("t1", 1, VisitEvent.CONNECT, Actor.KIOSK) is VisitStatus.BOOKED
    line = bench.history("t1")[-1]
    assert (line.standing, line.after) == (Standing.UNLAWFUL, None)
    assert "cannot connect" in line.note
    assert bench.reports("t1", 2, VisitEvent.CHECK_IN, Actor.INMATE) is VisitStatus.CHECKED_IN


def test_another_terminal_cannot_speak_for_a_visit_or_spoil_its_count(bench: Bench) -> None:
    at_the_door(bench)
    bench.reports("t1", 1, VisitEvent.CHECK_IN, Actor.INMATE, terminal="b1")
    bench.reports("t1", 99, VisitEvent.CHECK_IN, Actor.INMATE, terminal="b1")
    assert bench.status("t1") is VisitStatus.BOOKED
    assert bench.history("t1")[-1].standing is Standing.UNLAWFUL
    assert bench.reports("t1", 1, VisitEvent.CHECK_IN, Actor.INMATE) is VisitStatus.CHECKED_IN


def test_a_report_after_the_end_stays_in_the_history_as_late(bench: Bench) -> None:
    at_the_door(bench)
    bench.reports("t1", 1, VisitEvent.CHECK_IN, Actor.INMATE)
    bench.clock.at = bench.at(14, 32)
    assert close_overdue(bench.console) == 1
    bench.reports("t1", 2, VisitEvent.CONNECT, Actor.KIOSK)
    assert bench.status("t1") is VisitStatus.NO_SHOW
    assert bench.history("t1")[-1].standing is Standing.LATE


def test_a_report_of_an_unknown_visit_is_refused(bench: Bench) -> None:
    at_the_door(bench)
    with pytest.raises(MessageRefused):
        bench.reports("t9", 1, VisitEvent.CHECK_IN, Actor.INMATE)


def test_every_report_is_on_record_counted_or_not(bench: Bench) -> None:
    at_the_door(bench)
    bench.reports("t1", 1, VisitEvent.CHECK_IN, Actor.INMATE)
    bench.reports("t1", 2, VisitEvent.CHECK_IN, Actor.KIOSK)
    with bench.console.readers.read() as db:
        reports = [line for line in store.audit.about(db, "visit", "t1") if line.verb == "report"]
    assert ["not-counted" in line.details for line in reports] == [False, True]
    assert {line.subject_id for line in reports} == {kiosk_device("a1")}


def test_a_visit_is_not_closed_before_its_kiosk_had_time_to_report(bench: Bench) -> None:
    bench.asks("t1")
    bench.clock.at = bench.at(14, 30) + bench.console.policy.close_grace
    assert close_overdue(bench.console) == 0
    bench.clock.advance(timedelta(seconds=1))
    assert close_overdue(bench.console) == 1
    assert (bench.status("t1"), bench.visit("t1").cause) == (
        VisitStatus.NO_SHOW,
        Cause.NOBODY_CAME,
    )
    assert close_overdue(bench.console) == 0


def test_the_cause_of_a_missed_visit_tells_who_stayed_away(bench: Bench) -> None:
    at_the_door(bench)
    joins(bench)
    bench.asks("t2", "p2", "v2")
    bench.reports("t2", 1, VisitEvent.CHECK_IN, Actor.INMATE, terminal="a2")
    bench.clock.at = bench.at(14, 32)
    assert close_overdue(bench.console) == 2
    assert bench.visit("t1").cause is Cause.INMATE_DID_NOT_COME
    assert bench.visit("t2").cause is Cause.VISITOR_DID_NOT_COME


def test_a_running_visit_whose_kiosk_fell_silent_is_ended(bench: Bench) -> None:
    at_the_door(bench)
    bench.starts("t1")
    bench.clock.at = bench.at(14, 32)
    close_overdue(bench.console)
    assert (bench.status("t1"), bench.visit("t1").cause) == (VisitStatus.ENDED, Cause.TIME_UP)


def sees(bench: Bench, inmate_id: str = "i1", terminal: str = "a2") -> None:
    seen = VisitSeen(visit_id="t1", inmate_id=inmate_id, seen_at=bench.clock.now())
    bench.hand_in(seen, kiosk_device(terminal))


def test_what_the_inmate_confirmed_is_seen_on_the_agenda_and_once_in_the_history(
    bench: Bench,
) -> None:
    bench.asks("t1")
    sees(bench)
    sees(bench)
    assert bench.agenda().visits[0].seen
    assert [line.what for line in bench.history("t1")].count("seen") == 1


@pytest.mark.parametrize(("inmate_id", "terminal"), [("i2", "a1"), ("i1", "b1")])
def test_nobody_else_confirms_and_no_other_units_terminal(
    bench: Bench, inmate_id: str, terminal: str
) -> None:
    bench.asks("t1")
    with pytest.raises(MessageRefused):
        sees(bench, inmate_id, terminal)
    assert bench.visit("t1").seen_at is None


def test_whom_a_terminal_turned_away_an_officer_can_see(bench: Bench) -> None:
    bench.asks("t1")
    refused = CheckInRefused(
        inmate_id="i1", visit_id="t1", reason="too-early", at=bench.clock.now()
    )
    bench.hand_in(refused, kiosk_device("a1"))
    bench.hand_in(refused.model_copy(update={"visit_id": None}), kiosk_device("a1"))
    assert bench.history("t1")[-1].note == "too-early"
    with bench.console.readers.read() as db:
        assert len(store.audit.about(db, "terminal", "a1")) == 2
