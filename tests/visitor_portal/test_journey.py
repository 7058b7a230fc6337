"""From nothing to "asked", in a real browser on a real portal program; then to "booked"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.harness.broker import Broker
from tests.harness.portal import picture
from tests.harness.portal_process import ConsoleDouble, PortalProcess, running_portal
from tests.harness.until import eventually
from visits.messages import (
    AccessDecided,
    AccessRequested,
    ApprovalState,
    BookingDecided,
    BookingRequested,
    CalendarSlot,
    PublicCalendar,
    Topics,
    VisitState,
)
from visits.model import Refusal, RefusalCode, Slot, VisitStatus

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.slow]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("facility")
    with Broker.provisioned(folder, "cook", {"a1": "unit-a"}) as running:
        yield running


@pytest.fixture(scope="module")
def console(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleDouble]:
    double = ConsoleDouble(broker, tmp_path_factory.mktemp("console"))
    double.start()
    yield double
    double.stop()


@pytest.fixture(scope="module")
def portal(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    with running_portal(broker, tmp_path_factory.mktemp("portal")) as process:
        yield process


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[False, True], ids=["without-script", "with-script"])
def page(
    request: pytest.FixtureRequest, chromium: Browser, portal: PortalProcess
) -> Iterator[Page]:
    """A phone; whatever its script or policy complains about fails the test."""
    context = chromium.new_context(
        base_url=portal.url,
        java_script_enabled=request.param,
        viewport={"width": 360, "height": 740},
        timezone_id="America/New_York",
        locale="en-US",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    # The one answer that is meant to be wrong; browsers note its status.
    assert [one for one in complaints if "422" not in one] == []


def test_from_sign_up_to_asked_and_on_to_the_answer(
    page: Page, console: ConsoleDouble, portal: PortalProcess, tmp_path: Path
) -> None:
    script = _has_script(page)
    email = f"{'with' if script else 'without'}-script@example.org"
    _sign_up(page, email, tmp_path)
    _sign_in(page, email)
    request = _ask_for_access(page, console)
    _approve(console, request)
    _until_shown(page, "You may visit", script=script)
    slots = _publish(console)
    page.get_by_role("link", name="See open times").click()
    eventually(lambda: _offers(page, script=script), "the open times are shown")
    for slot, booked in zip(slots, (True, False), strict=True):
        asked = _book(page, console, slot)
        _decide(console, asked, booked=booked)
        _until_shown(
            page, "Your visit is booked" if booked else "This visit is not booked", script=script
        )
    expect(page.get_by_text("That time is not free.")).to_be_visible()
    if script:
        assert page.evaluate(_OVERFLOW) == 0


_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _has_script(page: Page) -> bool:
    page.goto("/")
    return page.locator("html.has-script").count() == 1


def _sign_up(page: Page, email: str, folder: Path) -> None:
    photo = folder / "id.jpg"
    photo.write_bytes(picture())
    page.get_by_role("link", name="Make an account").click()
    page.get_by_role("link", name="Start now").click()
    onward = page.get_by_role("button", name="Save and continue")
    onward.click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your full name.")
    page.get_by_label("What is your full name?").fill("Rosa Delgado")
    onward.click()
    for part, number in (("Month", "3"), ("Day", "14"), ("Year", "1979")):
        page.get_by_label(part).fill(number)
    onward.click()
    page.get_by_label("What is your home address?").fill("12 Elm Street, Springfield, IL 62701")
    onward.click()
    page.get_by_label("What is your e-mail address?").fill(email)
    onward.click()
    page.get_by_label("Choose a password").fill("quiet river lantern")
    onward.click()
    page.get_by_label("Add a photo of your ID").set_input_files(photo)
    onward.click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.get_by_role("button", name="Make my account").click()


def _sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill("quiet river lantern")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Hello, Rosa Delgado")).to_be_visible()


def _ask_for_access(page: Page, console: ConsoleDouble) -> AccessRequested:
    page.get_by_role("link", name="Ask for access", exact=True).click()
    page.get_by_label("Inmate number").fill("2026-0417")
    page.get_by_label("Their last name").fill("Delgado")
    page.get_by_label("Who are you to this person?").fill("mother")
    page.get_by_role("radio", name="Family").check()
    page.get_by_role("button", name="Send to the facility").click()
    expect(page.get_by_role("heading", name="We have asked the facility")).to_be_visible()
    return console.next(AccessRequested)


def _approve(console: ConsoleDouble, request: AccessRequested) -> None:
    state = ApprovalState(
        approval_id=f"for-{request.request_id}",
        revision=1,
        visitor_id=request.visitor.visitor_id,
        inmate_name="Luis Delgado",
        unit_id="unit-a",
        kinds=(request.kind,),
        active=True,
    )
    console.tell(
        AccessDecided(
            request_id=request.request_id,
            visitor_id=request.visitor.visitor_id,
            approval=state,
            reason="",
            decided_at=datetime.now(UTC),
        )
    )


def _publish(console: ConsoleDouble) -> list[Slot]:
    now = datetime.now(UTC)
    first = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
    slots = [
        Slot(starts_at=at, ends_at=at + timedelta(minutes=30))
        for at in (first, first + timedelta(days=2))
    ]
    calendar = PublicCalendar(
        unit_id="unit-a",
        unit_name="Unit A",
        revision=int(now.timestamp()),
        published_at=now,
        open=tuple(CalendarSlot(slot=slot, places=1) for slot in slots),
    )
    console.free = tuple(slots)
    console.publish(Topics("cook").calendar("unit-a"), calendar)
    return slots


def _offers(page: Page, *, script: bool) -> bool:
    if not script:
        page.reload()
    return page.locator("button.time").count() == 2


def _book(page: Page, console: ConsoleDouble, slot: Slot) -> BookingRequested:
    if "/people/" not in page.url:
        page.goto("/home")
        page.get_by_role("link", name=re.compile("See times")).first.click()
    page.locator(f"#at-{slot.starts_at:%Y%m%dT%H%M}-30").click()
    expect(page.get_by_role("status")).to_contain_text("This time is kept for you until")
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("heading", name="We have asked for this time")).to_be_visible()
    return console.next(BookingRequested)


def _decide(console: ConsoleDouble, asked: BookingRequested, *, booked: bool) -> None:
    taken = Refusal(code=RefusalCode.NO_PLACE_FREE, text="taken")
    state = VisitState(
        visit_id=asked.visit_id,
        revision=1,
        visitor_id=asked.visitor_id,
        approval_id=asked.approval_id,
        kind=asked.kind,
        slot=asked.slot,
        status=VisitStatus.BOOKED if booked else VisitStatus.REFUSED,
        cause=None,
    )
    refusals = () if booked else (taken,)
    console.tell(BookingDecided(visit=state, refusals=refusals, decided_at=datetime.now(UTC)))


def _until_shown(page: Page, heading: str, *, script: bool) -> None:
    """With script the page turns by itself; without, the visitor presses "Look again"."""
    shown = page.get_by_role("heading", name=heading)
    if script:
        expect(shown).to_be_visible(timeout=10_000)
        return

    def look_again() -> bool:
        if shown.count() == 0:
            again = page.get_by_role("link", name="Look again")
            if again.count():
                again.click()
        return shown.count() == 1

    eventually(look_again, heading)
