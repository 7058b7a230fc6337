"""How fast one address may ask: far above any family, far below a flood."""

from __future__ import annotations

import threading
from collections import Counter

from visits.clock import Clock

_WINDOW_S = 60.0


class Pace:
    """Counts in whole minutes, in memory; a restart forgives everybody."""

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._since = clock.monotonic()
        self._asked: Counter[str] = Counter()

    def allows(self, address: str) -> bool:
        """Counts one request; False when the address has had its share of this minute."""
        with self._lock:
            now = self._clock.monotonic()
            if now - self._since >= _WINDOW_S:
                self._since = now
                self._asked.clear()
            self._asked[address] += 1
            return self._asked[address] <= self._most
