"""How fast one address or person may ask: far above any family, far below a flood."""

from __future__ import annotations

import threading
from collections import Counter

_WINDOW_S = 60.0


class Pace:
    """Counts in whole minutes, in memory; a restart forgives everybody."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._since = float("-inf")
        self._asked: Counter[str] = Counter()

    def allows(self, who: str, elapsed: float) -> bool:
        """Counts one request; False when `who` has had their share of this minute.

        `elapsed` is monotonic seconds.
        """
        with self._lock:
            if elapsed - self._since >= _WINDOW_S:
                self._since = elapsed
                self._asked.clear()
            self._asked[who] += 1
            return self._asked[who] <= self._most
