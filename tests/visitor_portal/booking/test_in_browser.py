"""The pages of booking in Chromium: what script adds, and that nothing needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.harness.portal import NOON, PASSWORD, PortalDesk, half_hour
from tests.harness.portal_states import NEVER, TAKEN, UNTOLD, furnish, served
from tests.harness.rosa import TIMES, Rosa
from visits.messages import (
    AccessRequested,
    BookingRequested,
    HoldRequested,
    TimeOffered,
    TimesAsked,
    WaitingChanged,
    WaitingRequested,
    WaitingState,
)
from visits.model import Standing, VisitChannel

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"]
NARROW = 320
"""CSS pixels: the narrowest telephone, and any page at 400 % (WCAG 2.2, 1.4.10)."""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def signed_in(
    chromium: Browser, desk: PortalDesk, *, script: bool = True, language: str = "en-US"
) -> Iterator[Page]:
    """Rosa's telephone; whatever its script or the policy complains about fails the test."""
    with served(desk) as url:
        context = chromium.new_context(
            base_url=url,
            java_script_enabled=script,
            viewport={"width": NARROW, "height": 700},
            timezone_id="America/New_York",
            locale=language,
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.extend([said.text] * (said.type == "error")))
        page.goto("/sign-in")
        page.fill("#email", "rosa@example.org")
        page.fill("#password", PASSWORD)
        page.locator("main form button:not([type=button])").click()
        yield page
        context.close()
    assert complaints == []


@pytest.fixture
def rosa(desk: PortalDesk) -> Rosa:
    rosa = Rosa(desk, companions=(("leo", "Leo Delgado"), ("mia", "Mia Delgado")))
    both = (VisitChannel.REMOTE, VisitChannel.IN_PERSON)
    desk.open_times(NOON + timedelta(hours=3), revision=2, channels=both)
    return rosa


def test_a_choice_changes_the_times_below_it_and_the_address(rosa: Rosa, chromium: Browser) -> None:
    desk = rosa.desk
    with signed_in(chromium, desk) as page:
        page.goto(TIMES)
        expect(page.locator("button.time")).to_have_count(2)
        expect(page.get_by_role("button", name="Show times")).to_be_hidden()
        desk.answer_with(half_hour(NOON + timedelta(hours=6)))
        page.get_by_role("radio", name="At the facility, in person").check()
        expect(page.locator("button.time")).to_have_count(1)
        desk.answer_with(*(half_hour(NOON + timedelta(hours=hour)) for hour in range(5, 10)))
        page.get_by_role("checkbox", name="Mia Delgado").check()
        expect(page.locator("button.time")).to_have_count(5)
        expect(page).to_have_url(re.compile(r"channel=in-person.*with=mia"))
        assert page.evaluate("document.activeElement.id") == "with-mia"
        page.reload()
        expect(page.get_by_role("checkbox", name="Mia Delgado")).to_be_checked()
    asked = desk.facility.line.asked(TimesAsked)[-1]
    assert (asked.channel, asked.companions) == (VisitChannel.IN_PERSON, ("mia",))


def test_a_choice_needs_no_script(rosa: Rosa, chromium: Browser) -> None:
    with signed_in(chromium, rosa.desk, script=False) as page:
        page.goto(TIMES)
        page.get_by_role("radio", name="At the facility, in person").check()
        page.get_by_role("checkbox", name="Leo Delgado").check()
        page.get_by_role("button", name="Show times").click()
        page.locator("button.time").first.click()
        expect(page.get_by_text("Rosa Delgado, with Leo Delgado")).to_be_visible()
        expect(page.get_by_role("status")).to_contain_text("This time is kept for you until")
        expect(page.get_by_text("minutes left")).to_be_hidden()
        page.get_by_role("button", name="Book this visit").click()
        expect(page.get_by_role("heading", name="We have asked for this time")).to_be_visible()
    assert rosa.last(BookingRequested).companions == ("leo",)


def test_times_change_by_themselves_while_the_page_is_open(rosa: Rosa, chromium: Browser) -> None:
    desk = rosa.desk
    with signed_in(chromium, desk) as page:
        page.goto(TIMES)
        expect(page.locator("button.time")).to_have_count(2)
        desk.answer_with(half_hour(NOON + timedelta(hours=6)))
        desk.open_times(NOON + timedelta(hours=6), revision=3)
        expect(page.locator("button.time")).to_have_count(1)
        # A list that is being chosen from is not pulled away.
        page.locator("#last_day").focus()
        page.locator("#last_day").select_option("2026-12-01")
        desk.answer_with()
        with page.expect_response(lambda answer: "x-fragment" in answer.request.headers):
            desk.open_times(revision=4)
        expect(page.locator("button.time")).to_have_count(1)
        page.locator("#last_day").blur()
        expect(page.locator("button.time")).to_have_count(0)
        expect(page.locator("#last_day")).to_have_value("2026-12-01")


def test_published_times_turn_into_exact_ones_as_soon_as_the_facility_answers(
    rosa: Rosa, chromium: Browser
) -> None:
    rosa.desk.facility.line.hears = lambda _notice: None
    with signed_in(chromium, rosa.desk) as page:
        page.goto(TIMES)
        expect(page.get_by_text("Some of these may be taken already")).to_be_visible()
        rosa.desk.answer_with(*(half_hour(NOON + timedelta(hours=hour)) for hour in range(5, 9)))
        expect(page.locator("button.time")).to_have_count(4)
        expect(page.get_by_text("Some of these may be taken already")).to_be_hidden()


