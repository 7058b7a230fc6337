"""A terminal's camera and microphone that flash and beep at once, and how far apart a decoder finds
the two: `flashing_page.html` is the visitor's."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.devices.bench_camera import TestCard
from kiosk.devices.bench_sound import BLOCK_SECONDS, tone_blocks
from kiosk.devices.contracts import SILENCE, Resolution, SoundUser, YuvFrame
from kiosk.devices.testcard import draw_marker

HALF_S = 0.5
DARK, BRIGHT = 55, 200
SIZE = Resolution(640, 480)
RATE = 48_000
STEP_S = 0.0025
LONGEST_GAP_S = 0.12
"""Between two pictures an edge may be anywhere; where they are further apart it tells nothing."""
FURTHEST_S = 0.24


def flashes(now: float) -> bool:
    return int(now / HALF_S) % 2 == 1


class FlashingCamera:
    """Thirty noisy pictures a second."""

    simulated = True
    name = "bench:flashing"
    resolution = SIZE

    def __init__(self) -> None:
        luck = np.random.default_rng(3)
        card = TestCard(SIZE, 0).picture(0.0)
        self._pictures = [self._noisy(card, luck) for _ in range(8)]
        self._next_at, self._count = 0.0, 0

    def start(self) -> None:
        self._next_at = time.monotonic()

    def read(self) -> YuvFrame:
        time.sleep(max(0.0, self._next_at - time.monotonic()))
        now = time.monotonic()
        self._next_at = max(self._next_at + 1 / 30, now)
        self._count += 1
        picture = self._pictures[self._count % len(self._pictures)].copy()
        draw_marker(picture[: SIZE.height], BRIGHT if flashes(now) else DARK)
        return YuvFrame.of(picture, now)

    def stop(self) -> None:
        """Nothing is open."""

    @staticmethod
    def _noisy(card: NDArray[np.uint8], luck: np.random.Generator) -> NDArray[np.uint8]:
        picture = card.copy()
        luma = picture[: SIZE.height]
        luma[:] = np.clip(luma + luck.normal(0, 3.0, luma.shape), 16, 235)
        return picture


class BeepingSound:
    """A block every 20 ms, which ends when it is handed over."""

    simulated = True
    name = "bench:beeping"

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, user: SoundUser) -> None:
        self.stop()
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, args=(user,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, user: SoundUser) -> None:
        blocks, due, number = tone_blocks(880), time.monotonic(), 0
        while not self._stopped.wait(max(0.0, due - time.monotonic())):
            beeps = flashes(due - BLOCK_SECONDS / 2)
            user.heard(blocks[number % len(blocks)] if beeps else SILENCE)
            user.next_block()
            number, due = number + 1, due + BLOCK_SECONDS


def picture_edges(pictures: Sequence[tuple[float, int | None]]) -> list[tuple[float, bool]]:
    """When it began to flash, and when it ended."""
    read = [(at, marker == BRIGHT) for at, marker in pictures if marker in {DARK, BRIGHT}]
    return [
        ((before + at) / 2, now)
        for (before, earlier), (at, now) in pairwise(read)
        if now is not earlier and at - before < LONGEST_GAP_S
    ]


def sound_edges(blocks: Sequence[tuple[float, NDArray[Any]]]) -> list[tuple[float, bool]]:
    """When it began to beep, and when it ended."""
    times = [at for at, _ in blocks]
    begins = min(times)
    whole = np.zeros(round((max(times) - begins + 1) * RATE), np.float64)
    for at, block in blocks:
        first = round((at - begins) * RATE)
        whole[first : first + len(block)] = block
    step = round(STEP_S * RATE)
    parts = np.abs(whole[: len(whole) // step * step]).reshape(-1, step).max(axis=1)
    loud = parts > np.percentile(parts, 90) / 2
    # A tone is quiet for no step, and silence stays for three.
    smooth = np.convolve(loud, np.ones(5), "same") >= 3
    changes = np.flatnonzero(np.diff(smooth.astype(np.int8)))
    return [(begins + (at + 1) * STEP_S, bool(smooth[at + 1])) for at in changes.tolist()]


def apart(
    pictures: Sequence[tuple[float, bool]], sounds: Sequence[tuple[float, bool]]
) -> list[tuple[float, float]]:
    """At each edge of the picture, by how much sound is later, in seconds."""
    found = []
    for at, begins in pictures:
        near = [sound - at for sound, one in sounds if one is begins]
        nearest = min(near, key=abs, default=FURTHEST_S)
        if abs(nearest) < FURTHEST_S:
            found.append((at, nearest))
    return found


def middle(found: Sequence[tuple[float, float]], first_s: float, last_s: float) -> float:
    """The median between two times. Fails where there are too few to tell."""
    some = [by for at, by in found if first_s <= at < last_s]
    assert len(some) >= 6, f"{len(some)} edges between {first_s} s and {last_s} s"
    return median(some)
