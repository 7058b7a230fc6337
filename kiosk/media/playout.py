"""What waits between the network and the speaker: enough to ride out jitter, never more."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from kiosk.devices.contracts import BLOCK_BYTES, SILENCE

CUSHION_BLOCKS = 3
"""60 ms gathered before playing begins, and kept when too much has piled up."""
MOST_CUSHION_BLOCKS = 6
"""Each time that sound ran out, 20 ms more are gathered, up to this."""
CALM_BLOCKS = 500
"""After ten seconds in which it never ran out, 20 ms less."""
MOST_BLOCKS = 10
"""200 ms: past this, people talk over each other; the oldest sound is dropped."""
QUIET = 300
"""A block that is nowhere louder lies between words: dropping it is not heard."""


class PlayoutBuffer:
    """Blocks of 20 ms; filled by the media thread, emptied by the sound device's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks: deque[bytes] = deque()
        self._rest = b""
        self._playing = False
        self._cushion = CUSHION_BLOCKS
        self._calm = 0

    def put(self, samples: bytes) -> None:
        """Any amount of mono 16-bit samples at 48 kHz."""
        with self._lock:
            self._rest += samples
            while len(self._rest) >= BLOCK_BYTES:
                self._blocks.append(self._rest[:BLOCK_BYTES])
                self._rest = self._rest[BLOCK_BYTES:]
            if len(self._blocks) > MOST_BLOCKS:
                while len(self._blocks) > self._cushion:
                    self._blocks.popleft()

    def next_block(self) -> bytes:
        """The next 20 ms, or silence while the cushion fills."""
        with self._lock:
            if not self._playing and len(self._blocks) < self._cushion:
                return SILENCE
            self._playing = bool(self._blocks)
            if not self._playing:
                self._ran_out()
                return SILENCE
            self._stay_calm()
            return self._blocks.popleft()

    def clear(self) -> None:
        """Forget what waits: it belonged to a former line."""
        with self._lock:
            self._forget()

    def __len__(self) -> int:
        with self._lock:
            return len(self._blocks)

    def _forget(self) -> None:
        self._blocks.clear()
        self._rest, self._playing = b"", False
        self._cushion, self._calm = CUSHION_BLOCKS, 0

    def _ran_out(self) -> None:
        self._cushion = min(self._cushion + 1, MOST_CUSHION_BLOCKS)
        self._calm = 0

    def _stay_calm(self) -> None:
        self._calm += 1
        if self._calm >= CALM_BLOCKS:
            self._cushion, self._calm = max(self._cushion - 1, CUSHION_BLOCKS), 0
        if len(self._blocks) > self._cushion + 1 and _is_quiet(self._blocks[0]):
            self._blocks.popleft()


def _is_quiet(block: bytes) -> bool:
    return int(np.abs(np.frombuffer(block, np.int16).astype(np.int32)).max()) < QUIET
