"""Holds pictures for a moment on a long line that loses, so that a repeat costs no gap. Pure.

A picture with a hole in it is whole only after a repeat, a round trip later. Shown as they
become whole, pictures would stop and then rush whenever one packet is lost. Where the way is
short nobody sees that, and nothing is held.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from kiosk.media.assembly import Whole
from kiosk.media.tracks import VIDEO_CLOCK_HZ

LEAST_WAIT_S = 0.1
"""Shorter gaps are not seen."""
MOST_HELD_S = 0.2
"""At a round trip of 200 ms even a repeat that is itself lost then costs no freeze. Sound comes
first and is not held: it plays some 60 ms after it came, so pictures are 140 ms behind it, more
than the 90 ms that viewers of television accept (ITU-R BT.1359-1), and less than the gaps."""
HOLES_COUNT_FOR_S, FEWEST_SECONDS = 10.0, 4
"""In so many different seconds of the last ten there were holes: so a line loses at random. One
that is too narrow loses for a moment and then no more, and there a hold would only be late."""
MOVES = 0.1
"""Of the time that passes, by so much the hold grows or shrinks: nobody sees that."""
BASE_OVER_S = 15.0
JUMP_S = 10.0
"""Timestamps that leap so far are a new beginning, or begin anew at 0."""
MOST_PICTURES = 60


class Smoothing:
    """One stream of whole pictures, each let go at its time."""

    def __init__(self) -> None:
        self.held_s = 0.0
        """How long a picture is held that came without delay."""
        self._waits: deque[tuple[float, float]] = deque()
        self._held: deque[tuple[float, Whole]] = deque()
        self._clock = _SendersTime()
        self._last_at: float | None = None

    def mended(self, waited_s: float, now: float) -> None:
        """A hole was filled after so long."""
        self._waits.append((now, waited_s))

    def add(self, pictures: list[Whole], now: float) -> list[Whole]:
        """Which pictures to show now."""
        self._move(now)
        for picture in pictures:
            late_s = self._clock.late_s(picture.timestamp, now)
            self._held.append((now + max(0.0, self.held_s - late_s), picture))
        return self.due(now)

    def due(self, now: float) -> list[Whole]:
        """What was held long enough; ask often."""
        found = []
        while self._held and (self._held[0][0] <= now or len(self._held) > MOST_PICTURES):
            found.append(self._held.popleft()[1])
        return found

    def _move(self, now: float) -> None:
        passed = now - self._last_at if self._last_at is not None else 0.0
        self._last_at = now
        step = MOVES * min(passed, 1.0)
        wanted = self._wanted(now)
        self.held_s = (
            min(wanted, self.held_s + step)
            if wanted > self.held_s
            else (max(wanted, self.held_s - step))
        )

    def _wanted(self, now: float) -> float:
        while self._waits and now - self._waits[0][0] > HOLES_COUNT_FOR_S:
            self._waits.popleft()
        if len({int(at) for at, _ in self._waits}) < FEWEST_SECONDS:
            return 0.0
        usual = median(waited for _, waited in self._waits)
        return min(MOST_HELD_S, usual) if usual > LEAST_WAIT_S else 0.0


class _SendersTime:
    """How much later than the quickest of the last seconds a picture is here."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._time = self._since = 0.0
        self._least = self._least_before = float("inf")

    def late_s(self, timestamp: int, now: float) -> float:
        ahead = (timestamp - self._last) / VIDEO_CLOCK_HZ if self._last is not None else 0.0
        self._last = timestamp
        self._time += ahead
        if abs(ahead) > JUMP_S:
            self._since, self._least, self._least_before = now, float("inf"), float("inf")
        if now - self._since > BASE_OVER_S:
            self._since, self._least_before, self._least = now, self._least, float("inf")
        needed = now - self._time
        self._least = min(self._least, needed)
        return needed - min(self._least, self._least_before)
