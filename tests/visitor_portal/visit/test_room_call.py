"""A visit in a real browser: real WebSocket, MQTT and WebRTC, bench camera at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.harness.until import eventually
from tests.harness.visit_room import RoomBench

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.slow]

MARKER_READER = Path(__file__).parents[2] / "harness" / "marker.js"


def in_state(page: Page, word: str, within_s: float = 15) -> None:
    expect(page.locator("html")).to_have_attribute("data-room-state", word, timeout=within_s * 1000)


def marker_in(page: Page) -> int | None:
    page.evaluate("() => {" + MARKER_READER.read_text() + "; window.readMarker = readMarker }")
    marker: int | None = page.evaluate("readMarker(document.getElementById('remote'))")
    return marker


def enter(page: Page, bench: RoomBench) -> None:
    page.goto(bench.room_url)
    in_state(page, "waiting")


def meet(page: Page, bench: RoomBench) -> None:
    enter(page, bench)
    bench.kiosk.check_in()
    in_state(page, "live")


def test_frames_flow_both_ways_once_the_inmate_checks_in(page: Page, bench: RoomBench) -> None:
    enter(page, bench)
    bench.kiosk.check_in()
    in_state(page, "live")
    eventually(lambda: marker_in(page) == bench.kiosk.marker, "the terminal's marker is seen")
    eventually(lambda: bench.kiosk.service.stats().remote_frames > 10, "the kiosk gets pictures")
    marks = page.evaluate(
        "['visit:kiosk-ready', 'visit:first-frame'].map("
        "(name) => performance.getEntriesByName(name)[0].startTime)"
    )
    print("kiosk-ready to first frame, ms:", marks[1] - marks[0])
    page.screenshot(path="/tmp/live.png")
