"""The player in a real browser, over parts as a terminal's recorder makes them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from ops_console import store
from ops_console.web import make_app
from tests.harness.evidence_answers import Answers, answering
from tests.harness.evidence_feed import recorded
from tests.harness.officers_desk import LOGIN, PASSWORD, Desk, officers_desk, served
from tests.harness.recorded_day import was_recorded
from tests.harness.recorded_visits import recording_table
from tests.harness.story import CHROMIUM, QUIET
from visits.signing import KeyRing, SigningKey

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BOTH = """(least) => {
  const videos = [...document.querySelectorAll("#player video")];
  return videos.every((it) => it.currentTime > least && it.videoWidth > 0 && !it.paused)
    && Math.abs(videos[0].currentTime - videos[1].currentTime) < 0.15;
}"""

READY = """async ([until, at]) => {
  const { src } = document.querySelector("script[src*='player']");
  const { Track } = await import(new URL("track.js", src));
  const buffered = { length: 1, start: () => 0, end: () => until };
  const figure = { dataset: {}, querySelector: () => ({ buffered }) };
  const chunks = [{ from: 0, to: 6 }, { from: 6, to: 12.02 }, { from: 17, to: 29 }];
  return new Track(figure, chunks, () => null).ready(at);
}"""
"""Whether a side that was recorded until 12.02 plays on at a moment, with so much at hand."""

NOTHING_TO_DRAW_FOR = """
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  let looks = 0;
  CanvasRenderingContext2D.prototype.drawImage = function (...asked) {
    looks += 1;
    if (looks > %d) draw.apply(this, asked);
  };
"""
"""As a video does that said too early that it has a picture."""

SEEN_IN_THUMBNAILS = """() => [...document.querySelectorAll("[data-thumbnails] button")].map((it) =>
  [...it.querySelectorAll("canvas")].map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let bright = 0;
    for (let n = 0; n < data.length; n += 4) bright += data[n] + data[n + 1] + data[n + 2] > 60;
    return [(100 * bright * 4) / data.length, canvas.title];
  }))"""
"""How many per cent of each picture are not dark, and what it says of itself."""


def _is_complaint(said: ConsoleMessage) -> bool:
    """An error, but for the browser's own line about a ticket that lapsed."""
    return said.type == "error" and "status of 403" not in said.text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield chromium
        chromium.close()


@pytest.fixture
def answers(lived_day: Path, tmp_path: Path) -> Iterator[Answers]:
    shutil.copytree(lived_day, tmp_path, dirs_exist_ok=True)
    key = SigningKey.from_pem((tmp_path / "signing.key").read_bytes())
    with answering(Answers(KeyRing([key.verifying_key]), "riverside")) as answers:
        yield answers


@pytest.fixture
def desk(answers: Answers, tmp_path: Path) -> Iterator[Desk]:
    table = recording_table(tmp_path, watch_url=answers.url.replace("http", "ws"))
    with officers_desk(tmp_path, day=None, recording=table) as desk:
        answers.now = desk.clock.now
        answers.kept = was_recorded(desk, "t01", recorded(seconds=12.0), times=2)
        yield desk


@pytest.fixture
def page(desk: Desk, browser: Browser) -> Iterator[Page]:
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
        open_player(page)
        yield page
        context.close()
        desk.console.changes.close()
        assert complaints == []


def open_player(page: Page) -> None:
    page.goto("/recordings")
    page.get_by_role("link", name="Mon Nov 23, 09:00").first.click()
    page.get_by_label("Investigation").check()
    page.get_by_role("button", name="Play").click()


def place(page: Page, seconds: float) -> None:
    expect(page.locator("[data-place]")).to_contain_text("of 0:29")
    page.evaluate(
        "(at) => { const bar = document.querySelector('[data-seek]'); bar.value = at;"
        " bar.dispatchEvent(new Event('input')); }",
        seconds,
    )


def small_pictures(page: Page) -> list[list[tuple[float, str]]]:
    """Of each place both sides: how much of it is not dark, and why nothing is there."""
    expect(page.locator("[data-thumbnails] canvas")).to_have_count(16, timeout=20_000)
    seen = page.evaluate(SEEN_IN_THUMBNAILS)
    return [[(bright, why) for bright, why in place] for place in seen]


