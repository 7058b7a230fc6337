"""Pages that stay current while they are open, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from ops_console.web.access.rows import REFUSAL_REASONS
from ops_console.web.sessions import IDLE_LIMIT
from tests.harness.officers_desk import LOGIN, PASSWORD, Desk, served
from visits.lifecycle import Actor, VisitEvent

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)

pytestmark = pytest.mark.browser


def _is_complaint(said: ConsoleMessage) -> bool:
    """An error, but for the browser's own lines about a form that came back with its faults and
    a session that is over."""
    answered = ("status of 422", "status of 401")
    return said.type == "error" and not any(one in said.text for one in answered)


def words_for(reason: str) -> str:
    return next(it.words for it in REFUSAL_REASONS if it.name == reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(ARGUMENTS)
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(app: FastAPI, desk: Desk, browser: Browser) -> Iterator[Page]:
    """Today's page, live, with every complaint of the browser collected."""
    with served(app) as address:
        context = browser.new_context(
            base_url=address, viewport={"width": 1280, "height": 700}, locale="en-US"
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if _is_complaint(said) else None,
        )
        page.goto("/sign-in")
        page.get_by_label("Log-in name").fill(LOGIN)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        yield page
        context.close()
        desk.console.changes.close()
        assert complaints == []


def test_today_changes_without_reloading_and_keeps_the_officers_place(
    page: Page, desk: Desk
) -> None:
    page.evaluate("window.stillTheSamePage = true")
    row = page.get_by_role("row", name="Marcus Young").filter(has_text="14:15")
    expect(row).to_contain_text("Booked")
    later = page.get_by_role("link", name="15:30 to 16:00")
    later.focus()
    place = page.evaluate("window.scrollY")
    assert place > 0
    desk.happens("t11", VisitEvent.CHECK_IN, Actor.INMATE)
    expect(row).to_contain_text("Checked in")
    expect(page.get_by_text("Not checked in: Marcus Young")).to_have_count(0)
    assert page.evaluate("window.stillTheSamePage")
    expect(later).to_be_focused()
    assert abs(page.evaluate("window.scrollY") - place) < 120


def test_a_new_visit_comes_into_its_place_in_time(page: Page, desk: Desk) -> None:
    desk.happens("t09", VisitEvent.CONNECT, Actor.KIOSK)
    expect(page.get_by_text("Visit interrupted: Samir Haddad")).to_have_count(0)
    expect(page.locator("#summary")).to_contain_text("3 in progress")
    times = page.locator("#board th a").all_inner_texts()
    assert times == sorted(times)


def test_j_and_k_move_through_the_visits_and_enter_opens_one(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("#board th a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="History")).to_be_visible()


def test_words_that_an_officer_is_writing_are_left_alone(page: Page, desk: Desk) -> None:
    page.goto("/visits/t10")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.get_by_label("In your words").fill("The inmate feels")
    desk.happens("t10", VisitEvent.CONNECT, Actor.KIOSK)
    expect(page.locator("#headline")).to_contain_text("In progress")
    expect(page.get_by_label("In your words")).to_have_value("The inmate feels")


def test_a_reason_fills_in_its_words_and_leaves_the_officers_own(page: Page) -> None:
    page.goto("/access/r1")
    words = page.get_by_label("What the visitor will read")
    page.get_by_label("The photo cannot be read").check()
    expect(words).to_have_value(words_for("The photo cannot be read"))
    page.get_by_label("The ID is out of date").check()
    expect(words).to_have_value(words_for("The ID is out of date"))
    words.fill("Please call us.")
    page.get_by_label("The photo cannot be read").check()
    expect(words).to_have_value("Please call us.")


def test_an_open_page_shows_when_its_session_is_over(page: Page, desk: Desk) -> None:
    desk.clock.elapsed += IDLE_LIMIT.total_seconds() + 1
    desk.clock.at += timedelta(seconds=1)
    desk.console.changes.publish("visits")
    expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()


def test_the_editor_numbers_its_lines_and_leads_to_each_fault(page: Page) -> None:
    page.goto("/rules/edit")
    text = page.get_by_label("The file")
    lines = text.input_value().split("\n")
    expect(page.locator("[data-gutter]")).to_have_text(
        "\n".join(str(number + 1) for number in range(len(lines))), use_inner_text=True
    )
    lines[40] = "  lenght: 30"
    text.fill("\n".join(lines))
    with page.expect_response("**/rules/edit"):
        page.get_by_role("button", name="Check").click()
    page.get_by_role("link", name="Line 41").first.click()
    found = page.evaluate(
        "() => { const it = document.activeElement;"
        " return it.value.slice(it.selectionStart, it.selectionEnd); }"
    )
    assert found == "  lenght: 30"


def test_what_is_typed_is_there_again_when_the_page_was_left_without_sending(page: Page) -> None:
    page.goto("/rules/edit")
    text = page.get_by_label("The file")
    text.press("Control+End")
    text.press_sequentially("# half a thought")
    page.goto("/today")
    page.goto("/rules/edit")
    expect(text).not_to_have_value(re.compile("half a thought"))
    page.get_by_role("button", name="Put it back").click()
    expect(text).to_have_value(re.compile("half a thought$"))
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("No fault found.")).to_be_visible()
    expect(page.get_by_role("button", name="Put it back")).to_be_hidden()


def test_a_week_is_changed_with_the_keyboard_alone(page: Page, desk: Desk) -> None:
    page.goto("/hours/unit-c")
    page.get_by_label("Length of a visit").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hours of Unit C: what would change")).to_be_visible(
        timeout=30_000
    )
    page.get_by_label("Why?").focus()
    page.keyboard.type("Shorter visits")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The hours of Unit C are changed.")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Length of a visit")).to_have_value("25")
