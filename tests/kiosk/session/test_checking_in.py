"""Which visit is meant, and every reason why it may not begin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.session import events as e
from kiosk.session import states as s
from kiosk.session.effects import (
    CoolDown,
    DropCheckIn,
    KeepCheckIn,
    OpenCall,
    ReportRefusal,
    SayBye,
    TellVisitor,
    WarmUp,
)
from kiosk.session.views import Reason, Standing
from tests.harness.kiosk_agenda import NOON, agenda, visit
from tests.harness.storyboard import Storyboard
from visits.lifecycle import VisitEvent
from visits.messages import AgendaVisit
from visits.model import VisitStatus

MINUTE = timedelta(minutes=1)


def reason_for(*visits: AgendaVisit) -> Reason:
    story = Storyboard(agenda(*visits)).checked_in()
    refused = story.showing(s.Refused)
    told = story.one(ReportRefusal)
    assert told.reason is refused.reason
    assert told.inmate_id == "maria"
    return refused.reason


def test_the_window_is_half_open_on_both_sides() -> None:
    early = visit(starts_at=NOON + 15 * MINUTE + timedelta(seconds=1))
    assert reason_for(early) is Reason.TOO_EARLY
    Storyboard(agenda(visit(starts_at=NOON + 15 * MINUTE))).checked_in().showing(s.WaitingForTime)
    last = visit(starts_at=NOON - 10 * MINUTE + timedelta(seconds=1))
    Storyboard(agenda(last)).checked_in().showing(s.WaitingForVisitor)
    assert reason_for(visit(starts_at=NOON - 10 * MINUTE)) is Reason.TOO_LATE


@pytest.mark.parametrize(
    ("only", "reason"),
    [
        (visit(status=VisitStatus.CANCELLED), Reason.CANCELLED),
        (visit(status=VisitStatus.ENDED), Reason.OVER),
        (visit(status=VisitStatus.NO_SHOW), Reason.TOO_LATE),
        (visit(terminal_id="a2"), Reason.OTHER_TERMINAL),
        (visit(starts_at=NOON + timedelta(days=1)), Reason.TOO_EARLY),
        (visit(starts_at=NOON - timedelta(hours=3)), Reason.TOO_LATE),
        (visit(starts_at=NOON - timedelta(hours=13)), Reason.NO_VISIT),
        (visit(inmate_id="luis"), Reason.NO_VISIT),
    ],
)
def test_a_refusal_names_its_reason(only: AgendaVisit, reason: Reason) -> None:
    assert reason_for(only) is reason


def test_a_refusal_shows_what_is_needed_to_do_better() -> None:
    story = Storyboard(agenda(visit(starts_at=NOON + timedelta(hours=1)))).checked_in()
    about = story.showing(s.Refused).visit
    assert about is not None
    assert about.check_in_from == NOON + 45 * MINUTE
    assert about.terminal_id == "a1"


def test_a_visit_that_can_begin_is_preferred_over_one_that_cannot() -> None:
    story = Storyboard(
        agenda(
            visit("early", starts_at=NOON - 5 * MINUTE, status=VisitStatus.CANCELLED),
            visit("now", starts_at=NOON + 5 * MINUTE),
            visit("later", starts_at=NOON + 60 * MINUTE),
        )
    ).checked_in()
    assert story.showing(s.WaitingForTime).booth.visit.visit_id == "now"


def test_the_next_standing_visit_is_spoken_of_rather_than_a_cancelled_one() -> None:
    story = Storyboard(
        agenda(
            visit("gone", starts_at=NOON + 60 * MINUTE, status=VisitStatus.CANCELLED),
            visit("next", starts_at=NOON + 120 * MINUTE),
        )
    ).checked_in()
    about = story.showing(s.Refused).visit
    assert about is not None
    assert about.visit_id == "next"


def test_back_from_a_refusal_leads_to_ones_own_visits_without_a_second_pin() -> None:
    story = Storyboard(agenda(visit(starts_at=NOON + timedelta(hours=1)))).checked_in()
    assert isinstance(story.then(e.BackPressed()).state, s.ShowingMine)


def test_check_in_takes_the_seat_warms_the_camera_and_reports() -> None:
    story = Storyboard(agenda(visit(starts_at=NOON + 5 * MINUTE))).checked_in()
    assert story.one(KeepCheckIn).visit_id == "visit-1"
    assert story.asks(WarmUp)
    assert story.reported() == [VisitEvent.CHECK_IN]


def test_leaving_gives_the_seat_back_and_the_visit_can_be_checked_in_to_again() -> None:
    story = Storyboard(agenda(visit())).checked_in().then(e.BackPressed())
    assert story.asks(DropCheckIn)
    assert story.asks(CoolDown)
    story.checked_in().showing(s.WaitingForVisitor)
    assert story.reported() == [
        VisitEvent.CHECK_IN,
        VisitEvent.WAIT,
        VisitEvent.STEP_AWAY,
        VisitEvent.CHECK_IN,
        VisitEvent.WAIT,
    ]


def test_a_visitor_who_comes_before_the_inmate_is_told_to_wait() -> None:
    story = Storyboard(agenda(visit())).then(e.VisitorHeard("visit-1", "join-1"))
    assert story.one(TellVisitor).word == "inmate-not-here"
    assert story.showing(s.ShowingUnit).visits[0].visitor_here


def test_a_visitor_of_a_visit_that_no_agenda_told_of_yet_is_not_sent_away() -> None:
    for story in (Storyboard(), Storyboard(agenda())):
        story.then(e.VisitorHeard("visit-1", "join-1"))
        assert story.one(TellVisitor).word == "inmate-not-here"


def test_a_visitor_of_a_visit_that_is_over_is_told_so() -> None:
    story = Storyboard(agenda(visit(status=VisitStatus.CANCELLED)))
    assert story.then(e.VisitorHeard("visit-1", "join-1")).asks(SayBye)


def test_nobody_is_connected_before_the_hour_even_if_both_are_there() -> None:
    story = Storyboard(agenda(visit(starts_at=NOON + 2 * MINUTE))).checked_in()
    story.then(e.VisitorHeard("visit-1", "join-1"))
    assert story.showing(s.WaitingForTime).booth.visit.visitor_here
    assert not story.after(119).asks(OpenCall)
    assert story.after(1).one(OpenCall).join_id == "join-1"
    story.showing(s.Connecting)


def test_the_board_names_no_visitor_and_no_kind() -> None:
    board = Storyboard(agenda(visit())).showing(s.ShowingUnit)
    assert "Elena" not in repr(board)
    assert "family" not in repr(board)


def test_the_board_follows_the_hour() -> None:
    story = Storyboard(agenda(visit()), at=NOON - timedelta(minutes=16))
    standings = [
        story.after(minutes * MINUTE).showing(s.ShowingUnit).visits[0].standing
        for minutes in (0, 2, 13, 12)
    ]
    assert standings == [Standing.LATER, Standing.OPEN, Standing.OPEN, Standing.MISSED]
    assert story.after(30 * MINUTE).showing(s.ShowingUnit).visits == ()


def test_a_device_that_is_missing_closes_the_terminal_and_keeps_the_board() -> None:
    story = Storyboard(agenda(visit())).then(e.DeviceFailed("camera", "unplugged"))
    closed = story.showing(s.OutOfService)
    assert len(closed.visits) == 1
    assert isinstance(story.then(e.LogInPressed(s.Purpose.CHECK_IN)).state, s.OutOfService)
    assert isinstance(story.then(e.DeviceMended("camera")).state, s.ShowingUnit)


def test_without_an_agenda_nobody_is_recognised() -> None:
    story = Storyboard()
    story.then(e.LogInPressed(s.Purpose.CHECK_IN)).showing(s.Starting)
    story.then(e.AgendaReceived(agenda(visit()), NOON)).showing(s.ShowingUnit)