def test_what_is_left_is_counted_down_and_the_page_turns_at_the_end(
    rosa: Rosa, chromium: Browser
) -> None:
    with signed_in(chromium, rosa.desk) as page:
        page.clock.install()
        page.goto(TIMES)
        page.locator("button.time").first.click()
        left, held = page.locator("[data-kept-until]"), rosa.last(HoldRequested)
        expect(left).to_have_text("10 minutes left")
        page.clock.fast_forward("08:30")
        expect(left).to_have_text("2 minutes left")
        page.clock.fast_forward("01:00")
        expect(left).to_have_text("Less than a minute left")
        rosa.desk.clock.advance(timedelta(minutes=10))
        page.clock.fast_forward("00:31")
        expect(
            page.get_by_text("The minutes for which this time was kept are over.")
        ).to_be_visible()
        page.get_by_role("button", name="Ask for this time").click()
        expect(page.get_by_role("heading", name="We have asked for this time")).to_be_visible()
    assert rosa.last(BookingRequested).visit_id == held.visit_id


def test_two_presses_in_a_row_keep_one_time(rosa: Rosa, chromium: Browser) -> None:
    with signed_in(chromium, rosa.desk) as page:
        page.goto(TIMES)
        page.locator("button.time").first.dblclick()
        expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    assert len(rosa.put(HoldRequested)) == 1


def test_an_answer_that_comes_later_turns_the_page(rosa: Rosa, chromium: Browser) -> None:
    rosa.desk.facility.post.fetches = lambda: None
    with signed_in(chromium, rosa.desk) as page:
        page.goto(TIMES)
        page.locator("button.time").first.click()
        expect(page.get_by_text("We could not keep this time for you.")).to_be_visible()
        rosa.desk.decide_hold(rosa.last(HoldRequested))
        expect(page.get_by_text("This time is kept for you until")).to_be_visible()


def test_a_time_that_comes_free_appears_at_home_and_is_taken(rosa: Rosa, chromium: Browser) -> None:
    desk = rosa.desk
    with signed_in(chromium, desk) as page:
        page.goto(TIMES)
        page.get_by_role("button", name="Tell me when a time comes free").click()
        expect(page.get_by_role("heading", name="Waiting lists")).to_be_visible()
        asked = rosa.last(WaitingRequested)
        desk.deliver(WaitingChanged(waiting=offered(asked), at=NOON))
        expect(page.get_by_role("heading", name="A time came free")).to_be_visible()
        expect(page.get_by_text("It is kept for you until 4:10")).to_be_visible()
        page.get_by_role("button", name="Book this time").click()
        expect(page.get_by_role("heading", name="We have asked for this time")).to_be_visible()
    assert rosa.last(BookingRequested).visit_id == "offered"


def offered(asked: WaitingRequested) -> WaitingState:
    return WaitingState(
        waiting_id=asked.waiting_id,
        revision=1,
        visitor_id=asked.visitor_id,
        approval_id=asked.approval_id,
        kind=asked.kind,
        first_day=asked.first_day,
        last_day=asked.last_day,
        standing=Standing.OFFERED,
        offer=TimeOffered(
            visit_id="offered",
            slot=half_hour(NOON + timedelta(days=1)),
            held_until=NOON + timedelta(hours=4, minutes=10),
        ),
    )


@pytest.mark.parametrize("script", [False, True], ids=["without-script", "with-script"])
def test_people_who_come_along_are_named_one_after_the_other(
    desk: PortalDesk, chromium: Browser, script: bool
) -> None:
    desk.visitor()
    with signed_in(chromium, desk, script=script) as page:
        page.goto("/ask")
        page.get_by_label("Inmate number").fill("2026-0417")
        page.get_by_role("button", name="Add a person").click()
        for number, name in ((1, "Leo Delgado"), (2, "Mia Delgado")):
            row = page.get_by_role("group", name=f"Person {number}")
            expect(row.get_by_label("Full name")).to_be_focused()
            row.get_by_label("Full name").fill(name)
            for part, text in (("Month", "4"), ("Day", "2"), ("Year", "2019")):
                row.get_by_label(part).fill(text)
            row.get_by_label("Who are they to the inmate?").fill("child")
            if number == 1:
                page.get_by_role("button", name="Add another person").click()
        page.get_by_label("Their last name").fill("Delgado")
        page.get_by_label("Who are you to this person?").fill("mother")
        page.get_by_role("radio", name="Family").check()
        page.get_by_label("Their last name").press("Enter")
        expect(page.get_by_role("heading", name="We have asked the facility")).to_be_visible()
    (asked,) = desk.waiting()
    assert isinstance(asked, AccessRequested)
    assert asked.inmate_number == "2026-0417"
    assert [one.full_name for one in asked.companions] == ["Leo Delgado", "Mia Delgado"]


@pytest.mark.parametrize("language", ["en-US", "es-US"])
def test_no_page_is_wider_than_the_narrowest_telephone(
    desk: PortalDesk, chromium: Browser, language: str
) -> None:
    furnish(desk)
    with signed_in(chromium, desk, language=language) as page:
        for path in ("/home", "/ask", *(f"/people/cook/{one}" for one in ("approval-1", NEVER))):
            page.goto(path)
            assert page.evaluate(_OVERFLOW) == 0, path
        for approval in ("approval-1", UNTOLD, TAKEN):
            page.goto(f"/people/cook/{approval}")
            with page.expect_navigation():  # what is measured is the answer, not the page before
                page.locator("button.time").first.click()
            assert page.evaluate(_OVERFLOW) == 0, approval
        for link in _visits(page):
            page.goto(link)
            assert page.evaluate(_OVERFLOW) == 0, link


def _visits(page: Page) -> list[str]:
    page.goto("/home")
    links = page.locator("main a[href^='/visits/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    assert len(links) > 5
    return sorted(set(links))
