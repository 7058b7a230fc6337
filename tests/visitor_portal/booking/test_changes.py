"""What a facility changes by itself is said plainly, and noticed until it was looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness.portal import NOON, PortalDesk, half_hour
from tests.harness.rosa import Rosa
from visits.messages import BookingRequested, HoldRequested
from visits.model import Cause, VisitStatus

AT_FIVE = half_hour(NOON + timedelta(hours=5))
AT_SIX = half_hour(NOON + timedelta(hours=6))
MOVED = "Your visit with Luis Delgado was moved"
CANCELLED = "Your visit with Luis Delgado was cancelled"


@pytest.fixture
def rosa(desk: PortalDesk) -> Rosa:
    return Rosa(desk)


@pytest.fixture
def booked(rosa: Rosa) -> BookingRequested:
    asked = rosa.book()
    rosa.told(asked, VisitStatus.BOOKED)
    return asked


def test_a_moved_visit_shows_both_times_and_the_facilitys_words(
    rosa: Rosa, booked: BookingRequested
) -> None:
    rosa.changed(booked, 2, "The terminal is being repaired.", slot=AT_FIVE)
    page = rosa.visit_page(booked)
    assert "Your visit was moved" in page
    assert "<s>Monday, November 23, 3:00\u00a0PM to 3:30\u00a0PM</s>" in page
    assert "Monday, November 23, 5:00\u00a0PM to 5:30\u00a0PM" in page
    assert '<p lang="en">The terminal is being repaired.</p>' in page


def test_a_moved_visit_is_news_at_home_until_it_is_opened(
    rosa: Rosa, booked: BookingRequested
) -> None:
    assert MOVED not in rosa.home()
    rosa.changed(booked, 2, slot=AT_FIVE)
    assert MOVED in rosa.home()
    assert MOVED in rosa.home()
    rosa.visit_page(booked)
    assert MOVED not in rosa.home()
    assert "Your visit was moved" in rosa.visit_page(booked)


def test_moved_twice_unseen_tells_from_where_she_last_knew(
    rosa: Rosa, booked: BookingRequested
) -> None:
    rosa.changed(booked, 2, slot=AT_FIVE)
    rosa.changed(booked, 3, slot=AT_SIX)
    page = rosa.visit_page(booked)
    assert "<s>Monday, November 23, 3:00\u00a0PM" in page
    assert "5:00\u00a0PM" not in page
    rosa.changed(booked, 4, slot=AT_FIVE)
    assert "<s>Monday, November 23, 6:00\u00a0PM" in rosa.visit_page(booked)


def test_moved_there_and_back_unseen_is_no_news(rosa: Rosa, booked: BookingRequested) -> None:
    rosa.changed(booked, 2, slot=AT_FIVE)
    rosa.changed(booked, 3)
    assert MOVED not in rosa.home()
    assert "Your visit is booked" in rosa.visit_page(booked)


def test_a_cancelled_visit_says_what_and_why_and_offers_others(
    rosa: Rosa, booked: BookingRequested
) -> None:
    other = half_hour(NOON + timedelta(days=3))
    rosa.changed(
        booked,
        2,
        "Call us when you want to know more.",
        status=VisitStatus.CANCELLED,
        cause=Cause.LOCKDOWN,
        alternatives=(other,),
    )
    home = rosa.home()
    assert CANCELLED in home
    assert "The facility had to stop visits at that time. Choose another time." in home
    page = rosa.visit_page(booked)
    assert "The facility had to stop visits at that time. Choose another time." in page
    assert '<p lang="en">Call us when you want to know more.</p>' in page
    assert CANCELLED not in rosa.home()
    rosa.visit_page(booked)
    rosa.browser.press("Thursday, November 26")
    assert rosa.last(HoldRequested).slot == other


@pytest.mark.parametrize(
    "cause", [Cause.INMATE_MAY_NOT, Cause.INMATE_ELSEWHERE, Cause.INMATE_MOVED]
)
def test_what_concerns_the_inmate_stays_with_the_facility(
    rosa: Rosa, booked: BookingRequested, cause: Cause
) -> None:
    rosa.changed(booked, 2, status=VisitStatus.CANCELLED, cause=cause)
    page = rosa.visit_page(booked)
    assert "The facility had to cancel this visit. Choose another time." in page
    assert cause.value not in page


@pytest.mark.parametrize("here", [True, False], ids=["on-this-website", "by-telephone"])
def test_what_she_cancelled_herself_is_no_news(
    rosa: Rosa, booked: BookingRequested, here: bool
) -> None:
    if here:
        rosa.browser.open(f"/visits/{booked.visit_id}/cancel")
        rosa.browser.press("Cancel this visit")
    own = {"status": VisitStatus.CANCELLED, "cause": Cause.VISITOR_CANCELLED}
    rosa.changed(booked, 2, **own)
    assert CANCELLED not in rosa.home()


def test_a_new_status_alone_is_no_news_and_keeps_what_was_said(
    rosa: Rosa, booked: BookingRequested
) -> None:
    rosa.changed(booked, 2, "The terminal is being repaired.", slot=AT_FIVE)
    rosa.visit_page(booked)
    rosa.changed(booked, 3, slot=AT_FIVE, status=VisitStatus.CHECKED_IN)
    rosa.changed(booked, 4, slot=AT_FIVE)
    assert MOVED not in rosa.home()
    page = rosa.visit_page(booked)
    assert "The terminal is being repaired." in page
    assert "<s>Monday, November 23, 3:00\u00a0PM" in page


def test_news_of_a_time_that_is_over_is_none(rosa: Rosa, booked: BookingRequested) -> None:
    rosa.changed(booked, 2, slot=AT_FIVE)
    rosa.desk.clock.advance(timedelta(hours=6))
    assert MOVED not in rosa.home()
