"""The protocol of one visitor in one room, step by step, without any line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count

import pytest

from visitor_portal.store.visits import PortalVisit
from visitor_portal.visit.room.attendance import (
    ANSWER_WITHIN_S,
    ASK_AGAIN_S,
    GRACE,
    JOIN_OPENS,
    Attendance,
)
from visitor_portal.visit.room.browser_words import (
    Answered,
    Ended,
    HungUp,
    LineLost,
    Offered,
    Over,
    Plain,
    Ready,
    Refused,
    RelayNamed,
    StillHere,
    TerminalSaid,
)
from visitor_portal.visit.room.steps import Ask, Effect, Finish, Send, Tell
from visits.messages import (
    Bye,
    JoinDecided,
    KioskReady,
    SessionDescription,
    TerminalNotice,
    VisitorHere,
)
from visits.model import Cause, Refusal, RefusalCode, Slot, VisitKind, VisitStatus
from visits.relaying import RelayPlace, relay_for
from visits.signing import Purpose, Signed

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
END = START + timedelta(minutes=30)
TOKEN = Signed(purpose=Purpose.JOIN, key_id="k", payload="the token", signature="s")


def visit(status: VisitStatus = VisitStatus.BOOKED, cause: Cause | None = None) -> PortalVisit:
    return PortalVisit(
        visit_id="v1",
        facility_id="cook",
        visitor_id="maria",
        approval_id="a1",
        kind=VisitKind.FAMILY,
        slot=Slot(starts_at=START, ends_at=END),
        status=status,
        cause=cause,
        revision=1,
        refusals=(),
        cancel_asked_at=None,
        inmate_name="Robert Hale",
    )


def newcomer() -> Attendance:
    names = (f"join-{n}" for n in count(1))
    return Attendance("v1", "maria", "page-1", name_join=lambda: next(names))


def yes(join_id: str = "join-1") -> JoinDecided:
    return JoinDecided(join_id=join_id, visit_id="v1", terminal_id="t1", token=TOKEN, refusals=())


RELAY = relay_for(
    RelayPlace(
        urls=("turn:turn.example:3478?transport=udp",), addresses=(ip_address("203.0.113.9"),)
    ),
    "a secret of the console and the relay",
    "v1",
    END,
)


def no(*codes: RefusalCode) -> JoinDecided:
    refusals = tuple(Refusal(code=code, text=f"because {code}") for code in codes)
    return JoinDecided(
        join_id="join-1", visit_id="v1", terminal_id=None, token=None, refusals=refusals
    )


def admitted(attempt: str | None = None) -> Attendance:
    here = newcomer()
    here.look(visit(), START, 0)
    here.decided(yes(), 0)
    if attempt is not None:
        here.from_terminal("t1", ready(attempt))
    return here


def ready(attempt: str, join_id: str = "join-1") -> KioskReady:
    return KioskReady(visit_id="v1", join_id=join_id, attempt=attempt, ends_at=END)


def bye(cause: Cause | None, text: str = "") -> Bye:
    return Bye(visit_id="v1", join_id="join-1", cause=cause, text=text)


def told(effects: Sequence[Effect]) -> list[str]:
    return [effect.message.type for effect in effects if isinstance(effect, Tell)]


def sent(effects: Sequence[Effect]) -> list[str]:
    return [effect.signal.type for effect in effects if isinstance(effect, Send)]


def test_the_console_is_asked_fifteen_minutes_before_the_start_and_not_sooner() -> None:
    here = newcomer()
    opens = START - JOIN_OPENS
    assert here.look(visit(), opens - timedelta(seconds=1), 0) == [Tell(Plain(type="early"))]
    joining, ask = here.look(visit(), opens, 1)
    assert joining == Tell(Plain(type="joining"))
    assert isinstance(ask, Ask)
    assert (ask.request.join_id, ask.request.visit_id) == ("join-1", "v1")
    assert ask.request.visitor_id == "maria"


@pytest.mark.parametrize("blurred", [True, False])
def test_the_page_is_told_of_a_blurred_picture_before_the_first_one(blurred: bool) -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    found = told(here.decided(yes().model_copy(update={"blurred": blurred}), 0.1))
    assert found == (["blurred"] if blurred else []) + ["waiting"]


def test_the_page_learns_the_way_through_the_relay_before_it_is_to_warm_up() -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    first, waiting, _ = here.decided(yes().model_copy(update={"relay": RELAY}), 0.1)
    assert first == Tell(RelayNamed(relay=RELAY))
    assert waiting == Tell(Plain(type="waiting"))
    assert here.rejoined()[0] == first


def test_a_page_that_is_turned_away_learns_no_way() -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    refused = no(RefusalCode.NOT_APPROVED).model_copy(update={"relay": RELAY})
    assert "relay" not in told(here.decided(refused, 0.1))


def test_a_booking_that_is_not_decided_waits_for_its_answer() -> None:
    assert newcomer().look(visit(VisitStatus.REQUESTED), START, 0) == [Tell(Plain(type="asked"))]


def test_a_token_puts_the_visitor_in_the_room_and_tells_the_terminal_at_once() -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    waiting, knock = here.decided(yes(), 0.1)
    assert waiting == Tell(Plain(type="waiting"))
    expected = VisitorHere(visit_id="v1", join_id="join-1", token=TOKEN)
    assert knock == Send("t1", expected)
    assert here.look(visit(), START, 2) == [Send("t1", expected)]


def test_the_token_is_never_told_to_the_page() -> None:
    here = newcomer()
    effects = [*here.look(visit(), START, 0), *here.decided(yes(), 0), *here.rejoined()]
    effects += here.from_terminal("t1", ready("a"))
    messages = [effect.message for effect in effects if isinstance(effect, Tell)]
    assert messages
    assert not any("the token" in message.model_dump_json() for message in messages)


def test_a_silent_console_is_called_unreachable_and_asked_again() -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    assert here.look(visit(), START, ANSWER_WITHIN_S - 1) == []
    assert here.look(visit(), START, ANSWER_WITHIN_S) == [Tell(Plain(type="unreachable"))]
    (again,) = here.look(visit(), START, ASK_AGAIN_S)
    assert isinstance(again, Ask)
    assert again.request.join_id == "join-2"


def test_a_late_answer_to_the_first_question_still_counts() -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    here.look(visit(), START, ASK_AGAIN_S)
    assert told(here.decided(yes("join-1"), 9)) == ["waiting"]


def test_an_answer_to_a_question_never_asked_changes_nothing() -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    assert here.decided(yes("somebody-elses"), 0) == []
    assert here.admitted is None


def test_a_refusal_is_told_with_every_reason_and_ends_the_attendance() -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    told_no, finish = here.decided(no(RefusalCode.NOT_APPROVED, RefusalCode.CANCELLED), 0)
    assert isinstance(told_no, Tell)
    assert isinstance(told_no.message, Refused)
    assert [one.code for one in told_no.message.refusals] == [
        RefusalCode.NOT_APPROVED,
        RefusalCode.CANCELLED,
    ]
    assert finish == Finish()
    assert here.look(visit(), START, 2) == []


def test_too_early_by_the_consoles_clock_is_asked_again_a_little_later() -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    assert told(here.decided(no(RefusalCode.TOO_EARLY), 1)) == ["early"]
    assert here.look(visit(), START, 3) == []
    assert any(isinstance(effect, Ask) for effect in here.look(visit(), START, 7))


def test_a_line_that_is_down_is_told_and_so_is_its_return() -> None:
    here = admitted()
    assert told(here.look(visit(), START, 2, line_up=False)) == ["unreachable"]
    back = here.look(visit(), START, 4, line_up=True)
    assert (told(back), sent(back)) == (["waiting"], ["visitor-here"])
    assert told(here.look(visit(), START, 6)) == []


def test_the_offer_goes_out_under_the_joins_own_names() -> None:
    here = admitted("try-1")
    (offer,) = here.from_page(Offered(type="offer", attempt="try-1", sdp="v=0"))
    assert offer == Send(
        "t1",
        SessionDescription(
            type="offer", visit_id="v1", join_id="join-1", attempt="try-1", sdp="v=0"
        ),
    )


def test_the_answer_reaches_the_page_for_the_present_attempt_only() -> None:
    here = admitted("try-1")
    answer = SessionDescription(
        type="answer", visit_id="v1", join_id="join-1", attempt="try-1", sdp="v=0"
    )
    assert here.from_terminal("t1", answer) == [Tell(Answered(attempt="try-1", sdp="v=0"))]
    here.from_terminal("t1", ready("try-2"))
    assert here.from_terminal("t1", answer) == []


@pytest.mark.parametrize(
    "said",
    [
        Offered(type="offer", attempt="try-1", sdp="v=0"),
        LineLost(type="line-lost", attempt="try-1"),
        HungUp(type="bye"),
        StillHere(type="beat"),
    ],
)
def test_a_page_that_is_not_admitted_says_nothing_to_any_terminal(
    said: Offered | LineLost | HungUp | StillHere,
) -> None:
    here = newcomer()
    here.look(visit(), START, 0)
    assert here.from_page(said) == []


def test_an_offer_for_another_attempt_is_dropped() -> None:
    assert admitted("try-2").from_page(Offered(type="offer", attempt="try-1", sdp="v=0")) == []


def test_another_terminal_or_another_join_is_not_listened_to() -> None:
    here = admitted()
    assert here.from_terminal("t2", ready("try-1")) == []
    assert here.from_terminal("t1", ready("try-1", join_id="join-0")) == []
    assert here.from_terminal("t1", ready("try-1")) == [Tell(Ready(attempt="try-1", ends_at=END))]


def test_a_terminals_offer_is_never_passed_on() -> None:
    here = admitted("try-1")
    offer = SessionDescription(
        type="offer", visit_id="v1", join_id="join-1", attempt="try-1", sdp="v=0"
    )
    assert here.from_terminal("t1", offer) == []


def test_hanging_up_says_goodbye_with_its_cause_and_ends_here() -> None:
    here = admitted("try-1")
    goodbye, finish = here.from_page(HungUp(type="bye"))
    assert goodbye == Send("t1", bye(Cause.VISITOR_HUNG_UP))
    assert finish == Finish()
    assert here.look(visit(), START, 2) == []


def test_a_lost_line_is_told_to_the_terminal_and_followed_by_here_i_am() -> None:
    here = admitted("try-1")
    lost, again = here.from_page(LineLost(type="line-lost", attempt="try-1"))
    assert lost == Send("t1", bye(Cause.LINE_LOST))
    assert sent([again]) == ["visitor-here"]
    assert not here.finished


def test_words_of_the_terminal_are_passed_on() -> None:
    notice = TerminalNotice(visit_id="v1", join_id="join-1", word="inmate-not-here")
    assert admitted().from_terminal("t1", notice) == [Tell(TerminalSaid(word="inmate-not-here"))]


@pytest.mark.parametrize("cause", [Cause.TIME_UP, Cause.INMATE_HUNG_UP, Cause.OFFICER_ENDED])
def test_a_goodbye_ends_the_attendance(cause: Cause) -> None:
    here = admitted("try-1")
    effects = here.from_terminal("t1", bye(cause, "why"))
    assert effects == [Tell(Ended(cause=cause, text="why")), Finish()]


def test_a_goodbye_without_cause_waits_a_moment_for_one_that_has_it() -> None:
    here = admitted("try-1")
    assert here.from_terminal("t1", bye(None, "not admitted")) == []
    assert here.look(visit(), START, 2) == []
    assert told(here.from_terminal("t1", bye(Cause.TIME_UP))) == ["bye"]
    assert here.finished


def test_a_goodbye_without_cause_stands_when_nothing_explains_it() -> None:
    here = admitted("try-1")
    here.from_terminal("t1", bye(None))
    assert here.look(visit(), START, 2) == []
    assert here.look(visit(), START, 4) == [Tell(Ended(cause=None, text="")), Finish()]


def test_a_goodbye_without_cause_after_the_booked_end_means_that_time_is_up() -> None:
    here = admitted("try-1")
    here.from_terminal("t1", bye(None))
    assert here.look(visit(), END, 2) == []
    assert here.look(visit(), END + timedelta(seconds=2), 4) == []
    over = here.look(visit(), END + GRACE, 8)
    assert over == [Tell(Over(status=VisitStatus.ENDED, cause=Cause.TIME_UP)), Finish()]


def test_a_terminal_that_restarts_is_waited_for() -> None:
    here = admitted("try-1")
    effects = here.from_terminal("t1", bye(Cause.TERMINAL_RESTARTED))
    assert effects == [Tell(TerminalSaid(word="reconnecting"))]
    assert sent(here.look(visit(), START, 2)) == ["visitor-here"]


def test_what_the_record_says_is_over_is_over() -> None:
    effects = admitted().look(visit(VisitStatus.CANCELLED, Cause.OFFICER_CANCELLED), START, 2)
    expected = Over(status=VisitStatus.CANCELLED, cause=Cause.OFFICER_CANCELLED)
    assert effects == [Tell(expected), Finish()]


def test_the_end_of_the_slot_ends_it_even_if_the_terminal_is_silent() -> None:
    here = admitted("try-1")
    assert sent(here.look(visit(), END - timedelta(seconds=1), 2)) == ["visitor-here"]
    assert here.look(visit(), END + GRACE - timedelta(seconds=1), 3) == []
    effects = here.look(visit(), END + GRACE, 4)
    assert effects == [Tell(Over(status=VisitStatus.ENDED, cause=Cause.TIME_UP)), Finish()]


def test_a_page_that_comes_back_finds_itself_still_in_the_room() -> None:
    here = admitted("try-1")
    effects = here.rejoined()
    assert (told(effects), sent(effects)) == (["waiting"], ["visitor-here"])
    assert here.is_of("maria", "page-1")
    assert not here.is_of("maria", "page-2")
    assert not here.is_of("jose", "page-1")
