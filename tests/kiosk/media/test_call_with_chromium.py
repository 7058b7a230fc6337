"""A call with a real browser, whose camera and microphone are files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from kiosk.media import CallService
from kiosk.media.line import picture_codec_of
from tests.harness.call import (
    KIOSK_HZ,
    KIOSK_MARKER,
    VISITOR_HZ,
    VISITOR_MARKER,
    Heard,
    running_service,
    wait_until,
)
from tools import fake_camera

HARNESS = Path(__file__).parents[2] / "harness"
CHROMIUM = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
]

GRAIN = 12
"""Of the visitor's pictures, so that more than Chromium starts with is needed to send them."""

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.real_time]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    fake_camera.write(tmp_path, VISITOR_MARKER, VISITOR_HZ, seconds=2, grain=GRAIN)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[*CHROMIUM, *fake_camera.flags_for(tmp_path)],
        )
        page = browser.new_page()
        html = (HARNESS / "visitor_page.html").read_text()
        page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("http://localhost/")
        page.add_script_tag(content=(HARNESS / "marker.js").read_text())
        yield page
        browser.close()


def _eventually(page: Page, script: str, awaited: Any, within: float = 10.0) -> None:
    until = time.monotonic() + within
    while (got := page.evaluate(script)) != awaited:
        assert time.monotonic() < until, f"{script} gave {got}, awaited {awaited}"
        page.wait_for_timeout(100)


def _meet(
    page: Page, service: CallService, heard: Heard, attempt: str, codec: str = "H264"
) -> None:
    service.open(attempt)
    service.take_offer(attempt, page.evaluate("(codec) => makeOffer(codec)", codec))
    answer = heard.wait_for("answer_ready")[2]
    assert picture_codec_of(answer) == codec
    page.evaluate("(sdp) => takeAnswer(sdp)", answer)
    assert heard.wait_for("first_frame")[1] == attempt


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_kiosk_and_browser_see_and_hear_each_other(page: Page, codec: str) -> None:
    heard = Heard()
    with running_service(heard) as service:
        _meet(page, service, heard, "one", codec)
        wait_until(
            service,
            lambda s: s.remote_marker == VISITOR_MARKER and _near(s.remote_tone_hz, VISITOR_HZ),
        )
        _eventually(page, "readMarker(remoteVideo())", KIOSK_MARKER)
        tone = page.evaluate("readTone(remoteSound(), 800)")
        assert _near(tone, KIOSK_HZ, by=12), tone

        # Chromium starts at 300 kbit/s and goes on only by what the kiosk tells of arrivals.
        _eventually(page, "lineBits().then((bits) => bits > 500_000)", awaited=True, within=30)

        service.set_muted(True)
        _eventually(page, "readTone(remoteSound(), 300)", None)
        service.set_muted(False)
        page.evaluate("hangUp()")
        assert heard.wait_for("lost", within=3)[1] == "one"


def test_a_browser_comes_back_with_a_new_attempt(page: Page) -> None:
    heard = Heard()
    with running_service(heard) as service:
        service.warm_up()
        for attempt in ("one", "two", "three"):
            _meet(page, service, heard, attempt)
            wait_until(service, lambda s: s.remote_marker == VISITOR_MARKER)
            page.evaluate("hangUp()")
            service.close(attempt)


def _near(hz: int | None, awaited: int, by: int = 4) -> bool:
    return hz is not None and abs(hz - awaited) <= by
