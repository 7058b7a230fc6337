"""The wall in a real browser, fed with what a terminal's recorder makes."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from ops_console import store
from ops_console.usecases import grant_recordings
from ops_console.web import make_app
from tests.harness.evidence_feed import Feed, feeding, recorded
from tests.harness.officers_desk import LOGIN, NOON, PASSWORD, Desk, officers_desk, served
from tests.harness.recorded_visits import recording_table
from tests.harness.story import CHROMIUM, QUIET
from tests.harness.until import eventually
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause
from visits.signing import KeyRing, SigningKey

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SOON = re.compile(r"^[01]\.\d s$")
CATCHES_UP_MS = 20_000
"""A page that other work kept from its pictures plays a little faster until it is there."""
PLAYING = """([visit, least]) => {
  const videos = [...document.querySelectorAll(`#tile-${visit} video`)];
  return videos.length === 2 && videos.every((it) => it.currentTime > least && it.videoWidth > 0);
}"""


def _is_complaint(said: ConsoleMessage) -> bool:
    """An error, but for the browser's own line about a form that was refused."""
    return said.type == "error" and "status of 409" not in said.text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield chromium
        chromium.close()


@pytest.fixture
def feed(lived_day: Path, tmp_path: Path) -> Iterator[Feed]:
    shutil.copytree(lived_day, tmp_path, dirs_exist_ok=True)
    key = SigningKey.from_pem((tmp_path / "signing.key").read_bytes())
    with feeding(Feed(KeyRing([key.verifying_key]), "riverside", recorded())) as feed:
        yield feed


@pytest.fixture
def desk(feed: Feed, tmp_path: Path) -> Iterator[Desk]:
    table = recording_table(tmp_path, watch_url=feed.url)
    with officers_desk(tmp_path, day=None, recording=table) as desk:
        feed.now = desk.clock.now
        grant_recordings(desk.console)
        yield desk


@pytest.fixture
def page(desk: Desk, feed: Feed, browser: Browser) -> Iterator[Page]:
    """The wall with two visits on it, every complaint of the browser collected."""
    with served(make_app(desk.console)) as address:
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
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
        page.goto("/watch")
        page.get_by_label("Spot check").check()
        feed.ahead_s = NOON.timestamp() - time.time()
        page.get_by_role("button", name="Watch").click()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        yield page
        context.close()
        desk.console.changes.close()
        assert complaints == []


def plays(page: Page, visit: str, least: float = 0.2) -> None:
    page.wait_for_function(PLAYING, arg=[visit, least], timeout=20_000)


def watchers(desk: Desk, visit: str) -> int:
    with desk.console.readers.read() as db:
        return len([it for it in store.supervision.watches_of(db, visit) if not it.ended_at])


def test_every_tile_plays_both_sides_within_a_second_of_now(page: Page, feed: Feed) -> None:
    plays(page, "t07", 2)
    plays(page, "t09", 2)
    assert {it.visit_ids for it in feed.seen} == {("t07",), ("t09",)}
    behind = page.locator("#tile-t07 [data-delay]").first
    expect(behind).to_have_text(SOON, timeout=CATCHES_UP_MS)
    assert page.evaluate("[...document.querySelectorAll('video')].every((it) => it.muted)")


def test_the_delay_that_is_told_does_not_depend_on_how_late_the_script_came(
    page: Page, feed: Feed
) -> None:
    def slowly(route: Route) -> None:
        time.sleep(2)  # a slow line
        route.continue_()

    plays(page, "t07")
    page.route("**/live_picture*", slowly)
    feed.ahead_s = NOON.timestamp() - time.time()
    page.reload()
    plays(page, "t07", 1)
    told = page.locator("#tile-t07 [data-delay]").first
    expect(told).to_have_text(SOON, timeout=CATCHES_UP_MS)


