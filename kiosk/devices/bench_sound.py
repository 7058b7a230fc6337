"""The sound of a bench: the microphone hears one steady tone, the speaker plays to nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from kiosk.devices.contracts import BLOCK_SAMPLES, SAMPLE_RATE_HZ, SILENCE, SoundUser

AMPLITUDE = 8_000
BLOCK_SECONDS = BLOCK_SAMPLES / SAMPLE_RATE_HZ


def tone_blocks(hz: int) -> list[bytes]:
    """One second of a tone in blocks of 20 ms, to be repeated; 0 Hz is silence.

    A whole number of hertz fits a second exactly, so repeating it makes no click.
    """
    if hz == 0:
        return [SILENCE]
    turns = 2 * np.pi * hz * np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    second = (AMPLITUDE * np.sin(turns)).astype(np.int16)
    return [block.tobytes() for block in second.reshape(-1, BLOCK_SAMPLES)]


class BenchSound:
    """Keeps a real device's pace: one block each way every 20 ms, never in bursts."""

    simulated = True

    def __init__(self, name: str, hz: int, monotonic: Callable[[], float]) -> None:
        self.name = name
        self._blocks = tone_blocks(hz)
        self._monotonic = monotonic
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, user: SoundUser) -> None:
        self.stop()
        self._stopped.clear()
        self._thread = threading.Thread(
            target=self._run, args=(user,), name="bench-sound", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, user: SoundUser) -> None:
        due, number = self._monotonic(), 0
        while not self._stopped.wait(max(0.0, due - self._monotonic())):
            user.heard(self._blocks[number % len(self._blocks)])
            user.next_block()
            number += 1
            due = max(due + BLOCK_SECONDS, self._monotonic() - BLOCK_SECONDS)
