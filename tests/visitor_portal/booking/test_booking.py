"""Choosing an open time, booking it, giving it back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.harness.portal import NOON, PortalDesk, half_hour
from tests.harness.rosa import AT_THREE, TIMES, Rosa
from visitor_portal.visit import add_room
from visitor_portal.visit.room.routes import NOT_YOURS
from visits.messages import BookingRequested, CancelRequested, HoldRequested
from visits.model import (
    Cause,
    Refusal,
    RefusalCode,
    Slot,
    VisitChannel,
    VisitKind,
    VisitStatus,
)


@pytest.fixture
def rosa(desk: PortalDesk) -> Rosa:
    return Rosa(desk)


def test_times_are_those_of_the_facility_and_say_so(rosa: Rosa) -> None:
    page = rosa.browser.open(TIMES).text
    assert "Times are those of the facility: Central Standard Time." in page
    assert "Monday, November 23" in page
    assert "3:00\u00a0PM" in page
    assert "yours" not in page


def test_a_visitor_elsewhere_sees_their_own_time_too(rosa: Rosa) -> None:
    rosa.browser.client.cookies.set("visitline-zone", "America/New_York")
    page = rosa.browser.open(TIMES).text
    assert "yours: 4:00\u00a0PM" in page
    assert "Eastern Standard Time" in page
    rosa.choose()
    assert rosa.browser.page is not None
    assert "Where you are: 4:00\u00a0PM to 4:30\u00a0PM" in rosa.browser.page.text


def test_a_zone_that_is_none_is_ignored(rosa: Rosa) -> None:
    for nonsense in ("../../etc/passwd", "Mars/Olympus", "a" * 300):
        rosa.browser.client.cookies.set("visitline-zone", nonsense)
        assert rosa.browser.open(TIMES).status_code == 200


def test_days_and_times_are_in_the_language_of_the_visitor(rosa: Rosa) -> None:
    rosa.browser.open("/language/es")
    page = rosa.browser.open(TIMES).text
    assert '<html lang="es">' in page
    assert "Lunes 23 de noviembre" in page
    assert "hora estándar central" in page


def test_booking_saves_the_visit_and_its_parcel_together(rosa: Rosa) -> None:
    asked = rosa.book()
    assert rosa.browser.path == f"/visits/{asked.visit_id}"
    assert asked.visitor_id == rosa.visitor.visitor_id
    assert asked.approval_id == "approval-1"
    assert (asked.kind, asked.channel) == (VisitKind.FAMILY, VisitChannel.REMOTE)
    assert asked.slot == Slot(starts_at=AT_THREE, ends_at=AT_THREE + timedelta(minutes=30))
    page = rosa.visit_page(asked)
    assert "We have asked for this time" in page
    assert "Look again" in page
    assert rosa.desk.facility.post.woken == 2  # once to keep the time, once to book it


def test_neither_visit_nor_parcel_is_kept_when_saving_fails(
    rosa: Rosa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("the disk is full")

    rosa.choose()
    monkeypatch.setattr("visitor_portal.booking.bookings.mailbox.put", broken)
    with pytest.raises(RuntimeError):
        rosa.browser.press("Book this visit")
    assert rosa.put(BookingRequested) == []
    assert "You have no visits coming up" in rosa.home()


def test_pressing_the_button_twice_asks_once(rosa: Rosa) -> None:
    rosa.choose()
    check_page = rosa.browser.page
    rosa.browser.press("Book this visit")
    rosa.browser.page = check_page
    rosa.browser.press("Book this visit")
    (first,) = rosa.put(BookingRequested)
    assert rosa.browser.path == f"/visits/{first.visit_id}"
    # Nor does the time page ask anew for what is asked for.
    rosa.choose()
    assert rosa.browser.path == f"/visits/{first.visit_id}"
    assert len(rosa.put(HoldRequested)) == 1


def test_pressing_again_after_a_refusal_shows_the_refusal(rosa: Rosa) -> None:
    rosa.choose()
    check_page = rosa.browser.page
    rosa.browser.press("Book this visit")
    asked = rosa.last(BookingRequested)
    rosa.told(asked, VisitStatus.REFUSED, Refusal(code=RefusalCode.NO_PLACE_FREE, text=""))
    rosa.browser.page = check_page
    assert "This visit is not booked" in rosa.browser.press("Book this visit").text
    assert rosa.put(BookingRequested) == [asked]


def test_booked_names_time_person_and_that_it_may_be_recorded(rosa: Rosa) -> None:
    asked = rosa.book()
    rosa.told(asked, VisitStatus.BOOKED)
    page = rosa.visit_page(asked)
    for words in ("Your visit is booked", "Luis Delgado", "3:00\u00a0PM to 3:30\u00a0PM",
                  "The facility may record it.", "You can go in from 2:45\u00a0PM."):  # fmt: skip
        assert words in page


def test_a_refusal_says_every_reason_in_the_visitors_language(rosa: Rosa) -> None:
    asked = rosa.book()
    rosa.told(
        asked,
        VisitStatus.REFUSED,
        Refusal(code=RefusalCode.NO_PLACE_FREE, text="wire text"),
        Refusal(code=RefusalCode.VISITOR_ALREADY_BOOKED, text="wire text"),
    )
    page = rosa.visit_page(asked)
    assert "This visit is not booked" in page
    assert "That time is not free" in page
    assert "have another visit at that time" in page
    rosa.browser.open("/language/es")
    spanish = rosa.visit_page(asked)
    assert "Ese horario no está libre" in spanish
    assert "wire text" not in page + spanish


def test_a_refusal_offers_the_nearest_other_times_and_one_press_keeps_one(rosa: Rosa) -> None:
    asked = rosa.book()
    others = tuple(half_hour(NOON + timedelta(days=day, hours=2)) for day in range(5))
    taken = Refusal(code=RefusalCode.NO_PLACE_FREE, text="")
    rosa.desk.clock.advance(timedelta(hours=2, minutes=1))  # the first of them has begun
    rosa.told(asked, VisitStatus.REFUSED, taken, alternatives=others)
    page = rosa.visit_page(asked)
    assert "Monday, November 23, 2:00\u00a0PM" not in page
    for day in ("Tuesday, November 24", "Wednesday, November 25", "Thursday, November 26"):
        assert f"{day}, 2:00\u00a0PM" in page
    assert "Friday, November 27" not in page
    rosa.browser.press("Wednesday, November 25")
    assert rosa.last(HoldRequested).slot == others[2]
    assert "This time is kept for you" in (rosa.browser.page.text if rosa.browser.page else "")


def test_with_several_kinds_the_visitor_says_which(desk: PortalDesk) -> None:
    rosa = Rosa(desk, kinds=(VisitKind.FAMILY, VisitKind.LEGAL))
    assert "What kind of visit?" in rosa.browser.open(TIMES).text
    rosa.browser.press("3:00\u00a0PM", kind="clergy")
    assert rosa.put(HoldRequested) == []
    rosa.choose(query="?kind=legal")
    rosa.browser.press("Book this visit")
    assert rosa.last(HoldRequested).kind is VisitKind.LEGAL
    assert rosa.last(BookingRequested).kind is VisitKind.LEGAL


def test_nothing_can_be_booked_once_approval_is_withdrawn(rosa: Rosa) -> None:
    rosa.choose()
    rosa.desk.approve(rosa.visitor, revision=2, active=False, reason="Until the hearing.")
    assert rosa.browser.press("Book this visit").status_code == 409
    page = rosa.browser.open(TIMES).text
    assert "You cannot book now" in page
    assert "Until the hearing." in page
    assert rosa.put(BookingRequested) == []


def test_giving_a_time_back_is_confirmed_then_asked_once(rosa: Rosa) -> None:
    asked = rosa.book()
    rosa.told(asked, VisitStatus.BOOKED)
    assert "Cancel this visit?" in rosa.browser.open(f"/visits/{asked.visit_id}/cancel").text
    token_page = rosa.browser.page
    rosa.browser.send()
    rosa.browser.page = token_page
    rosa.browser.send()
    cancels = [one for one in rosa.desk.waiting() if isinstance(one, CancelRequested)]
    assert [one.visit_id for one in cancels] == [asked.visit_id]
    assert "We are cancelling your visit" in rosa.visit_page(asked)
    rosa.told(asked, VisitStatus.CANCELLED, revision=2, cause=Cause.VISITOR_CANCELLED)
    assert "You cancelled this visit." in rosa.visit_page(asked)
    assert "You cancelled this visit." in rosa.browser.open("/history").text


def test_a_visit_in_progress_cannot_be_cancelled(rosa: Rosa) -> None:
    asked = rosa.book()
    rosa.told(asked, VisitStatus.BOOKED)
    rosa.browser.open(f"/visits/{asked.visit_id}/cancel")
    rosa.told(asked, VisitStatus.IN_PROGRESS, revision=2)
    assert "can no longer be cancelled" in rosa.browser.send().text
    assert "Cancel this visit" not in rosa.visit_page(asked)


def test_the_door_opens_fifteen_minutes_before(rosa: Rosa) -> None:
    asked = rosa.book()
    rosa.told(asked, VisitStatus.BOOKED)
    door = f'href="/visit/{asked.visit_id}"'
    rosa.desk.clock.advance(timedelta(hours=2, minutes=44, seconds=59))
    assert door not in rosa.visit_page(asked)
    rosa.desk.clock.advance(timedelta(seconds=1))
    assert door in rosa.visit_page(asked)
    assert door in rosa.browser.open("/home").text


def test_a_booked_visit_goes_into_ones_own_calendar(rosa: Rosa) -> None:
    asked = rosa.book()
    address = f"/visits/{asked.visit_id}/visit.ics"
    assert rosa.browser.open(address).status_code == 404
    rosa.told(asked, VisitStatus.BOOKED)
    answer = rosa.browser.open(address)
    assert answer.headers["content-type"].startswith("text/calendar")
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    assert "DTSTART:20261123T210000Z" in lines
    assert "DTEND:20261123T213000Z" in lines
    assert "SUMMARY:Video visit with Luis Delgado" in lines
    assert f"UID:{asked.visit_id}@visitline" in lines
    assert max(len(line.encode()) for line in answer.text.split("\r\n")) <= 75


def test_a_request_nobody_takes_in_twelve_hours_is_not_booked_and_says_so(rosa: Rosa) -> None:
    asked = rosa.book()
    rosa.desk.clock.advance(timedelta(hours=12, seconds=1))
    assert [one.message_id for one in rosa.desk.mailbox().expire(rosa.desk.clock.now())]
    page = rosa.visit_page(asked)
    assert "The facility did not answer in time" in page
    # It may have arrived all the same; then the facility's word counts.
    rosa.told(asked, VisitStatus.BOOKED)
    assert "Your visit is booked" in rosa.visit_page(asked)


def test_booking_waits_in_the_database_and_not_in_memory(rosa: Rosa, tmp_path: Path) -> None:
    asked = rosa.book()
    rosa.desk.store.close()
    with PortalDesk(tmp_path) as again:
        booked = [one for one in again.waiting() if isinstance(one, BookingRequested)]
        assert [one.visit_id for one in booked] == [asked.visit_id]


@pytest.mark.parametrize("channel", [VisitChannel.ONSITE_VIDEO, VisitChannel.IN_PERSON])
def test_a_visit_at_the_facility_has_no_door_here_and_says_when_to_come(
    desk: PortalDesk, channel: VisitChannel
) -> None:
    rosa = Rosa(desk)
    desk.open_times(AT_THREE, revision=2, channels=(VisitChannel.REMOTE, channel))
    rosa.choose(query=f"?channel={channel}")
    rosa.browser.press("Book this visit")
    asked = rosa.last(BookingRequested)
    assert asked.channel is channel
    rosa.told(asked, VisitStatus.BOOKED)
    desk.clock.advance(timedelta(hours=2, minutes=50))
    add_room(desk.web, desk.portal)
    rosa.browser.open(f"/visit/{asked.visit_id}")
    assert rosa.browser.path == f"/visits/{asked.visit_id}"
    address, own = f"/visit/{asked.visit_id}/signal?page=p1", {"origin": "http://testserver"}
    with rosa.browser.client.websocket_connect(address, headers=own) as socket:
        assert socket.receive() == {"type": "websocket.close", "code": NOT_YOURS, "reason": ""}
    page = rosa.visit_page(asked)
    assert "Come to the facility 15 minutes early and bring photo identification." in page
    assert "camera" not in page
    assert f'href="/visit/{asked.visit_id}"' not in page + rosa.home()
    assert "SUMMARY:Visit with" in rosa.browser.open(f"/visits/{asked.visit_id}/visit.ics").text
