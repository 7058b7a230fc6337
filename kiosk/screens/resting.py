"""Sparing the panel: dim when nobody has touched it for long, and never draw twice on one spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_STEP = timedelta(minutes=1)
"""More than this between two drawings is a clock that was set, not somebody's absence."""

PATH: tuple[tuple[int, int], ...] = (
    (0, 0), (2, 0), (4, 0), (4, 2), (4, 4), (2, 4), (0, 4), (-2, 4), (-4, 4),
    (-4, 2), (-4, 0), (-4, -2), (-4, -4), (-2, -4), (0, -4), (2, -4), (4, -4), (2, -2),
)  # fmt: skip
"""Where the picture stands in each minute, in pixels from its place."""


def shift(now: datetime) -> tuple[int, int]:
    """How far the picture is moved in this minute."""
    return PATH[int(now.timestamp() // 60) % len(PATH)]


@dataclass
class Rest:
    """Whether the screen is dim. Told of touches and of the hour; owns no timer."""

    after: timedelta
    dim: bool = False
    _idle: timedelta = timedelta()
    _seen: datetime | None = None

    def passes(self, now: datetime, *, may_dim: bool) -> None:
        """Time goes by; a page on which somebody acts or talks never dims."""
        step = now - self._seen if self._seen else timedelta()
        self._seen = now
        if not may_dim:
            self._idle, self.dim = timedelta(), False
            return
        if timedelta() < step <= LONGEST_STEP:
            self._idle += step
        self.dim = self._idle >= self.after

    def touched(self) -> bool:
        """Somebody came. True when that only woke the screen and presses nothing."""
        woke, self.dim, self._idle = self.dim, False, timedelta()
        return woke
