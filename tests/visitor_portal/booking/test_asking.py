"""Asking a facility for access to somebody."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.harness.portal import PASSWORD, Browser, FacilityDouble, PortalDesk
from visitor_portal.store.schema import access_requests, approvals
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


LEO = {
    "person_1_name": "Leo Delgado",
    "person_1_month": "4",
    "person_1_day": "2",
    "person_1_year": "2019",
    "person_1_relationship": "son",
}


def ask_with(browser: Browser, people: int, **fields: str) -> int:
    return ask(browser, people=str(people), **fields)


def test_who_comes_along_is_told_with_names_of_our_own_making(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    ask_with(browser, 2, **LEO)  # the second row stays empty
    (asked,) = desk.waiting()
    (leo,) = asked.companions
    assert (leo.full_name, leo.relationship) == ("Leo Delgado", "son")
    assert leo.born_on == date(2019, 4, 2)
    assert leo.person_id not in {"", asked.visitor.visitor_id}


def test_a_row_is_added_by_a_button_that_sends_nothing(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    assert 'name="person_1_name"' not in browser.open("/ask").text
    typed = {**WISH, "inmate_last_name": "", **LEO}
    for people in range(6):
        page = browser.send({**typed, "people": str(people), "more": "yes"}, to="/ask")
        assert page.status_code == 200
        assert f'name="person_{people + 1}_name"' in page.text
        assert 'value="2026-0417"' in page.text  # what was typed stays
    assert 'value="Leo Delgado"' in page.text
    assert 'name="more"' not in page.text
    more = browser.send({**typed, "people": "6", "more": "yes"}, to="/ask")
    assert 'name="person_7_name"' not in more.text
    assert desk.waiting() == []


def test_enter_sends_the_form_and_adds_nobody(desk: PortalDesk) -> None:
    page = desk.signed_in(desk.visitor()).open("/ask").text
    main = page[page.index("<main") :]
    assert main.index("Send to the facility") < main.index('name="more"')


@pytest.mark.parametrize(
    ("field", "text", "named"),
    [
        ("person_1_name", "", "person_1_name"),
        ("person_1_month", "13", "person_1_month"),
        ("person_1_day", "", "person_1_month"),
        ("person_1_year", "2031", "person_1_month"),
        ("person_1_year", "19", "person_1_month"),
        ("person_1_year", "99999999999999999999", "person_1_month"),
        ("person_1_relationship", "", "person_1_relationship"),
    ],
)
def test_a_person_half_filled_in_is_named(
    desk: PortalDesk, field: str, text: str, named: str
) -> None:
    browser = desk.signed_in(desk.visitor())
    assert ask_with(browser, 1, **{**LEO, field: text}) == 422
    assert browser.page is not None
    assert f'<a href="#{named}">' in browser.page.text
    assert f'id="{named}"' in browser.page.text
    assert desk.waiting() == []


@pytest.mark.parametrize("people", ["", "-1", "999", "six", "\u0663"])
def test_an_odd_number_of_rows_harms_nothing(desk: PortalDesk, people: str) -> None:
    browser = desk.signed_in(desk.visitor())
    assert ask(browser, people=people) == 200
    assert len(desk.waiting()) == 1


def test_the_answer_says_for_each_whether_they_may_come(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    browser = desk.signed_in(rosa)
    mia = {key.replace("_1_", "_2_"): value for key, value in LEO.items()}
    ask_with(browser, 2, **LEO, **{**mia, "person_2_name": "Mia Delgado"})
    asked_page = browser.path
    page = browser.open(asked_page).text
    assert "Leo Delgado" in page
    assert "May come along" not in page
    (asked,) = desk.waiting()
    desk.answer_access(asked, companions=asked.companions[:1])
    page = browser.open(asked_page).text
    assert page.count("May come along") == 1
    assert page.index("May come along") < page.index("Mia Delgado") < page.index("May not come")
    times = browser.open(f"/people/cook/for-{asked.request_id}").text
    assert "Leo Delgado" in times
    assert "Mia Delgado" not in times


def test_dates_of_birth_of_others_are_not_kept_here(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    ask_with(browser, 1, **LEO)
    with desk.store.read() as connection:
        kept = connection.execute(select(access_requests.c.companions)).scalar_one()
    assert "Leo Delgado" in kept
    assert "2019" not in kept


def test_their_names_leave_with_the_account(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    desk.approve(rosa, companions=(("leo", "Leo Delgado"),))
    browser = desk.signed_in(rosa)
    ask_with(browser, 1, **LEO)
    browser.open("/account/delete")
    browser.send({"password": PASSWORD})
    with desk.store.read() as connection:
        for table in (access_requests, approvals):
            assert connection.execute(select(table.c.companions)).scalar_one() == "[]"
