"""Open times are exactly what the facility says this visitor could book; else its calendar."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness.portal import NOON, Browser, FacilityDouble, PortalDesk, half_hour
from tests.harness.rosa import TIMES, Rosa
from visitor_portal.replies import Replies
from visitor_portal.told_times import QUESTIONS_A_MINUTE
from visits.messages import (
    HoldRequested,
    Notice,
    PresenceState,
    TimesAsked,
    TimesTold,
    WaitingRequested,
)
from visits.model import Refusal, RefusalCode, Slot, VisitChannel, VisitKind

MAY_BE_TAKEN = "Some of these may be taken already"
BOTH = (VisitChannel.REMOTE, VisitChannel.IN_PERSON)
CHILDREN = (("leo", "Leo Delgado"), ("mia", "Mia Delgado"))


@pytest.fixture
def rosa(desk: PortalDesk) -> Rosa:
    return Rosa(desk)


def shown(browser: Browser, query: str = "") -> list[str]:
    """The slots of the buttons on the times page."""
    page = browser.open(TIMES + query).text
    return re.findall(r'<button class="time"[^>]* value="([^"]+)"', page)


def text_of(slot: Slot) -> str:
    return f"{slot.starts_at.isoformat()}/{slot.ends_at.isoformat()}"


def slots() -> st.SearchStrategy[list[Slot]]:
    minutes = st.integers(1, 60 * 24 * 40)
    lengths = st.sampled_from([15, 30, 60])

    def slot(starts: int, length: int) -> Slot:
        at = NOON + timedelta(minutes=starts)
        return Slot(starts_at=at, ends_at=at + timedelta(minutes=length))

    return st.lists(st.builds(slot, minutes, lengths), max_size=40, unique=True)


def test_the_page_shows_exactly_what_was_told_no_more_and_no_less(rosa: Rosa) -> None:
    desk, revisions = rosa.desk, count(2)

    @given(told=slots(), published=st.lists(st.integers(1, 300), max_size=8, unique=True))
    @settings(max_examples=30, deadline=None)
    def holds(told: list[Slot], published: list[int]) -> None:
        starts = [NOON + timedelta(hours=hour) for hour in published]
        desk.open_times(*starts, revision=next(revisions))
        desk.answer_with(*told)
        in_order = sorted(told, key=lambda slot: (slot.starts_at, slot.ends_at))
        assert shown(rosa.browser) == [text_of(slot) for slot in in_order]
        assert rosa.browser.page is not None
        assert MAY_BE_TAKEN not in rosa.browser.page.text

    holds()


def test_the_question_names_who_asks_for_whom_and_how(desk: PortalDesk) -> None:
    rosa = Rosa(desk, kinds=(VisitKind.FAMILY, VisitKind.SOCIAL), companions=CHILDREN)
    desk.open_times(NOON + timedelta(hours=3), revision=2, channels=BOTH)
    shown(rosa.browser, "?kind=social&channel=in-person&with=mia&with=leo")
    asked = desk.facility.line.asked(TimesAsked)[-1]
    assert asked.visitor_id == rosa.visitor.visitor_id
    assert asked.approval_id == "approval-1"
    assert (asked.kind, asked.channel) == (VisitKind.SOCIAL, VisitChannel.IN_PERSON)
    assert asked.companions == ("leo", "mia")
    assert desk.facility.line.sent[-1][0] == "visitline/v1/cook/question/portal"


def test_nothing_is_asked_that_has_one_answer(rosa: Rosa) -> None:
    page = rosa.browser.open(TIMES).text
    for question in ("How do you want to visit?", "What kind of visit?", "Who comes with you?"):
        assert question not in page


def test_what_can_be_chosen_is_asked_and_kept_in_the_address(desk: PortalDesk) -> None:
    rosa = Rosa(desk, kinds=(VisitKind.FAMILY, VisitKind.SOCIAL), companions=CHILDREN)
    desk.open_times(NOON + timedelta(hours=3), revision=2, channels=BOTH)
    page = rosa.browser.open(f"{TIMES}?kind=social&channel=in-person&with=mia").text
    for question in ("How do you want to visit?", "What kind of visit?", "Who comes with you?"):
        assert question in page
    assert re.findall(r'value="([\w-]+)" checked', page) == ["in-person", "social", "mia"]
    rosa.browser.press("3:00\u00a0PM")
    held = rosa.last(HoldRequested)
    assert (held.kind, held.channel) == (VisitKind.SOCIAL, VisitChannel.IN_PERSON)
    assert held.companions == ("mia",)


def test_how_to_meet_is_only_what_the_calendar_has_for_the_kind(desk: PortalDesk) -> None:
    rosa = Rosa(desk, kinds=(VisitKind.FAMILY, VisitKind.LEGAL))
    desk.open_times(NOON + timedelta(hours=3), revision=2, kinds=(VisitKind.FAMILY,), channels=BOTH)
    assert "How do you want to visit?" in rosa.browser.open(f"{TIMES}?kind=family").text
    assert "How do you want to visit?" not in rosa.browser.open(f"{TIMES}?kind=legal").text


def test_nonsense_in_the_address_is_the_first_choice(rosa: Rosa) -> None:
    shown(rosa.browser, "?kind=clergy&channel=telepathy&with=stranger&with=%00")
    asked = rosa.desk.facility.line.asked(TimesAsked)[-1]
    assert (asked.kind, asked.channel) == (VisitKind.FAMILY, VisitChannel.REMOTE)
    assert asked.companions == ()


def test_no_time_says_why_and_offers_the_waiting_list(rosa: Rosa) -> None:
    never = Refusal(code=RefusalCode.VISITOR_MAY_NOT, text="wire text")
    rosa.desk.answer_with(refusals=(never,))
    assert shown(rosa.browser) == []
    assert rosa.browser.page is not None
    page = rosa.browser.page.text
    assert "This visit cannot be booked here. Call the facility to learn more." in page
    assert "wire text" not in page
    rosa.browser.press("Tell me when a time comes free")
    assert len(rosa.put(WaitingRequested)) == 1


def test_without_an_answer_the_calendar_is_shown_and_called_so(rosa: Rosa) -> None:
    rosa.desk.facility.line.hears = lambda _notice: None
    rosa.desk.open_times(
        NOON - timedelta(minutes=1),
        NOON + timedelta(hours=4),
        NOON + timedelta(days=14, minutes=1),
        revision=2,
    )
    assert shown(rosa.browser) == [text_of(half_hour(NOON + timedelta(hours=4)))]
    assert rosa.browser.page is not None
    assert MAY_BE_TAKEN in rosa.browser.page.text


def test_the_calendar_is_shown_for_the_chosen_kind_and_channel_alone(rosa: Rosa) -> None:
    rosa.desk.facility.line.hears = lambda _notice: None
    rosa.desk.open_times(NOON + timedelta(hours=4), revision=2, kinds=(VisitKind.LEGAL,))
    assert shown(rosa.browser) == []
    assert rosa.browser.page is not None
    assert "No open time now" in rosa.browser.page.text


def test_a_silent_facility_is_not_even_asked(rosa: Rosa) -> None:
    rosa.desk.facility.says(PresenceState.OFFLINE, NOON)
    assert len(shown(rosa.browser)) == 2
    assert rosa.desk.facility.line.asked(TimesAsked) == []


def test_an_answer_that_comes_a_moment_later_is_waited_for(rosa: Rosa) -> None:
    desk, answer = rosa.desk, half_hour(NOON + timedelta(hours=7))
    object.__setattr__(desk.portal, "patience_s", 20)
    desk.answer_with(answer)
    at_once = desk.facility.line.hears
    helpers: list[threading.Thread] = []

    def later(notice: Notice) -> None:
        helpers.append(threading.Timer(0.05, at_once, (notice,)))
        helpers[-1].start()

    desk.facility.line.hears = later
    assert shown(rosa.browser) == [text_of(answer)]
    for helper in helpers:
        helper.join()


@pytest.mark.parametrize("wrong", ["question_id", "visitor_id", "approval_id"])
def test_an_answer_to_somebody_elses_question_is_none(rosa: Rosa, wrong: str) -> None:
    desk, told = rosa.desk, half_hour(NOON + timedelta(hours=7))

    def answer(notice: Notice) -> None:
        assert isinstance(notice, TimesAsked)
        facts = {
            name: getattr(notice, name) for name in ("question_id", "visitor_id", "approval_id")
        }
        facts[wrong] = "another"
        desk.tell(TimesTold(**facts, times=(told,), told_at=NOON))

    desk.facility.line.hears = answer
    assert text_of(told) not in shown(rosa.browser)
    assert rosa.browser.page is not None
    assert MAY_BE_TAKEN in rosa.browser.page.text


def test_another_facility_cannot_answer(tmp_path: Path) -> None:
    cook = FacilityDouble("cook", "Cook County Jail", "America/Chicago")
    lake = FacilityDouble("lake", "Lake County Jail", "America/New_York")
    with PortalDesk(tmp_path, (cook, lake)) as desk:
        rosa = Rosa(desk)
        told = half_hour(NOON + timedelta(hours=7))

        def answer(notice: Notice) -> None:
            assert isinstance(notice, TimesAsked)
            asked = {"question_id": notice.question_id, "visitor_id": notice.visitor_id}
            words = TimesTold(**asked, approval_id=notice.approval_id, times=(told,), told_at=NOON)
            desk.tell(words, lake)

        cook.line.hears = answer
        assert text_of(told) not in shown(rosa.browser)


def test_a_page_that_looks_again_at_once_does_not_ask_again(rosa: Rosa) -> None:
    first = shown(rosa.browser)
    assert shown(rosa.browser) == first
    assert len(rosa.desk.facility.line.asked(TimesAsked)) == 1
    shown(rosa.browser, "?channel=in-person")  # not offered: the same question
    assert len(rosa.desk.facility.line.asked(TimesAsked)) == 1
    rosa.desk.clock.advance(timedelta(seconds=5))
    shown(rosa.browser)
    assert len(rosa.desk.facility.line.asked(TimesAsked)) == 2


def test_what_changes_the_answer_has_it_asked_anew(rosa: Rosa) -> None:
    desk = rosa.desk

    def questions() -> int:
        shown(rosa.browser)
        return len(desk.facility.line.asked(TimesAsked))

    assert questions() == 1
    desk.open_times(NOON + timedelta(hours=3), revision=2)
    assert questions() == 2
    desk.approve(rosa.visitor, revision=2)
    assert questions() == 3
    rosa.choose()  # asks nothing of its own: the answer is still good
    assert questions() == 4  # the hold took a time away
    rosa.browser.open("/home")
    assert questions() == 4


def test_an_answer_made_before_a_change_is_not_kept_after_it(rosa: Rosa) -> None:
    desk, former = rosa.desk, half_hour(NOON + timedelta(hours=7))
    desk.answer_with(former)
    answer = desk.facility.line.hears

    def change_then_answer(notice: Notice) -> None:
        desk.open_times(NOON + timedelta(hours=3), revision=2)
        answer(notice)

    desk.facility.line.hears = change_then_answer
    shown(rosa.browser)
    desk.answer_with()
    assert shown(rosa.browser) == []


def test_beyond_forty_questions_a_minute_the_calendar_has_to_do(rosa: Rosa) -> None:
    for _ in range(QUESTIONS_A_MINUTE):
        shown(rosa.browser)
        rosa.desk.portal.told_times.forget_all()
    assert rosa.browser.page is not None
    assert MAY_BE_TAKEN not in rosa.browser.page.text
    assert MAY_BE_TAKEN in rosa.browser.open(TIMES).text
    assert len(rosa.desk.facility.line.asked(TimesAsked)) == QUESTIONS_A_MINUTE
    rosa.desk.clock.advance(timedelta(minutes=1))
    assert MAY_BE_TAKEN not in rosa.browser.open(TIMES).text


def test_a_page_never_waits_when_many_wait_already() -> None:
    replies = Replies()
    crowd = [replies.expecting(("cook", str(number))) for number in range(Replies.MOST_WAITING)]
    for one in crowd:
        one.__enter__()
    with replies.expecting(("cook", "late")) as reply:
        assert reply.wait(60) is False
    for one in crowd:
        one.__exit__(None, None, None)
    with replies.expecting(("cook", "again")) as reply:
        replies.came(("cook", "again"), "word")
        assert reply.wait(60) is True
        assert reply.word == "word"


def test_two_lengths_at_one_start_are_two_buttons_that_say_how_long(rosa: Rosa) -> None:
    short = half_hour(NOON + timedelta(hours=3))
    long = Slot(starts_at=short.starts_at, ends_at=short.ends_at + timedelta(minutes=30))
    rosa.desk.answer_with(long, short)
    assert shown(rosa.browser) == [text_of(short), text_of(long)]
    assert rosa.browser.page is not None
    assert "30 minutes" in rosa.browser.page.text
    assert "60 minutes" in rosa.browser.page.text
    rosa.browser.press("3:00\u00a0PM to 4:00\u00a0PM")
    assert rosa.last(HoldRequested).slot == long
