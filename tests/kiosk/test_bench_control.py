"""The bench's eyes and fingers on a real kiosk window."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.harness.broker import Broker
from tests.harness.kiosk_agenda import agenda, visit
from tests.harness.kiosk_process import ConsoleLine, KioskProcess, write_settings
from visits.clock import SystemClock

pytestmark = [pytest.mark.kivy, pytest.mark.broker, pytest.mark.slow]


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskProcess]:
    folder: Path = tmp_path_factory.mktemp("bench")
    broker = Broker.provisioned(folder / "keys", "alder", {"a1": "unit-a"})
    process = KioskProcess(write_settings(folder, broker))
    with broker:
        process.start()
        line = ConsoleLine(broker, SystemClock())
        line.start()
        line.publish(agenda(visit(starts_at=datetime.now(UTC) + timedelta(hours=2))))
        process.wait_for_session("ShowingUnit")
        yield process
        process.kill()
        line.stop()


def post(kiosk: KioskProcess, path: str, what: Any) -> tuple[int, dict[str, Any]]:
    body = json.dumps(what).encode()
    try:
        with urllib.request.urlopen(kiosk.url + path, body, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as problem:
        return problem.code, json.loads(problem.read())


def test_the_picture_is_the_window_the_right_way_up(kiosk: KioskProcess) -> None:
    picture = Image.open(BytesIO(kiosk.screen_png()))
    assert picture.size == (1280, 800)
    assert len(picture.getcolors(maxcolors=1_000_000) or ()) > 50


def test_a_press_of_something_that_is_not_shown_names_what_is(kiosk: KioskProcess) -> None:
    status, told = post(kiosk, "/press", {"id": "no-such-thing"})
    assert status == 404
    assert {"check-in", "my-visits", "language-es"} <= set(told["visible"])


def test_a_press_walks_through_the_screens_to_the_session(kiosk: KioskProcess) -> None:
    assert post(kiosk, "/press", {"id": "language-es"})[0] == 200
    assert kiosk.state()["language"] == "es"
    kiosk.press("language-en", "my-visits", "key-1", "key-1", "back")
    assert kiosk.wait_for_session("ShowingUnit")["language"] == "en"


def test_a_touch_lands_where_the_picture_shows_it(kiosk: KioskProcess) -> None:
    """The check-in button stands in the lower half, so an upside-down touch would miss it."""
    picture = Image.open(BytesIO(kiosk.screen_png())).convert("RGB")
    brand = (11, 85, 102)
    lower = range(picture.height // 2, picture.height)
    spots = [(x, y) for y in lower for x in range(0, 1280, 4) if picture.getpixel((x, y)) == brand]
    xs, ys = zip(*spots, strict=True)
    middle = {"x": sum(xs) / len(xs), "y": sum(ys) / len(ys)}
    assert post(kiosk, "/touch", middle)[0] == 200
    assert kiosk.wait_for_session("EnteringNumber")
    kiosk.press("back")


@pytest.mark.parametrize("what", [{}, {"x": "left", "y": 1}, [], "x"])
def test_a_touch_of_nowhere_is_refused(kiosk: KioskProcess, what: Any) -> None:
    assert post(kiosk, "/touch", what)[0] == 400


def test_the_state_says_what_a_story_needs(kiosk: KioskProcess) -> None:
    state = kiosk.wait_for_session("ShowingUnit")
    assert state["screen"] == "showing-unit"
    assert state["visit_id"] is None
    assert {"remote_frames", "remote_marker", "remote_tone_hz", "sent_frames", "connected"} <= (
        state["media"].keys()
    )


def test_the_page_that_shows_the_window_is_served(kiosk: KioskProcess) -> None:
    with urllib.request.urlopen(kiosk.url, timeout=20) as answer:
        assert b"/screen.png" in answer.read()
