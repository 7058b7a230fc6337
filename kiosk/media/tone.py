"""On a bench: which tone is in the sound."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from kiosk.devices.contracts import BLOCK_SAMPLES, SAMPLE_RATE_HZ

WINDOW_BLOCKS = SAMPLE_RATE_HZ // BLOCK_SAMPLES // 2
"""Half a second, so that neighbouring tones 2 Hz apart are told apart."""
LEAST_RMS = 100


class ToneMeter:
    """Hears the last half second; fed by one thread, read by another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks: deque[bytes] = deque(maxlen=WINDOW_BLOCKS)

    def feed(self, block: bytes) -> None:
        with self._lock:
            self._blocks.append(block)

    def clear(self) -> None:
        with self._lock:
            self._blocks.clear()

    def strongest_hz(self) -> int | None:
        """The loudest tone, or None in silence or before half a second was heard."""
        with self._lock:
            heard = b"".join(self._blocks) if len(self._blocks) == WINDOW_BLOCKS else b""
        return strongest_hz(np.frombuffer(heard, np.int16))


def strongest_hz(samples: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> int | None:
    """The loudest tone in mono sound at 48 kHz, or None when it is quieter than -50 dB."""
    wave = samples.astype(np.float64)
    if not len(wave) or np.sqrt(np.mean(wave**2)) < LEAST_RMS:
        return None
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return round(int(spectrum.argmax()) * SAMPLE_RATE_HZ / len(wave))
