"""A recorded visit through the whole appliance: noticed, watched, paused, kept and played; and a
private one beside it, of which there is nothing anywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ops_console.evidence.archive import places_in
from tests.harness import story
from tests.harness.story import Stage
from tests.harness.until import eventually

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

PASSWORD = "three odd lanterns"


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("recorded")
    with story.stage(
        folder, console_seed=console_seed(), portal_seed=portal_seed(), records=("social",)
    ) as stage:
        yield stage


def console_seed() -> dict[str, Any]:
    hours = {"week": {"every-day": [["13:00", "20:00"]]}, "visit_minutes": 10}
    seed = story.seed()
    seed["units"] = [{**unit, "hours": hours} for unit in seed["units"]]
    seed["visitors"] = [
        {
            "visitor_id": "rosa",
            "full_name": "Rosa Delgado",
            "born_on": "1979-03-14",
            "address": "12 Elm Street, Alder, IL 62701",
            "email": "rosa@example.org",
        }
    ]
    seed["approvals"] = [{"approval_id": "rosa-mateo", "visitor_id": "rosa", "inmate_id": "mateo"}]
    seed["visits"] = [
        {"visit_id": "the-call", "approval_id": "rosa-mateo", "starts": "today 15:00"}
    ]
    return seed


def portal_seed() -> dict[str, Any]:
    rosa = {
        "id": "rosa",
        "name": "Rosa Delgado",
        "birth_date": "1979-03-14",
        "address": "12 Elm Street, Alder, IL 62701",
        "email": "rosa@example.org",
        "password": PASSWORD,
    }
    return {"visitors": [rosa]}


PLAYING = """() => {
  const videos = [...document.querySelectorAll("#tile-the-call video")];
  return videos.length === 2 && videos.every((it) => it.currentTime > 0.2 && it.videoWidth > 0);
}"""


def says(words: str) -> Callable[[dict[str, Any]], bool]:
    return lambda state: any(words in text for text in state["texts"])


def files_of(appliance: Any) -> list[Path]:
    return sorted(Path(appliance.folder).glob("data/recordings/*/*.recording"))


def told_of(appliance: Any) -> list[tuple[str, int, str]]:
    """What the console's record says of recordings."""
    with closing(sqlite3.connect(Path(appliance.folder) / "data" / "console.db")) as db:
        return db.execute("SELECT recording_id, pieces, last_link FROM recordings").fetchall()


def test_an_ordinary_visit_is_recorded_watched_paused_kept_and_played(jail: Stage) -> None:
    jail.move_time_to("15:00:01")
    rosa, kiosk, appliance = (
        jail.visitor("Rosa Delgado", "rosa@example.org"),
        jail.kiosk,
        jail.appliance,
    )
    rosa.password = PASSWORD
    rosa.sign_in()
    rosa.enter("the-call")
    rosa.until_room("waiting")
    expect(rosa.page.locator("#notice")).to_have_text(
        "This visit will be recorded and may be watched"
    )
    kiosk.log_in(story.MATEO["number"], story.PIN)
    kiosk.until_screen("in-call")
    rosa.until_room("live")
    expect(rosa.page.locator("#notice")).to_have_text("This visit is recorded and may be watched")
    expect(rosa.page.locator(".notice")).to_have_attribute("data-recorded", "yes")
    assert any("recorded and may be watched" in text for text in kiosk.state()["texts"])
    (file,) = eventually(lambda: files_of(appliance), "the recording to arrive", 15)
    size = file.stat().st_size
    eventually(lambda: file.stat().st_size > size + 100_000, "it to grow", 15)

    # An officer watches, says why, and pauses it; both sides read the reason.
    reyes = jail.officer()
    reyes.sign_in()
    wall = reyes.page
    wall.goto(f"{reyes.console}/watch")
    wall.get_by_label("Spot check").check()
    wall.get_by_role("button", name="Watch").click()
    wall.wait_for_function(PLAYING, timeout=30_000)
    kiosk.until("the watcher to be named", says("An officer is watching"), within_s=15)
    expect(rosa.page.locator("#notice")).to_contain_text("An officer is watching", timeout=15_000)
    wall.get_by_role("link", name="Mateo Delgado and Rosa Delgado").click()
    wall.get_by_label("Stop it for a while").fill("Count is running.")
    wall.get_by_role("button", name="Pause").click()
    kiosk.until("the pause", says("Count is running."), within_s=15)
    expect(rosa.page.locator("#headline")).to_have_text("An officer has paused the visit")
    wall.get_by_role("button", name="Let it go on").click()
    eventually(lambda: rosa.seen_marker() == story.KIOSK_MARKER, "the picture again", 15)
    wall.get_by_role("button", name="Stop watching").click()

    # The visit ends; everything is brought over, and is what the terminal stated.
    rosa.page.get_by_role("button", name="End visit").click()
    rosa.page.get_by_role("button", name="End the visit").click()
    kiosk.until_screen("ended")
    spool = Path(appliance.folder) / "data" / "spool"
    eventually(lambda: not list(spool.glob("*")), "the terminal's disk to be empty", 20)
    told = eventually(lambda: told_of(appliance), "the terminal's word on it at the console", 15)
    opening, places, chain = places_in(file)
    assert told == [(opening.recording_id, len(places) + 1, chain.last_link)]
    assert chain.ended
    assert appliance.verify_audit() == 0

    wall.goto(f"{reyes.console}/recordings/the-call")
    wall.get_by_label("Investigation").check()
    wall.get_by_role("button", name="Play").click()
    expect(wall.get_by_text("Every part is whole and is what the terminal stated.")).to_be_visible()
    wall.get_by_role("button", name="Play").click()
    wall.wait_for_function(
        "() => [...document.querySelectorAll('video')].every((it) => it.currentTime > 1)",
        timeout=20_000,
    )