def test_both_sides_play_together_and_every_part_is_judged(page: Page) -> None:
    expect(page.get_by_text("Every part is whole and is what the terminal stated.")).to_be_visible()
    expect(page.get_by_text("Whole and unaltered")).to_have_count(2)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(BOTH, arg=1.0, timeout=20_000)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_the_second_part_stands_where_the_wall_clock_had_it_and_the_gap_is_passed(
    page: Page,
) -> None:
    expect(page.locator("[data-place]")).to_have_text("0:00 of 0:29")
    page.get_by_role("button", name="Play").click()
    place(page, 11)
    page.wait_for_function(BOTH, arg=17.2, timeout=20_000)
    expect(page.locator("[data-wall]")).to_have_text("09:00:17")


def test_the_end_of_a_part_is_not_waited_for_where_its_last_picture_ends_before_it(
    page: Page,
) -> None:
    for at in (11.9, 11.97, 11.9999995, 12.0, 12.019):
        assert page.evaluate(READY, [11.999999, at]), at
    for until, at in ((5.9, 5.95), (5.9, 8.0), (11.5, 11.9)):
        assert not page.evaluate(READY, [until, at]), "what is still to come is waited for"


def test_a_place_in_the_middle_is_entered_at_the_keyframe_before_it(page: Page) -> None:
    place(page, 24.5)
    seen = (
        "() => [...document.querySelectorAll('#player video')].every((it) =>"
        " Math.abs(it.currentTime - 24.5) < 0.1 && it.readyState >= 2)"
    )
    page.wait_for_function(seen, timeout=20_000)


def test_small_pictures_of_both_sides_lead_to_their_place(page: Page) -> None:
    seen = small_pictures(page)
    # Nothing was recorded from 12 to 17 seconds, where the fourth and fifth of eight stand.
    wanted = [column not in (3, 4) for column in range(8)]
    assert [min(bright for bright, _ in column) > 50 for column in seen] == wanted, seen
    assert [{why for _, why in column} == {""} for column in seen] == wanted, seen
    page.get_by_role("button", name="Go to 09:00:23").click()
    expect(page.locator("[data-place]")).to_have_text("0:23 of 0:29")


def test_a_small_picture_is_waited_for_where_the_video_has_none_to_draw_yet(page: Page) -> None:
    page.add_init_script(NOTHING_TO_DRAW_FOR % 5)
    open_player(page)
    assert min(bright for bright, _ in small_pictures(page)[0]) > 50


def test_a_small_picture_that_never_comes_says_so(page: Page) -> None:
    page.add_init_script(NOTHING_TO_DRAW_FOR % 40)
    open_player(page)
    (first, why), (second, _) = (place[-1] for place in small_pictures(page)[:2])
    assert (first, why) == (0, "No picture came"), "the first one that is asked for"
    assert second > 50, "the others come"


def test_twice_the_speed_takes_half_the_time(page: Page) -> None:
    page.get_by_label("Speed").select_option("2")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(BOTH, arg=1.0, timeout=20_000)
    rates = page.evaluate(
        "[...document.querySelectorAll('#player video')].map((it) => it.playbackRate)"
    )
    assert all(1.8 <= rate <= 2.2 for rate in rates)


def test_a_note_at_this_moment_becomes_a_mark_that_leads_there(page: Page, desk: Desk) -> None:
    place(page, 8)
    expect(page.locator("[data-place]")).to_have_text("0:08 of 0:29")
    page.get_by_placeholder("Note at this moment").fill("A letter")
    page.get_by_role("button", name="Keep the note").click()
    mark = page.get_by_role("button", name="09:00:08 A letter (you)")
    expect(mark).to_be_visible()
    place(page, 20)
    mark.click()
    expect(page.locator("[data-place]")).to_have_text("0:06 of 0:29")
    with desk.console.readers.read() as db:
        (note,) = store.supervision.notes_of(db, "t01")
    assert note.text == "A letter"


def test_a_ticket_that_lapsed_is_renewed_and_put_down(
    page: Page, desk: Desk, answers: Answers
) -> None:
    expect(page.get_by_text("Every part is whole")).to_be_visible()
    desk.clock.at += timedelta(minutes=16)
    place(page, 24)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(BOTH, arg=24.2, timeout=20_000)
    with desk.console.readers.read() as db:
        played = [it for it in store.audit.about(db, "visit", "t01") if it.verb == "play"]
    assert len(played) >= 2


def test_a_part_that_is_not_what_was_stated_is_called_so(
    page: Page, desk: Desk, answers: Answers
) -> None:
    one, _ = answers.kept
    small_pictures(page)  # Nothing is asked for any more when one of both is taken away.
    answers.kept = [type(one)(one.recording_id, one.began_at, one.parts, "cd" * 32)]
    page.reload()
    page.get_by_label("Investigation").check()
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_text("Not what the terminal stated")).to_be_visible()
    expect(page.get_by_text("Missing")).to_be_visible()
