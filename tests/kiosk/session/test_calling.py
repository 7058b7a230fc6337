"""The call, from the first sign of the visitor to its end: storyboards without a window."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.session import events as e
from kiosk.session import states as s
from kiosk.session.effects import (
    CloseCall,
    CoolDown,
    DropCheckIn,
    OpenCall,
    Report,
    SayBye,
    SetMuted,
    TellVisitor,
)
from tests.harness.kiosk_agenda import NOON, agenda, visit
from tests.harness.storyboard import Storyboard
from visits.lifecycle import Actor, VisitEvent
from visits.messages import AgendaVisit
from visits.model import Cause, VisitStatus

HEARD = e.VisitorHeard("visit-1", "join-1")
MINUTE = timedelta(minutes=1)


def story() -> Storyboard:
    return Storyboard(agenda(visit()))


def test_both_here_at_the_hour_means_a_call() -> None:
    told = story().in_call()
    call = told.showing(s.InCall)
    assert call.picture
    assert told.reported() == [VisitEvent.CHECK_IN, VisitEvent.CONNECT]


def test_the_visitor_coming_later_opens_one_attempt_only() -> None:
    told = story().checked_in()
    assert told.then(HEARD).one(OpenCall).attempt == "boot-1"
    assert not told.after(2).then(HEARD).asks(OpenCall)


def test_an_attempt_that_gets_nowhere_is_given_up_after_eight_seconds() -> None:
    told = story().checked_in().then(HEARD)
    told.after(9).then(HEARD)
    assert told.one(CloseCall).attempt == "boot-1"
    assert told.one(OpenCall).attempt == "boot-2"


def test_a_failed_attempt_waits_for_the_next_sign_of_the_visitor() -> None:
    told = story().checked_in().then(HEARD).then(e.MediaFailed("boot-1", "no route"))
    assert told.showing(s.Connecting).attempt is None
    assert told.then(HEARD).one(OpenCall).attempt == "boot-2"


def test_news_of_an_attempt_that_was_given_up_changes_nothing() -> None:
    told = story().checked_in().then(HEARD).after(9).then(HEARD)
    told.then(e.MediaConnected("boot-1"), e.LineLost("boot-1", "late"))
    assert told.showing(s.Connecting).attempt == "boot-2"


def test_a_visitor_who_leaves_before_the_line_stands_is_waited_for_again() -> None:
    told = story().checked_in().then(HEARD).then(e.VisitorLeft("visit-1", "join-1"))
    told.showing(s.WaitingForVisitor)
    assert told.one(CloseCall)


def test_a_page_that_is_silent_does_not_end_a_call_whose_line_stands() -> None:
    told = story().in_call().then(e.VisitorLeft("visit-1", "join-1"), e.LinkDown())
    told.showing(s.InCall)


def test_a_lost_line_is_made_anew_on_the_next_sign_of_the_visitor() -> None:
    told = story().in_call().then(e.LineLost("boot-1", "silence"))
    told.showing(s.Reconnecting)
    assert told.one(TellVisitor).word == "reconnecting"
    assert told.then(HEARD).one(OpenCall).attempt == "boot-2"
    told.then(e.MediaConnected("boot-2")).showing(s.InCall)
    assert told.reported()[1:] == [VisitEvent.CONNECT, VisitEvent.LOSE, VisitEvent.CONNECT]


def test_a_reloaded_page_takes_the_call_over() -> None:
    told = story().in_call().then(e.VisitorHeard("visit-1", "join-2"))
    assert told.one(CloseCall).attempt == "boot-1"
    assert told.one(OpenCall).join_id == "join-2"
    assert told.showing(s.Reconnecting).join_id == "join-2"


def test_the_visitor_hanging_up_ends_it_and_an_old_page_hanging_up_does_not() -> None:
    told = story().in_call().then(e.VisitorHungUp("visit-1", "join-0"))
    told.showing(s.InCall)
    told.then(e.VisitorHungUp("visit-1", "join-1"))
    assert told.showing(s.Ended).cause is Cause.VISITOR_HUNG_UP
    assert told.one(Report).actor is Actor.VISITOR


def test_the_inmate_ends_it_only_after_being_asked() -> None:
    told = story().in_call().then(e.EndConfirmed())
    assert told.then(e.EndPressed()).showing(s.InCall).confirming_end
    assert not told.then(e.EndKept()).showing(s.InCall).confirming_end
    told.then(e.EndPressed(), e.EndConfirmed())
    assert told.showing(s.Ended).cause is Cause.INMATE_HUNG_UP
    assert told.one(SayBye).cause is Cause.INMATE_HUNG_UP


def test_it_ends_at_the_booked_time_after_warnings_at_five_minutes_and_at_one() -> None:
    told = story().in_call()
    warnings = [told.at(NOON + 24 * MINUTE).showing(s.InCall).warning]
    warnings += [
        told.at(NOON + 30 * MINUTE - timedelta(seconds=left)).showing(s.InCall).warning
        for left in (300, 280, 250, 60, 1)
    ]
    assert warnings == [None, 5, 5, None, 1, 1]
    told.at(NOON + 30 * MINUTE)
    assert told.showing(s.Ended).cause is Cause.TIME_UP
    assert (told.one(Report).event, told.one(Report).cause) == (VisitEvent.END, Cause.TIME_UP)
    assert told.one(SayBye).cause is Cause.TIME_UP
    assert told.asks(CloseCall)
    assert told.asks(CoolDown)
    assert told.asks(DropCheckIn)


def test_the_end_screen_gives_way_to_the_board() -> None:
    told = story().in_call().at(NOON + 30 * MINUTE)
    assert isinstance(told.after(19).state, s.Ended)
    assert isinstance(told.after(1).state, s.ShowingUnit)


def test_an_ended_visit_cannot_be_entered_again_before_the_console_knows() -> None:
    told = story().in_call().then(e.EndPressed(), e.EndConfirmed(), e.BackPressed())
    assert told.checked_in().showing(s.Refused).reason == "over"


def test_a_visitor_who_never_came_leaves_no_report_of_an_end() -> None:
    told = story().checked_in().at(NOON + 30 * MINUTE)
    assert told.showing(s.Ended).cause is Cause.VISITOR_DID_NOT_COME
    assert VisitEvent.END not in told.reported()


def test_muting_is_told_to_the_visitor_and_survives_a_lost_line() -> None:
    told = story().in_call().then(e.MutePressed())
    assert told.one(SetMuted).muted
    assert told.one(TellVisitor).word == "inmate-muted"
    told.then(e.LineLost("boot-1", "x"), HEARD, e.MediaConnected("boot-2"))
    assert told.showing(s.InCall).muted
    assert TellVisitor("visit-1", "join-1", "inmate-muted") in told.asked


def test_the_next_inmate_is_never_muted_by_the_one_before() -> None:
    told = story().in_call().then(e.MutePressed(), e.EndPressed(), e.EndConfirmed())
    assert SetMuted(muted=False) in told.asked


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        (visit(status=VisitStatus.CANCELLED), Cause.OFFICER_CANCELLED),
        (visit(status=VisitStatus.ENDED), Cause.OFFICER_ENDED),
        (visit(status=VisitStatus.NO_SHOW), Cause.VISITOR_DID_NOT_COME),
        (visit(terminal_id="a2"), Cause.OFFICER_ENDED),
        (visit(inmate_id="luis"), Cause.OFFICER_ENDED),
        (visit(starts_at=NOON + timedelta(hours=1)), Cause.OFFICER_ENDED),
        (visit("other"), Cause.OFFICER_ENDED),
    ],
)
def test_what_a_newer_agenda_no_longer_allows_ends_at_once(
    changed: AgendaVisit, cause: Cause
) -> None:
    told = story().in_call().then(e.AgendaReceived(agenda(changed, revision=2), NOON))
    assert told.showing(s.Ended).cause is cause
    assert told.asks(CloseCall)
    assert told.one(SayBye).cause is cause


def test_an_inmate_who_is_no_longer_of_the_unit_is_cut_off() -> None:
    told = story().in_call()
    told.then(e.AgendaReceived(agenda(visit(), revision=2, inmates=["luis"]), NOON))
    told.showing(s.Ended)


def test_an_agenda_that_lags_behind_our_own_reports_disturbs_nothing() -> None:
    told = story().in_call()
    told.then(e.AgendaReceived(agenda(visit(status=VisitStatus.BOOKED), revision=2), NOON))
    told.showing(s.InCall)


def test_a_longer_slot_moves_the_end() -> None:
    told = story().in_call()
    told.then(e.AgendaReceived(agenda(visit(minutes=45), revision=2), NOON))
    told.at(NOON + 31 * MINUTE).showing(s.InCall)
    told.at(NOON + 45 * MINUTE).showing(s.Ended)


def test_a_lower_revision_teaches_nothing() -> None:
    told = Storyboard(agenda(visit(), revision=5)).in_call()
    told.then(e.AgendaReceived(agenda(revision=4), NOON)).showing(s.InCall)


def test_another_visits_visitor_is_told_that_the_inmate_is_not_here() -> None:
    told = story().in_call().then(e.VisitorHeard("visit-9", "join-9"))
    told.showing(s.InCall)
    assert told.one(TellVisitor).visit_id == "visit-9"


def test_after_a_restart_a_call_is_taken_up_without_a_pin() -> None:
    progress = {"visit-1": VisitStatus.IN_PROGRESS}
    told = resumed(progress)
    told.showing(s.Reconnecting)
    assert (told.one(Report).event, told.one(Report).cause) == (
        VisitEvent.LOSE,
        Cause.TERMINAL_RESTARTED,
    )
    told.then(HEARD).then(e.MediaConnected("boot-1")).showing(s.InCall)


def test_after_a_long_absence_the_pin_is_asked_and_the_call_goes_on() -> None:
    told = with_progress({"visit-1": VisitStatus.IN_PROGRESS}).after(20 * MINUTE)
    told.then(e.CheckInLapsed("visit-1")).showing(s.ShowingUnit)
    told.checked_in().showing(s.Reconnecting)
    assert told.reported() == [VisitEvent.LOSE, VisitEvent.CHECK_IN]


def test_after_a_restart_an_ended_or_moved_visit_is_not_taken_up() -> None:
    resumed({"visit-1": VisitStatus.ENDED}).showing(s.ShowingUnit)
    moved = Storyboard(agenda(visit(terminal_id="a2")))
    moved.then(e.CheckInResumed("visit-1", "maria")).showing(s.ShowingUnit)


def with_progress(progress: dict[str, VisitStatus]) -> Storyboard:
    from dataclasses import replace

    told = story()
    told.state = replace(told.state, facts=replace(told.state.facts, progress=progress))
    return told


def resumed(progress: dict[str, VisitStatus]) -> Storyboard:
    return with_progress(progress).then(e.CheckInResumed("visit-1", "maria"))


def test_pictures_that_a_weak_line_does_not_carry_are_said_and_come_back() -> None:
    told = story().in_call().then(e.PicturesChanged("boot-1", theirs=False, own=False))
    state = told.showing(s.InCall)
    assert (state.picture_stopped, state.own_picture) == (True, False)
    state = told.then(e.PicturesChanged("boot-1", theirs=True, own=True)).showing(s.InCall)
    assert (state.picture_stopped, state.own_picture) == (False, True)


def test_the_pictures_of_a_given_up_attempt_say_nothing_of_this_one() -> None:
    told = story().in_call().then(e.PicturesChanged("boot-0", theirs=False, own=False))
    assert not told.showing(s.InCall).picture_stopped