def test_what_comes_no_more_is_dimmed_and_says_how_late_it_is(page: Page, feed: Feed) -> None:
    plays(page, "t07")
    feed.stalled.add("t07")
    picture = page.locator("#tile-t07 .picture").first
    expect(picture).to_have_class(re.compile("late"), timeout=10_000)
    expect(picture.locator("[data-cover]")).to_have_text(re.compile(r"^[2-9] s late$"))
    expect(page.locator("#tile-t09 .picture.late")).to_have_count(0)
    feed.stalled.clear()
    expect(picture).not_to_have_class(re.compile("late"), timeout=10_000)


def test_a_line_that_breaks_is_taken_up_again_as_the_same_watch(
    page: Page, feed: Feed, desk: Desk
) -> None:
    plays(page, "t07")
    before = len(feed.seen)
    feed.drop("t07")
    feed.await_tickets(before + 1)
    plays(page, "t07", 1)
    assert watchers(desk, "t07") == 1


def test_only_the_chosen_visit_is_heard(page: Page) -> None:
    plays(page, "t07")
    page.get_by_role("link", name="Emeka Okafor and Chidi Okafor").click()
    expect(page.get_by_role("heading", name="Emeka Okafor and Chidi Okafor")).to_be_visible()
    muted = "(id) => [...document.querySelectorAll(`#tile-${id} video`)].map((it) => it.muted)"
    assert page.evaluate(muted, "t07") == [False, False]
    assert page.evaluate(muted, "t09") == [True, True]
    page.get_by_role("button", name="Sound is on").click()
    assert page.evaluate(muted, "t07") == [True, True]


def test_a_word_to_both_leaves_the_pictures_running(page: Page, desk: Desk) -> None:
    plays(page, "t07")
    page.evaluate("window.stillTheSamePage = document.querySelector('#tile-t07 video')")
    page.get_by_role("link", name="Emeka Okafor and Chidi Okafor").click()
    page.get_by_label("Or in your words").fill("Please sit down.")
    page.get_by_role("button", name="Warn both").click()
    expect(page.get_by_text("Both sides read it now.")).to_be_visible()
    with desk.console.readers.read() as db:
        assert store.supervision.supervision(db, "t07").notice == "Please sit down."
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#tile-t07").get_by_text("Paused")).to_be_visible()
    page.get_by_text("End this visit").click()
    page.get_by_role("button", name="End the visit now").click()
    expect(page.get_by_text("Write the reason first.")).to_be_visible()
    same = "document.querySelector('#tile-t07 video') === window.stillTheSamePage"
    assert page.evaluate(same)


def test_a_visit_that_ends_leaves_the_wall_and_one_that_begins_joins_it(
    page: Page, desk: Desk
) -> None:
    plays(page, "t07")
    page.evaluate("window.stillTheSamePage = document.querySelector('#tile-t09 video')")
    desk.happens("t07", VisitEvent.END, Actor.INMATE, Cause.INMATE_HUNG_UP)
    expect(page.locator("#tile-t07")).to_have_count(0)
    desk.happens("t10", VisitEvent.CONNECT, Actor.KIOSK)
    expect(page.locator("#tile-t10")).to_be_visible()
    plays(page, "t10")
    assert page.evaluate("document.querySelector('#tile-t09 video') === window.stillTheSamePage")


def test_a_page_that_is_left_watches_no_more(page: Page, desk: Desk) -> None:
    plays(page, "t07")
    assert watchers(desk, "t07") == 1
    page.goto("/today")
    eventually(lambda: watchers(desk, "t07") == 0, "the page says that it left")


def test_a_page_that_stays_says_so_every_ten_seconds(page: Page, desk: Desk) -> None:
    plays(page, "t07")
    desk.clock.at += timedelta(seconds=20)
    with page.expect_response("**/watch/still", timeout=15_000):
        pass
    with desk.console.readers.read() as db:
        (watch,) = store.supervision.watches_of(db, "t07")
    assert watch.last_seen_at == desk.clock.now()
