"""The camera of a bench: a moving card with a clock, a marker and the word SIMULATED."""

from __future__ import annotations

import threading
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.devices.contracts import CameraBroken, Resolution, YuvFrame
from kiosk.devices.testcard import BAND_PART, BLACK, WHITE, draw_marker

GROUND_TOP_BGR, GROUND_FOOT_BGR = (102, 85, 11), (74, 61, 8)
BAR_COLOURS_BGR = ((255, 255, 255), (3, 183, 255), (222, 200, 92), (150, 215, 111), (148, 157, 255))
FONT = cv2.FONT_HERSHEY_DUPLEX
SWEEP_SECONDS = 4.0


class TestCard:
    """Draws the pictures; only what moves is drawn anew, so that the bench costs little."""

    __test__ = False  # the name begins like a test's

    def __init__(self, resolution: Resolution, marker: int | None) -> None:
        self._size = resolution
        card = _still_card(resolution)
        self._still = np.asarray(cv2.cvtColor(card, cv2.COLOR_BGR2YUV_I420), np.uint8)
        if marker is not None:
            draw_marker(self._still[: resolution.height], marker)
            self._grey(0, resolution.height // BAND_PART)

    def picture(self, seconds: float) -> NDArray[np.uint8]:
        """The I420 card as it looks `seconds` after the start."""
        picture = self._still.copy()
        luma = picture[: self._size.height]
        self._write_clock(luma, seconds)
        self._move_ball(luma, seconds)
        return picture

    def _grey(self, top: int, foot: int) -> None:
        """Take the colour out of some rows, so that nothing tints the marker."""
        width, height = self._size
        chroma = self._still[height:].reshape(2, height // 2, width // 2)
        chroma[:, top // 2 : (foot + 1) // 2] = 128

    def _write_clock(self, luma: NDArray[np.uint8], seconds: float) -> None:
        minutes, rest = divmod(seconds, 60)
        text = f"{int(minutes):02}:{rest:04.1f}"
        scale = self._size.height / 240
        at = (int(self._size.width * 0.28), int(self._size.height * 0.56))
        cv2.putText(luma, text, at, FONT, scale, WHITE, max(1, round(scale * 2)), cv2.LINE_AA)

    def _move_ball(self, luma: NDArray[np.uint8], seconds: float) -> None:
        part = abs((seconds % SWEEP_SECONDS) / (SWEEP_SECONDS / 2) - 1)
        radius = self._size.height // 16
        x = round(radius * 2 + part * (self._size.width - radius * 4))
        y = round(self._size.height * 0.72)
        cv2.circle(luma, (x, y), radius, WHITE, -1, cv2.LINE_AA)
        cv2.circle(luma, (x, y), radius // 2, BLACK, -1, cv2.LINE_AA)


def _still_card(size: Resolution) -> NDArray[np.uint8]:
    """What does not move: ground, colour bars and the word."""
    blend = np.linspace(0, 1, size.height)[:, None, None]
    ground = np.array(GROUND_TOP_BGR) * (1 - blend) + np.array(GROUND_FOOT_BGR) * blend
    card = np.repeat(ground, size.width, axis=1).astype(np.uint8)
    bars_top = size.height - size.height // 10
    for number, colour in enumerate(BAR_COLOURS_BGR):
        left = number * size.width // len(BAR_COLOURS_BGR)
        card[bars_top:, left : left + size.width // len(BAR_COLOURS_BGR) + 1] = colour
    scale = size.height / 300
    at = (int(size.width * 0.28), int(size.height * 0.32))
    thickness = max(1, round(scale * 1.5))
    cv2.putText(card, "SIMULATED", at, FONT, scale, (97, 200, 255), thickness, cv2.LINE_AA)
    return card


class BenchCamera:
    """`bench:testcard`, and `bench:broken`: one that fails some seconds after its start."""

    simulated = True

    def __init__(
        self,
        name: str,
        resolution: Resolution,
        frames_per_second: int,
        monotonic: Callable[[], float],
        *,
        marker: int | None = None,
        breaks_after: float | None = None,
        broken_for: float | None = None,
    ) -> None:
        self.name = name
        self.resolution = resolution
        self._period = 1 / frames_per_second
        self._monotonic = monotonic
        self._card = TestCard(resolution, marker)
        self._breaks_after = breaks_after
        self._broken_for = broken_for
        self._first_start: float | None = None
        self._next_at = 0.0
        self._stopped = threading.Event()

    def start(self) -> None:
        self._stopped.clear()
        self._next_at = self._monotonic()
        if self._first_start is None:
            self._first_start = self._next_at
        self._check(self._next_at)

    def read(self) -> YuvFrame:
        """The next picture at its time; late readers skip pictures instead of queueing them."""
        now = self._monotonic()
        if self._next_at > now and self._stopped.wait(self._next_at - now):
            raise CameraBroken(f"{self.name} was stopped while a picture was awaited.")
        now = max(self._monotonic(), self._next_at)
        self._next_at = max(self._next_at + self._period, now)
        self._check(now)
        return YuvFrame.of(self._card.picture(now - (self._first_start or now)), now)

    def stop(self) -> None:
        self._stopped.set()

    def _check(self, now: float) -> None:
        if self._breaks_after is None or self._first_start is None:
            return
        since = now - self._first_start - self._breaks_after
        if since >= 0 and (self._broken_for is None or since < self._broken_for):
            raise CameraBroken(
                f"{self.name} broke on purpose. Take `bench:broken` out of the settings."
            )
