"""An officer watches four visits: warns one and ends it, pauses one, and sees which comes late.

Two of the visits are whole: a kiosk's program, a call, and the visitor's browser. Two cores carry
no four of these beside a wall of eight pictures, so the other two terminals are stand-ins: they
speak the kiosk's protocol to the real broker, console and evidence process, with the real recorder
and upload, but have no screen, no call and no visitor's page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.harness.four_visits import PAIRS, Meeting, four_visits_stage, meet
from tests.harness.people import Officer
from tests.harness.stand_in import StandIn, standing_in
from tests.harness.story import Stage
from tests.harness.until import eventually

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

MATEO, TYRONE, SAMIR, PETER = PAIRS
MOST_BEHIND_S = 1.5
"""On a machine with nothing else to do it is under half a second."""
WORDS, WHY, REASON = "Please sit down.", "Count is running.", "Rules were broken"
MOVING = """([id, since]) => {
  const videos = [...document.querySelectorAll(`#tile-${id} video`)];
  return videos.length === 2 && videos.every((it, n) => it.currentTime > since[n] + 1);
}"""
TIMES = "(id) => [...document.querySelectorAll(`#tile-${id} video`)].map((it) => it.currentTime)"
MUTED = "(id) => [...document.querySelectorAll(`#tile-${id} video`)].map((it) => it.muted)"


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with four_visits_stage(tmp_path_factory.mktemp("four")) as stage:
        yield stage


def says(words: str) -> Callable[[dict[str, Any]], bool]:
    return lambda state: any(words in text for text in state["texts"])


def test_an_officer_watches_four_visits_warns_one_pauses_one_and_ends_one(jail: Stage) -> None:
    jail.move_time_to("15:00:01")
    stands = {it.terminal_id: it.visit_id for it in (SAMIR, PETER)}
    with standing_in(jail.appliance, stands) as stand_ins:
        warned, paused = meet(jail, MATEO), meet(jail, TYRONE)
        reyes = jail.officer()
        reyes.sign_in()
        _watches_all_four(reyes)
        _only_the_chosen_one_is_heard(reyes.page)
        _both_read_a_warning(reyes.page, warned)
        _both_read_why_it_is_paused(reyes.page, paused)
        _what_comes_late_says_so(reyes.page, stand_ins[PETER.terminal_id])
        _both_are_told_that_it_is_ended(reyes.page, warned)
        assert [one.failed for one in stand_ins.values()] == [[], []]
    _the_record_names_watcher_and_purpose(reyes)
    assert jail.appliance.verify_audit() == 0


def _watches_all_four(reyes: Officer) -> None:
    """Eight pictures that move, each saying by how much it is behind, and none to be heard."""
    wall = reyes.page
    wall.goto(f"{reyes.console}/watch")
    wall.get_by_label("Safety concern").check()
    wall.get_by_role("button", name="Watch").click()
    expect(wall.locator("article.tile")).to_have_count(4)
    for pair in PAIRS:
        _moves(wall, pair.visit_id)
        assert wall.evaluate(MUTED, pair.visit_id) == [True, True]
        _is_soon_no_further_behind(wall, pair.visit_id)


def _moves(wall: Page, visit_id: str) -> None:
    wall.wait_for_function(MOVING, arg=[visit_id, [0, 0]], timeout=30_000)
    since = wall.evaluate(TIMES, visit_id)
    wall.wait_for_function(MOVING, arg=[visit_id, since], timeout=15_000)


def _is_soon_no_further_behind(wall: Page, visit_id: str) -> None:
    """A picture that began late, since four began at once, plays faster until it is near."""
    eventually(
        lambda: _behind_s(wall, visit_id) <= MOST_BEHIND_S, f"{visit_id} to be near", within_s=20.0
    )


def _behind_s(wall: Page, visit_id: str) -> float:
    """The least that either picture of a tile is said to be behind, once both say it."""
    said = wall.locator(f"#tile-{visit_id} [data-delay]")
    for number in range(2):
        expect(said.nth(number)).to_have_text(re.compile(r"^\d+\.\d s$"), timeout=15_000)
    return min(float(text.split()[0]) for text in said.all_inner_texts() if text)


def _only_the_chosen_one_is_heard(wall: Page) -> None:
    _choose(wall, MATEO.names)
    assert wall.evaluate(MUTED, MATEO.visit_id) == [False, False]
    for other in (TYRONE, SAMIR, PETER):
        assert wall.evaluate(MUTED, other.visit_id) == [True, True]
    expect(wall.locator("#panel")).to_contain_text("Watched by Sgt. M. Reyes.")


def _choose(wall: Page, names: str) -> None:
    wall.locator(".tile").get_by_role("link", name=names).click()
    expect(wall.locator("#panel").get_by_role("heading", name=names)).to_be_visible()


def _both_read_a_warning(wall: Page, warned: Meeting) -> None:
    wall.get_by_label("Or in your words").fill(WORDS)
    wall.get_by_role("button", name="Warn both").click()
    warned.kiosk.until("the warning", says(WORDS))
    expect(warned.visitor.page.locator("#hint")).to_contain_text(WORDS, timeout=15_000)


def _both_read_why_it_is_paused(wall: Page, paused: Meeting) -> None:
    _choose(wall, TYRONE.names)
    wall.get_by_label("Stop it for a while").fill(WHY)
    wall.get_by_role("button", name="Pause").click()
    paused.kiosk.until("the pause", says(WHY))
    page = paused.visitor.page
    expect(page.locator("#headline")).to_have_text("An officer has paused the visit")
    expect(page.locator("#detail")).to_contain_text(WHY)
    expect(wall.locator(f"#tile-{TYRONE.visit_id}").get_by_text("Paused")).to_be_visible()
    _moves(wall, MATEO.visit_id)


def _what_comes_late_says_so(wall: Page, late: StandIn) -> None:
    """No face stands still and looks live; once it goes on, so does the tile."""
    tile = wall.locator(f"#tile-{late.visit_id}")
    late.recording.clear()
    expect(tile.locator(".picture.late")).to_have_count(2, timeout=15_000)
    covers = tile.locator("[data-cover]")
    expect(covers).to_have_text([re.compile(r"^[1-9]\d* s late$")] * 2)
    expect(tile.locator("[data-delay]")).to_have_text(["", ""])
    expect(wall.locator(f"#tile-{SAMIR.visit_id} .picture.late")).to_have_count(0)
    late.recording.set()
    expect(tile.locator(".picture.late")).to_have_count(0, timeout=20_000)
    _moves(wall, late.visit_id)


def _both_are_told_that_it_is_ended(wall: Page, ended: Meeting) -> None:
    _choose(wall, MATEO.names)
    wall.get_by_text("End this visit").click()
    wall.get_by_placeholder("In your words", exact=True).fill(REASON)
    wall.get_by_role("button", name="End the visit now").click()
    ended.kiosk.until_screen("ended")
    ended.kiosk.until("by whom", says("An officer ended the visit"))
    ended.visitor.until_room("ended")
    assert ended.visitor.page.evaluate("document.documentElement.dataset.cause") == "officer-ended"
    expect(wall.locator("article.tile")).to_have_count(3, timeout=15_000)
    expect(wall.locator(f"#tile-{MATEO.visit_id}")).to_have_count(0)


def _the_record_names_watcher_and_purpose(reyes: Officer) -> None:
    history = " ".join(reyes.history(MATEO.visit_id))
    for words in ("Safety concern", WORDS, REASON):
        assert words in history
    reyes.page.goto(f"{reyes.console}/audit?verb=watch")
    lines = reyes.page.locator("#lines tr")
    eventually(lambda: lines.count() == len(PAIRS), "a line for each visit that was watched")
    for line in lines.all():
        expect(line).to_contain_text("Sgt. M. Reyes")
        expect(line).to_contain_text("Safety concern")
