"""What waits between the network and the speaker: enough to ride out jitter, never more."""

from __future__ import annotations

import threading
from collections import deque

from kiosk.devices.contracts import BLOCK_BYTES, SILENCE

CUSHION_BLOCKS = 3
"""60 ms gathered before playing begins, and kept when too much has piled up."""
MOST_BLOCKS = 10
"""200 ms: past this, people talk over each other; the oldest sound is dropped."""


class PlayoutBuffer:
    """Blocks of 20 ms; filled by the media thread, emptied by the sound device's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks: deque[bytes] = deque()
        self._rest = b""
        self._playing = False

    def put(self, samples: bytes) -> None:
        """Any amount of mono 16-bit samples at 48 kHz."""
        with self._lock:
            self._rest += samples
            while len(self._rest) >= BLOCK_BYTES:
                self._blocks.append(self._rest[:BLOCK_BYTES])
                self._rest = self._rest[BLOCK_BYTES:]
            if len(self._blocks) > MOST_BLOCKS:
                while len(self._blocks) > CUSHION_BLOCKS:
                    self._blocks.popleft()

    def next_block(self) -> bytes:
        """The next 20 ms, or silence while the cushion fills."""
        with self._lock:
            if not self._playing and len(self._blocks) < CUSHION_BLOCKS:
                return SILENCE
            self._playing = bool(self._blocks)
            return self._blocks.popleft() if self._blocks else SILENCE

    def clear(self) -> None:
        """Forget what waits: it belonged to a former line."""
        with self._lock:
            self._blocks.clear()
            self._rest, self._playing = b"", False

    def __len__(self) -> int:
        with self._lock:
            return len(self._blocks)
