"""Choosing an open time, booking it, giving it back."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.harness.portal import NOON, Browser, PortalDesk
from visitor_portal.store.visitors import Visitor
from visits.messages import (
    BookingDecided,
    BookingRequested,
    CancelRequested,
    VisitChanged,
    VisitState,
)
from visits.model import Cause, Refusal, RefusalCode, Slot, VisitKind, VisitStatus

TIMES = "/people/cook/approval-1"
AT_THREE = NOON + timedelta(hours=3)


class Rosa:
    """Approved, in front of two open times."""

    def __init__(self, desk: PortalDesk, **approval: object) -> None:
        self.desk = desk
        self.visitor: Visitor = desk.visitor()
        desk.approve(self.visitor, **approval)  # type: ignore[arg-type]
        desk.open_times(AT_THREE, NOON + timedelta(days=1))
        self.browser: Browser = desk.signed_in(self.visitor)

    def choose(self) -> str:
        """Opens the check page of the first open time; its `starts` field."""
        page = self.browser.open(TIMES).text
        link = re.search(r'href="([^"]+/book\?starts=[^"]+)"', page)
        assert link
        found = re.search(r'name="starts" value="([^"]+)"', self.browser.open(link[1]).text)
        assert found
        return found[1]

    def book(self) -> BookingRequested:
        self.browser.send({"starts": self.choose()})
        asked = self.desk.waiting()[-1]
        assert isinstance(asked, BookingRequested)
        return asked

    def told(
        self,
        asked: BookingRequested,
        status: VisitStatus,
        *refusals: Refusal,
        revision: int = 1,
        cause: Cause | None = None,
    ) -> None:
        state = _state(asked, status, revision, cause)
        if revision == 1:
            self.desk.deliver(
                BookingDecided(visit=state, refusals=refusals, decided_at=self.desk.clock.now())
            )
        else:
            self.desk.deliver(VisitChanged(visit=state, at=self.desk.clock.now()))

    def visit_page(self, asked: BookingRequested) -> str:
        return self.browser.open(f"/visits/{asked.visit_id}").text


def _state(
    asked: BookingRequested, status: VisitStatus, revision: int, cause: Cause | None = None
) -> VisitState:
    return VisitState(
        visit_id=asked.visit_id,
        revision=revision,
        visitor_id=asked.visitor_id,
        approval_id=asked.approval_id,
        kind=asked.kind,
        slot=asked.slot,
        status=status,
        cause=cause,
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


def test_past_times_and_times_beyond_two_weeks_are_not_offered(rosa: Rosa) -> None:
    rosa.desk.open_times(
        NOON - timedelta(minutes=1), NOON + timedelta(days=14, minutes=1), revision=2
    )
    assert "No open time in the next two weeks" in rosa.browser.open(TIMES).text


def test_booking_saves_the_visit_and_its_parcel_together(rosa: Rosa) -> None:
    asked = rosa.book()
    assert rosa.browser.path == f"/visits/{asked.visit_id}"
    assert asked.visitor_id == rosa.visitor.visitor_id
    assert asked.approval_id == "approval-1"
    assert asked.kind is VisitKind.FAMILY
    assert asked.slot == Slot(starts_at=AT_THREE, ends_at=AT_THREE + timedelta(minutes=30))
    page = rosa.visit_page(asked)
    assert "We have asked for this time" in page
    assert "Look again" in page
    assert rosa.desk.facility.post.woken == 1


def test_neither_visit_nor_parcel_is_kept_when_saving_fails(
    rosa: Rosa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("the disk is full")

    starts = rosa.choose()
    monkeypatch.setattr("visitor_portal.booking.bookings.mailbox.put", broken)
    with pytest.raises(RuntimeError):
        rosa.browser.send({"starts": starts})
    assert rosa.desk.waiting() == []
    assert "We have asked" not in rosa.browser.open("/home").text
    assert "You have no visits coming up" in rosa.browser.open("/home").text


def test_pressing_the_button_twice_asks_once(rosa: Rosa) -> None:
    first = rosa.book()
    rosa.browser.open(
        f"/people/cook/approval-1/book?starts={first.slot.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    )
    rosa.browser.send({"starts": first.slot.starts_at.isoformat()})
    assert rosa.browser.path == f"/visits/{first.visit_id}"
    assert len(rosa.desk.waiting()) == 1


def test_booked_names_time_person_and_that_nothing_is_recorded(rosa: Rosa) -> None:
    asked = rosa.book()
    rosa.told(asked, VisitStatus.BOOKED)
    page = rosa.visit_page(asked)
    for words in ("Your visit is booked", "Luis Delgado", "3:00\u00a0PM to 3:30\u00a0PM",
                  "This visit is not recorded.", "You can go in from 2:45\u00a0PM."):  # fmt: skip
        assert words in page


def test_a_refusal_says_every_reason_in_the_visitors_language(rosa: Rosa) -> None:
    asked = rosa.book()
    rosa.told(
        asked,
        VisitStatus.REFUSED,
        Refusal(code=RefusalCode.NO_TERMINAL_FREE, text="wire text"),
        Refusal(code=RefusalCode.VISITOR_ALREADY_BOOKED, text="wire text"),
    )
    page = rosa.visit_page(asked)
    assert "This visit is not booked" in page
    assert "Somebody else has just taken that time" in page
    assert "You have another visit at that time" in page
    rosa.browser.open("/language/es")
    spanish = rosa.visit_page(asked)
    assert "Otra persona acaba de tomar ese horario" in spanish
    assert "wire text" not in page + spanish


def test_a_time_that_was_taken_meanwhile_leads_back_to_the_others(rosa: Rosa) -> None:
    starts = rosa.choose()
    rosa.desk.open_times(NOON + timedelta(days=1), revision=2)
    answer = rosa.browser.send({"starts": starts})
    assert answer.status_code == 409
    assert "Somebody has just taken that time" in answer.text
    assert f'href="{TIMES}"' in answer.text
    assert rosa.desk.waiting() == []


def test_with_several_kinds_the_visitor_says_which(desk: PortalDesk) -> None:
    rosa = Rosa(desk, kinds=(VisitKind.FAMILY, VisitKind.LEGAL))
    starts = rosa.choose()
    assert rosa.browser.send({"starts": starts}).status_code == 422
    rosa.browser.send({"starts": starts, "kind": "clergy"})
    assert rosa.desk.waiting() == []
    rosa.browser.send({"starts": starts, "kind": "legal"})
    assert rosa.desk.waiting()[0].kind is VisitKind.LEGAL


def test_nothing_can_be_booked_once_approval_is_withdrawn(rosa: Rosa) -> None:
    starts = rosa.choose()
    rosa.desk.approve(rosa.visitor, revision=2, active=False, reason="Until the hearing.")
    assert rosa.browser.send({"starts": starts}).status_code == 409
    page = rosa.browser.open(TIMES).text
    assert "You cannot book now" in page
    assert "Until the hearing." in page
    assert rosa.desk.waiting() == []


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
        assert [one.visit_id for one in again.waiting()] == [asked.visit_id]
