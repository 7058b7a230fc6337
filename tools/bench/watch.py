"""How far behind a watching officer is: from a picture's capture to its showing in Chromium."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, sync_playwright

from demo.appliance import Appliance
from demo.place import Terminal
from kiosk.devices.bench_camera import TestCard
from kiosk.devices.contracts import Resolution, YuvFrame
from kiosk.devices.testcard import draw_marker
from kiosk.media.encoding import EncodedPicture, PictureEncoder
from tests.harness import story
from tests.harness.people import MARKER_JS, Officer
from tests.harness.stand_in import StandIn, standing_in

NAMES = ("watch.",)
SIZE, BITS = Resolution(640, 480), 600_000
SETTLES_S, MEASURES_S = 10.0, 20.0
TICK_MS = 8
"""The marker shows the wall clock in ticks of so many milliseconds, modulo 256."""
VISIT = "the-call"
MEASURE = """async ([visit, lasts, tick]) => { READ_MARKER;
  const tile = document.getElementById(`tile-${visit}`);
  const [video] = tile.querySelectorAll("video"), [says] = tile.querySelectorAll("[data-delay]");
  const delays = [], said = [], until = performance.now() + lasts;
  await new Promise((done) => {
    const shown = () => {
      const at = Math.floor((performance.timeOrigin + performance.now()) / tick) & 255;
      const marker = readMarker(video);
      if (marker !== null) delays.push(((at - marker) & 255) * tick);
      said.push(says.textContent ? 1000 * parseFloat(says.textContent) : null);
      if (performance.now() < until) video.requestVideoFrameCallback(shown); else done();
    };
    video.requestVideoFrameCallback(shown);
    setTimeout(done, lasts + 2000);
  });
  return { delays, said, size: [video.videoWidth, video.videoHeight] };
}""".replace("READ_MARKER", MARKER_JS)


class Clocked(StandIn):
    """Its pictures tell when they were taken: one encoder for both parties, as a kiosk's is."""

    pictures_a_second = 25
    size = SIZE
    card, encoder = TestCard(SIZE, 0), PictureEncoder("H264", SIZE, BITS)

    def picture(self, number: int) -> EncodedPicture:
        drawn = self.card.picture(number / self.pictures_a_second)
        draw_marker(drawn[: SIZE.height], int(time.time() * 1000 / TICK_MS) & 0xFF)
        wanted, self.wanted.own_keyframe = self.wanted.own_keyframe, False
        frame = YuvFrame.of(drawn, time.monotonic())
        found = self.encoder.encode(frame, keyframe=wanted or number % 100 == 0)
        if found is None:
            raise RuntimeError("the encoder kept a picture back")
        return found


def measure() -> list[dict[str, Any]]:
    """One visit at 640 by 480, watched for twenty seconds: real recorder, upload, evidence process
    and page. The recorder's fragments last 250 ms each."""
    with (
        tempfile.TemporaryDirectory(prefix="visitline-bench-") as folder,
        _appliance(Path(folder) / "jail") as appliance,
    ):
        found = _watched(appliance)
    delays = sorted(found["delays"])
    if found["size"] != [*SIZE] or len(delays) < MEASURES_S * Clocked.pictures_a_second / 2:
        raise RuntimeError(f"too little was shown: {len(delays)} pictures of {found['size']}")
    said = [it for it in found["said"] if it is not None]
    return [
        _row("watch.delay_median_ms", median(delays), len(delays)),
        _row("watch.delay_p95_ms", quantiles(delays, n=20, method="inclusive")[18], len(delays)),
        _row("watch.delay_told_ms.median", median(said) if said else None, len(said)),
    ]


def _row(name: str, value: float | None, count: int) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": "ms", "n": count}


@contextmanager
def _appliance(folder: Path) -> Iterator[Appliance]:
    """Broker, evidence process and console; nobody needs portal, relay or kiosk for this."""
    appliance = Appliance(folder, [Terminal("a1", "unit-a", started=False)], records=("social",))
    appliance.folder.mkdir(parents=True)
    appliance.move_time_to(story.OPENS)
    appliance.prepare()
    try:
        appliance.start_broker()
        appliance.seed(_seed(), {"visitors": []})
        appliance.start_evidence()
        appliance.start_console()
        yield appliance
    finally:
        appliance.stop()


def _watched(appliance: Appliance) -> dict[str, Any]:
    with standing_in(appliance, {"a1": VISIT}, Clocked), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=story.CHROMIUM, args=[*story.QUIET])
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        _open_wall(Officer(page, appliance.console_url))
        page.wait_for_function(
            "(least) => document.querySelector('.tile video')?.currentTime > least", arg=SETTLES_S
        )
        found = _measured(page)
        browser.close()
    return found


def _open_wall(officer: Officer) -> None:
    officer.sign_in()
    officer.page.goto(f"{officer.console}/watch")
    officer.page.get_by_label("Spot check").check()
    officer.page.get_by_role("button", name="Watch").click()


def _measured(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(MEASURE, [VISIT, MEASURES_S * 1000, TICK_MS])
    return found


def _seed() -> dict[str, Any]:
    seed = story.with_rosa(story.seed())
    seed["visits"] = [
        {
            "visit_id": VISIT,
            "approval_id": "rosa-mateo",
            "starts": "today 13:45",
            "terminal_id": "a1",
        }
    ]
    return seed
