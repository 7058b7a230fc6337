"""A recorded call on a line that loses one packet in twenty and becomes too narrow for the size of
its pictures: the record decodes without a bad frame, and sound stays with the picture.

The visitor's browser has a skew of its own between canvas and sound, so the record of its side is
held against itself on the good line; the terminal's side has none.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.harness.call import Heard, wait_until
from tests.harness.decoded_record import bad_frames, decoded
from tests.harness.evidence import Evidence, running_evidence
from tests.harness.flashing import (
    apart,
    middle,
    picture_edges,
    sound_edges,
)
from tests.harness.recorded_call import flashing_terminal
from tests.harness.until import eventually
from tools.bench._bad_line import BadLine, Condition, without_candidates
from tools.bench.line import CHROMIUM, visitors_page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.real_time]

PAGE = (Path(__file__).parents[2] / "harness" / "flashing_page.html").read_text()
GOOD_S, BAD_S = 7.0, 14.0
LOSSY = Condition(loss=0.05, delay_s=0.02)
NARROW = Condition(loss=0.05, delay_s=0.02, bits=260_000)
IN_SYNC_S = 0.040


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM])
        with visitors_page(browser, PAGE) as page:
            yield page
        browser.close()


def call(page: Page, evidence: Evidence, folder: Path) -> float:
    """How many seconds of its record were on the good line."""
    heard, line = Heard(), BadLine().start()
    with flashing_terminal(evidence, folder, heard) as made:
        began = time.monotonic()
        made.open("one", "bad")
        made.service.take_offer("one", without_candidates(page.evaluate("makeOffer()")))
        answer = heard.wait_for("answer_ready")[2]
        page.evaluate("(sdp) => takeAnswer(sdp)", line.between(answer))
        heard.wait_for("first_frame")
        page.wait_for_timeout(GOOD_S * 1000)
        turned = time.monotonic() - began
        line.condition = LOSSY
        page.wait_for_timeout(BAD_S / 2 * 1000)
        line.condition = NARROW
        page.evaluate("shrink(2)")
        page.wait_for_timeout(BAD_S / 2 * 1000)
        frames = made.service.stats().remote_frames
        wait_until(made.service, lambda stats: stats.remote_frames > frames)
        made.service.close("one")
        made.statements()
        eventually(lambda: not made.spool.all(), "everything to be brought over", 20)
        assert not made.failed
    line.stop()
    return turned


def test_the_record_of_a_call_on_a_bad_line_is_whole_and_in_sync(
    page: Page, tmp_path: Path
) -> None:
    late = out_of_step(page, tmp_path / "once")
    if late:  # The browser has no real time: a machine that was late itself gets one more call.
        page.goto("http://localhost/")
        late = out_of_step(page, tmp_path / "again")
    assert late == []


def out_of_step(page: Page, folder: Path) -> list[str]:
    """Where sound and picture were too far apart in one call; that its record is whole is asserted
    here."""
    late = []
    with running_evidence(folder / "evidence") as evidence:
        turned = call(page, evidence, folder / "spool")
        for party in ("terminal", "visitor"):
            track = decoded(evidence, "bad", party)
            assert bad_frames(evidence, "bad", party, folder) == "", party
            assert len(track.size) > 1, f"{party}: the size of its pictures never changed"
            found = apart(picture_edges(track.pictures), sound_edges(track.sound))
            good, bad = middle(found, 0, turned), middle(found, turned, turned + BAD_S)
            words = f"{party}: good {good * 1000:.0f} ms, bad {bad * 1000:.0f} ms"
            print(words, track.size)
            own = abs(good) if party == "terminal" else 0.0
            if max(abs(bad - good), own) > IN_SYNC_S:
                late.append(words)
    return late
