"""A recorded visit through the whole appliance: noticed, watched, paused, kept, played, exported
for a defence attorney, held, and purged by two officers."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from ops_console.evidence.archive import places_in
from ops_console.provision import public_keys
from tests.harness import story
from tests.harness.story import Stage
from tests.harness.until import eventually

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

PASSWORD = "three odd lanterns"
STONE_PASSWORD = "evening-count-1900"


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("recorded")
    with story.stage(
        folder, console_seed=console_seed(), portal_seed=portal_seed(), records=("social",)
    ) as stage:
        yield stage


def console_seed() -> dict[str, Any]:
    hours = {"week": {"every-day": [["13:00", "20:00"]]}, "visit_minutes": 10}
    seed = story.with_rosa(story.seed())
    seed["units"] = [{**unit, "hours": hours} for unit in seed["units"]]
    seed["officers"] = [
        *seed["officers"],
        {
            "officer_id": "officer-stone",
            "login": "stone",
            "name": "Lt. A. Stone",
            "password": STONE_PASSWORD,
            "custodian": True,
        },
    ]
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


def test_an_ordinary_visit_is_recorded_watched_kept_played_exported_and_purged(
    jail: Stage, tmp_path: Path
) -> None:
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
    spool = Path(appliance.folder) / "data" / "kiosk-a1" / "spool"
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

    export = _exported(wall, tmp_path)
    checked = _checked_by_a_stranger(
        export, public_keys(Path(appliance.folder) / "keys").console_key
    )
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    _held_and_purged_by_two(jail, wall)
    assert not file.exists()
    assert appliance.verify_audit() == 0


def _exported(page: Page, folder: Path) -> Path:
    page.get_by_label("What do you export it for?").select_option("Court or attorney request")
    page.get_by_role("button", name="Export").click()
    ready = page.get_by_text("Ready. All that the terminal recorded is in the file.")
    expect(ready).to_be_visible(timeout=60_000)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download the file").click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def _checked_by_a_stranger(export: Path, key: str) -> subprocess.CompletedProcess[str]:
    """With the programs that lie in the file and the key from the facility's desk, nothing else."""
    folder = export.parent / "attorney"
    with ZipFile(export) as files:
        programs = [name for name in files.namelist() if name.endswith(".py")]
        files.extractall(folder, programs)
    (folder / "console.pub").write_text(key)
    main = next(folder.rglob("visitline_verify_export.py"))
    command = [sys.executable, "-I", str(main), str(export), "--key", str(folder / "console.pub")]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, cwd=folder
    )


def _held_and_purged_by_two(jail: Stage, page: Page) -> None:
    """A recording on hold cannot be purged; without it, only by a second officer's word."""
    page.get_by_label("Legal hold").fill("Motion of December 7")
    page.get_by_role("button", name="Place a hold").click()
    expect(page.get_by_text("Motion of December 7")).to_be_visible()
    expect(page.get_by_role("button", name="Ask for the purge")).to_have_count(0)
    page.get_by_label("Lift the legal hold").fill("The motion was withdrawn")
    page.get_by_role("button", name="Lift the hold").click()
    page.get_by_text("Purge before its time").click()
    page.get_by_label("Why?").fill("Ordered by the court")
    page.get_by_role("button", name="Ask for the purge").click()
    expect(page.get_by_role("button", name="Confirm: purge it for good")).to_have_count(0)
    stone = jail.officer()
    stone.login, stone.password = "stone", STONE_PASSWORD
    stone.sign_in()
    stone.page.goto(f"{stone.console}/recordings/the-call")
    stone.page.get_by_role("button", name="Confirm: purge it for good").click()
    expect(stone.page.get_by_text("The recording is purged.")).to_be_visible(timeout=15_000)
