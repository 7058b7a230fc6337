"""Asking a facility for access to somebody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.harness.portal import Browser, FacilityDouble, PortalDesk
from visits.messages import AccessRequested, PresenceState
from visits.model import VisitKind

WISH = {
    "inmate_number": "2026-0417",
    "inmate_last_name": "Delgado",
    "relationship": "mother",
    "kind": "family",
}


def ask(browser: Browser, **changes: str) -> int:
    browser.open("/ask")
    return browser.send({**WISH, **changes}).status_code


def test_the_facility_is_told_who_asks_and_gets_the_photo_sealed_to_it(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    browser = desk.signed_in(rosa)
    ask(browser)
    assert browser.path.startswith("/requests/")
    (asked,) = desk.waiting()
    assert isinstance(asked, AccessRequested)
    assert asked.visitor == rosa.details
    assert (asked.inmate_number, asked.inmate_last_name) == ("2026-0417", "Delgado")
    assert (asked.relationship, asked.kind) == ("mother", VisitKind.FAMILY)
    assert desk.facility.reviewer.open(asked.id_document, "cook") == b"a photo"
    assert desk.facility.post.woken == 1


def test_with_two_facilities_the_photo_travels_only_with_the_key_of_the_one_asked(
    tmp_path: Path,
) -> None:
    cook = FacilityDouble("cook", "Cook County Jail", "America/Chicago")
    lake = FacilityDouble("lake", "Lake County Jail", "America/New_York")
    with PortalDesk(tmp_path, (cook, lake)) as desk:
        browser = desk.signed_in(desk.visitor())
        assert ask(browser) == 422  # which facility?
        ask(browser, facility="lake")
        (asked,) = desk.waiting(lake)
        assert desk.waiting(cook) == []
        assert set(asked.id_document.sealed_keys) == {"lake"}
        assert lake.reviewer.open(asked.id_document, "lake") == b"a photo"


def test_yes_leads_to_open_times(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    ask(browser)
    asked_page = browser.path
    assert "We have asked the facility" in browser.open(asked_page).text
    desk.answer_access(desk.waiting()[0])
    page = browser.open(asked_page).text
    assert "You may visit" in page
    assert f"/people/cook/for-{asked_page.rsplit('/', 1)[1]}" in page
    assert "Luis Delgado" in browser.open("/home").text


def test_no_is_shown_with_its_reason_and_what_to_do(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    ask(browser)
    asked_page = browser.path
    desk.answer_access(desk.waiting()[0], approved=False, reason="The photo is not readable.")
    page = browser.open(asked_page).text
    assert "The facility said no" in page
    assert "The photo is not readable." in page
    assert "tel:+15550100" in page
    assert "Not approved" in browser.open("/home").text


def test_the_same_wish_twice_is_asked_once(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    ask(browser)
    first = browser.path
    ask(browser)
    assert browser.path == first
    assert len(desk.waiting()) == 1


def test_a_seventh_request_waits_for_an_answer_to_an_earlier_one(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    for number in range(6):
        ask(browser, inmate_number=f"2026-{number}")
    assert ask(browser, inmate_number="2026-7") == 422
    assert browser.page is not None
    assert "Six of your requests are waiting" in browser.page.text
    assert len(desk.waiting()) == 6
    desk.answer_access(desk.waiting()[0], approved=False)
    ask(browser, inmate_number="2026-7")
    assert browser.path.startswith("/requests/")


def test_nobody_can_try_more_than_fifty_numbers_a_day(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    for number in range(50):
        assert ask(browser, inmate_number=f"N{number}") == 200
        desk.answer_access(desk.waiting()[-1], approved=False)
        desk.clock.advance(timedelta(minutes=5))
    assert ask(browser, inmate_number="N50") == 422
    assert browser.page is not None
    assert "Try again tomorrow" in browser.page.text
    desk.clock.advance(timedelta(hours=20))
    assert ask(browser, inmate_number="N50") == 200


@pytest.mark.parametrize("field", sorted(WISH))
def test_every_missing_answer_is_named(desk: PortalDesk, field: str) -> None:
    browser = desk.signed_in(desk.visitor())
    assert ask(browser, **{field: ""}) == 422
    assert browser.page is not None
    assert f'<a href="#{field}">' in browser.page.text
    assert f'id="{field}"' in browser.page.text
    assert desk.waiting() == []


def test_a_request_that_never_arrives_says_so(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    browser = desk.signed_in(rosa)
    ask(browser)
    asked_page = browser.path
    desk.clock.advance(timedelta(days=7, seconds=1))
    assert len(desk.mailbox().expire(desk.clock.now())) == 1
    again = desk.signed_in(rosa)
    assert "Your request did not arrive" in again.open(asked_page).text


def test_while_the_facility_is_silent_a_banner_says_that_the_request_is_kept(
    desk: PortalDesk,
) -> None:
    browser = desk.signed_in(desk.visitor())
    ask(browser)
    asked_page = browser.path
    assert "is not answering" not in browser.open(asked_page).text
    desk.facility.says(PresenceState.OFFLINE, desk.clock.now())
    page = browser.open(asked_page).text
    assert "Cook County Jail is not answering right now." in page
    desk.facility.says(PresenceState.ONLINE, desk.clock.now())
    desk.facility.line.connected = False
    assert "is not answering" in browser.open("/home").text
