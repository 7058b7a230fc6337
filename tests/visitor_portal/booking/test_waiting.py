"""Waiting for a time that comes free: asked once, offered, taken or left."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from httpx import Response

from tests.harness.portal import NOON, PortalDesk, half_hour
from tests.harness.rosa import TIMES, Rosa
from visitor_portal.housekeeping import Housekeeping
from visitor_portal.store.attempts import LIMITS, Attempt, Limit
from visits.messages import (
    BookingRequested,
    TimeOffered,
    WaitingChanged,
    WaitingLeft,
    WaitingRequested,
    WaitingState,
)
from visits.model import Refusal, RefusalCode, Slot, Standing, VisitStatus

BUTTON = "Tell me when a time comes free"
TUESDAY_TWO = half_hour(NOON + timedelta(days=1, hours=2))


class Waiting:
    """Rosa, and what her facility says of her place on the list."""

    def __init__(self, desk: PortalDesk) -> None:
        self.rosa = Rosa(desk, companions=(("leo", "Leo Delgado"),))
        self.desk = desk

    def ask(self, query: str = "", **days: str) -> WaitingRequested:
        self.rosa.browser.open(TIMES + query)
        self.rosa.browser.press(BUTTON, **days)
        return self.rosa.last(WaitingRequested)

    def wish(self, day: str) -> Response:
        """Asks for one day, whether the page still has the form or not."""
        self.rosa.browser.open(TIMES)
        fields = {"kind": "family", "channel": "remote", "first_day": day, "last_day": day}
        return self.rosa.browser.send(fields, to=f"{TIMES}/wait")

    def says(
        self,
        asked: WaitingRequested,
        standing: Standing,
        *refusals: Refusal,
        revision: int = 1,
        offered: Slot | None = None,
    ) -> None:
        offer = None
        if offered:
            until = self.desk.clock.now() + timedelta(hours=4, minutes=10)
            offer = TimeOffered(visit_id=f"offer-{revision}", slot=offered, held_until=until)
        state = WaitingState(
            waiting_id=asked.waiting_id,
            revision=revision,
            visitor_id=asked.visitor_id,
            approval_id=asked.approval_id,
            kind=asked.kind,
            channel=asked.channel,
            companions=asked.companions,
            first_day=asked.first_day,
            last_day=asked.last_day,
            standing=standing,
            offer=offer,
            refusals=refusals,
        )
        self.desk.deliver(WaitingChanged(waiting=state, at=self.desk.clock.now()))


@pytest.fixture
def waiting(desk: PortalDesk) -> Waiting:
    return Waiting(desk)


def test_the_usual_days_are_two_weeks_from_the_facilitys_today(waiting: Waiting) -> None:
    waiting.desk.clock.advance(timedelta(hours=11))  # 5 a.m. UTC on the 24th, still the 23rd there
    asked = waiting.ask("?with=leo")
    assert (asked.first_day, asked.last_day) == (date(2026, 11, 23), date(2026, 12, 7))
    assert asked.companions == ("leo",)
    assert asked.visitor_id == waiting.rosa.visitor.visitor_id
    assert waiting.rosa.browser.path == "/home"
    home = waiting.rosa.home()
    assert "Monday, November 23 to Monday, December 7" in home
    assert "with Leo Delgado" in home
    assert f'id="wait-{asked.waiting_id}"' in home


def test_other_days_can_be_chosen(waiting: Waiting) -> None:
    asked = waiting.ask(first_day="2026-11-25", last_day="2026-11-25")
    assert (asked.first_day, asked.last_day) == (date(2026, 11, 25), date(2026, 11, 25))


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"first_day": "2026-11-22"}, "Choose the first day."),
        ({"first_day": "soon"}, "Choose the first day."),
        ({"first_day": "2026-11-30", "last_day": "2026-11-29"}, "Choose a last day that is not"),
        ({"last_day": "2027-01-30"}, "Choose a last day that is not"),
    ],
)
def test_days_that_will_not_do_are_named(
    waiting: Waiting, days: dict[str, str], sentence: str
) -> None:
    waiting.rosa.browser.open(TIMES)
    answer = waiting.rosa.browser.press(BUTTON, **days)
    assert answer.status_code == 422
    assert sentence in answer.text
    field = "first_day" if "first" in sentence else "last_day"
    if "last day" in sentence:
        field = "last_day"
    assert f'<a href="#{field}">' in answer.text
    assert waiting.rosa.put(WaitingRequested) == []


def test_the_same_wish_twice_is_one_place_and_the_page_says_that_she_waits(
    waiting: Waiting,
) -> None:
    waiting.rosa.browser.open(TIMES)
    page = waiting.rosa.browser.page
    waiting.rosa.browser.press(BUTTON)
    waiting.rosa.browser.page = page
    waiting.rosa.browser.press(BUTTON)
    assert len(waiting.rosa.put(WaitingRequested)) == 1
    assert "You are on the waiting list" in waiting.rosa.browser.open(TIMES).text
    other = waiting.rosa.browser.open(f"{TIMES}?with=leo").text
    assert "You are on the waiting list" not in other  # that would be another visit


def test_an_offered_time_is_shown_with_its_hour_and_taken_under_its_name(
    waiting: Waiting,
) -> None:
    asked = waiting.ask()
    waiting.says(asked, Standing.OFFERED, offered=TUESDAY_TWO)
    home = waiting.rosa.home()
    assert "A time came free" in home
    assert "Tuesday, November 24" in home
    assert "2:00\u00a0PM to 2:30\u00a0PM" in home
    assert "It is kept for you until 4:10\u00a0PM." in home
    page = waiting.rosa.browser.page
    waiting.rosa.browser.press("Book this time")
    waiting.rosa.browser.page = page
    waiting.rosa.browser.press("Book this time")
    (booked,) = waiting.rosa.put(BookingRequested)
    assert (booked.visit_id, booked.slot) == ("offer-1", TUESDAY_TWO)
    assert waiting.rosa.browser.path == "/visits/offer-1"
    assert "A time came free" not in waiting.rosa.home()


def test_an_offer_that_was_taken_too_late_goes_on_as_the_facility_says(waiting: Waiting) -> None:
    asked = waiting.ask()
    waiting.says(asked, Standing.OFFERED, offered=TUESDAY_TWO)
    waiting.rosa.home()
    waiting.rosa.browser.press("Book this time")
    refused = Refusal(code=RefusalCode.NO_PLACE_FREE, text="")
    waiting.rosa.told(waiting.rosa.last(BookingRequested), VisitStatus.REFUSED, refused)
    waiting.says(asked, Standing.OFFERED, revision=2, offered=half_hour(NOON + timedelta(days=2)))
    assert "Wednesday, November 25" in waiting.rosa.home()
    waiting.rosa.browser.press("Book this time")
    assert waiting.rosa.last(BookingRequested).visit_id == "offer-2"


def test_not_for_me_ends_the_wait(waiting: Waiting) -> None:
    asked = waiting.ask()
    waiting.says(asked, Standing.OFFERED, offered=TUESDAY_TWO)
    waiting.rosa.home()
    page = waiting.rosa.browser.page
    waiting.rosa.browser.press("Not for me")
    waiting.rosa.browser.page = page
    waiting.rosa.browser.press("Not for me")
    (left,) = waiting.rosa.put(WaitingLeft)
    assert left.waiting_id == asked.waiting_id
    assert "A time came free" not in waiting.rosa.home()
    # What the facility had said before it heard of that changes nothing.
    waiting.says(asked, Standing.OFFERED, revision=2, offered=TUESDAY_TWO)
    assert "A time came free" not in waiting.rosa.home()


def test_she_can_stop_waiting(waiting: Waiting) -> None:
    asked = waiting.ask()
    waiting.rosa.home()
    waiting.rosa.browser.press("Stop waiting")
    assert waiting.rosa.last(WaitingLeft).waiting_id == asked.waiting_id
    assert "Waiting lists" not in waiting.rosa.home()


def test_an_offer_whose_time_is_over_cannot_be_taken_and_says_so(waiting: Waiting) -> None:
    asked = waiting.ask()
    waiting.says(asked, Standing.OFFERED, offered=TUESDAY_TWO)
    waiting.rosa.home()
    page = waiting.rosa.browser.page
    waiting.desk.clock.advance(timedelta(hours=4, minutes=10))
    home = waiting.rosa.home()
    assert "was kept for you until 4:10\u00a0PM. That is over now." in home
    assert "Book this time" not in home
    waiting.rosa.browser.page = page
    answer = waiting.rosa.browser.press("Book this time")
    assert answer.status_code == 409
    assert "no longer kept for you" in answer.text
    assert waiting.rosa.put(BookingRequested) == []


def test_a_wait_that_the_facility_ends_says_why(waiting: Waiting) -> None:
    asked = waiting.ask()
    waiting.says(asked, Standing.ENDED, Refusal(code=RefusalCode.LIMIT_REACHED, text="wire text"))
    home = waiting.rosa.home()
    assert "As many visits as are allowed are booked for then." in home
    assert "wire text" not in home
    assert "Ended" in home
    waiting.desk.clock.advance(timedelta(days=3))
    assert "Waiting lists" not in waiting.desk.signed_in(waiting.rosa.visitor).open("/home").text


def test_a_wait_that_runs_out_of_days_says_so(waiting: Waiting) -> None:
    asked = waiting.ask(first_day="2026-11-23", last_day="2026-11-23")
    waiting.says(asked, Standing.ENDED)
    assert "The days you chose are over." in waiting.rosa.home()


def test_a_lower_revision_is_ignored(waiting: Waiting) -> None:
    asked = waiting.ask()
    waiting.says(asked, Standing.OFFERED, revision=2, offered=TUESDAY_TWO)
    waiting.says(asked, Standing.ENDED, revision=1)
    assert "A time came free" in waiting.rosa.home()


def test_a_wish_that_never_arrives_ends_and_says_so(waiting: Waiting) -> None:
    waiting.ask(last_day="2026-12-20")
    waiting.desk.clock.advance(timedelta(days=7, seconds=1))
    waiting.desk.mailbox().expire(waiting.desk.clock.now())
    home = waiting.desk.signed_in(waiting.rosa.visitor).open("/home").text
    assert re.search(r'data-wait="ended"', home)
    assert "The facility did not answer in time" in home


def test_six_places_are_enough(waiting: Waiting) -> None:
    for day in range(23, 29):
        waiting.wish(f"2026-11-{day}")
    assert len(waiting.rosa.put(WaitingRequested)) == 6
    answer = waiting.wish("2026-11-29")
    assert answer.status_code == 409
    assert "six times already" in answer.text
    waiting.rosa.home()
    waiting.rosa.browser.press("Stop waiting")
    assert waiting.wish("2026-11-29").status_code == 200


def test_nobody_can_join_and_leave_all_day(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, Attempt.WAITING, Limit(3, timedelta(hours=1)))
    for _ in range(3):
        waiting.ask()
        waiting.rosa.home()
        waiting.rosa.browser.press("Stop waiting")
    answer = waiting.wish("2026-11-29")
    assert answer.status_code == 409
    assert "very often" in answer.text
    waiting.desk.clock.advance(timedelta(hours=1))
    assert waiting.wish("2026-11-29").status_code == 200


def test_another_visitors_place_is_not_there(waiting: Waiting) -> None:
    asked = waiting.ask()
    waiting.says(asked, Standing.OFFERED, offered=TUESDAY_TWO)
    mateo = waiting.desk.signed_in(waiting.desk.visitor("Mateo Ruiz", "mateo@example.org"))
    for what in ("book", "leave"):
        mateo.open("/home")
        assert mateo.send(to=f"/waiting/{asked.waiting_id}/{what}").status_code == 404
    assert waiting.rosa.put(WaitingLeft) == []


def test_places_long_over_are_forgotten(waiting: Waiting) -> None:
    asked = waiting.ask()
    waiting.desk.clock.advance(timedelta(days=80))
    Housekeeping(waiting.desk.store, waiting.desk.clock).tidy()
    home = waiting.desk.signed_in(waiting.rosa.visitor).open("/home").text
    assert asked.waiting_id not in home


def test_waiting_is_not_offered_where_the_facility_says_that_no_day_would_do(
    waiting: Waiting,
) -> None:
    waiting.desk.answer_with(may_wait=False)
    page = waiting.rosa.browser.open(TIMES).text
    assert BUTTON not in page
    assert "there is nothing to wait for" in page
    waiting.rosa.browser.open("/language/es")
    assert "no hay nada que esperar" in waiting.rosa.browser.open(TIMES).text


def test_a_wait_that_the_facility_shortened_shows_its_own_last_day_and_its_end(
    waiting: Waiting,
) -> None:
    asked = waiting.ask(first_day="2026-11-23", last_day="2026-11-30")
    shorter = asked.model_copy(update={"last_day": date(2026, 11, 25)})
    waiting.says(shorter, Standing.WAITING)
    assert "November 25" in waiting.rosa.home()
    over = Refusal(code=RefusalCode.WAIT_OVER, text="")
    waiting.says(shorter, Standing.ENDED, over, revision=2)
    assert "The wait for these days is over without a visit." in waiting.rosa.home()
