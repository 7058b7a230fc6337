"""What the times of arrival tell of queues on the way. Pure: times are handed in.

Source of `Trend`: draft-ietf-rmcat-gcc-02, section 5, with the trendline filter that replaced
its Kalman filter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

BURST_S = 0.005
"""Packets sent within this are one group."""
TREND_GROUPS = 20
SMOOTHING = 0.9
GAIN = 4.0
FIRST_THRESHOLD_MS, LEAST_THRESHOLD_MS, MOST_THRESHOLD_MS = 12.5, 6.0, 600.0
THRESHOLD_UP, THRESHOLD_DOWN = 0.0087, 0.039
OVERUSE_FOR_S = 0.010
BASE_OVER_S = 15.0
QUEUE_OVER_S, MOST_OF_ONE = 0.1, 0.3
"""The wait is smoothed over so long, whether few packets leave in it or many; but what a single
packet says counts for less than a third."""


@dataclass(slots=True)
class _Group:
    first_sent: float
    last_sent: float
    arrived: float


class Queue:
    """How long packets wait on the way: what they need beyond the least of the last seconds."""

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """What the way needed before says nothing any more: it became another way."""
        self.seconds = 0.0
        self._least = self._least_before = float("inf")
        self._since: float | None = None
        self._last_sent: float | None = None

    def add(self, sent: float, arrived: float) -> None:
        """A packet's times, each on the clock of its own side."""
        needed = arrived - sent
        if self._since is None or sent - self._since > BASE_OVER_S:
            self._since, self._least_before, self._least = sent, self._least, needed
        self._least = min(self._least, needed)
        above = needed - min(self._least, self._least_before)
        apart = max(0.0, sent - self._last_sent) if self._last_sent is not None else 0.0
        self._last_sent = max(sent, self._last_sent or sent)
        part = min(MOST_OF_ONE, 1 - exp(-apart / QUEUE_OVER_S))
        self.seconds += part * (above - self.seconds)


class Trend:
    """Whether the one-way delay grows, by a line through its last changes."""

    def __init__(self) -> None:
        self._start_anew()

    def _start_anew(self) -> None:
        self.overused = False
        self.draining = False
        self._group: _Group | None = None
        self._before: _Group | None = None
        self._sum_ms = self._smoothed_ms = 0.0
        self._points: deque[tuple[float, float]] = deque(maxlen=TREND_GROUPS)
        self._first_arrived: float | None = None
        self._threshold_ms = FIRST_THRESHOLD_MS
        self._over_for = 0.0
        self._changes = 0
        self._last_slope = 0.0

    def add(self, sent: float, arrived: float) -> None:
        group = self._group
        if group is None:
            self._group = _Group(sent, sent, arrived)
        elif sent < group.first_sent:
            return
        elif sent - group.first_sent <= BURST_S:
            group.last_sent, group.arrived = sent, max(arrived, group.arrived)
        else:
            if self._before is not None:
                self._change(self._before, group)
            self._before, self._group = group, _Group(sent, sent, arrived)

    def _change(self, before: _Group, group: _Group) -> None:
        departed = group.last_sent - before.last_sent
        delta_ms = (group.arrived - before.arrived - departed) * 1_000
        if self._first_arrived is None:
            self._first_arrived = group.arrived
        if abs(delta_ms) > 3_000:  # the line was away; what it says of queues is stale
            self._start_anew()
            return
        self._changes = min(self._changes + 1, 1_000)
        self._sum_ms += delta_ms
        self._smoothed_ms = SMOOTHING * self._smoothed_ms + (1 - SMOOTHING) * self._sum_ms
        since_ms = (group.arrived - self._first_arrived) * 1_000
        self._points.append((since_ms, self._smoothed_ms))
        if len(self._points) == TREND_GROUPS:
            self._judge(_slope(self._points), departed)

    def _judge(self, slope: float, elapsed: float) -> None:
        trend_ms = min(self._changes, 60) * slope * GAIN
        threshold = self._threshold_ms
        self.draining = trend_ms < -threshold
        if trend_ms > threshold:
            self._over_for += elapsed
            steep = slope >= self._last_slope
            self.overused = self._over_for > OVERUSE_FOR_S and steep
        else:
            self._over_for, self.overused = 0.0, False
        self._last_slope = slope
        if abs(trend_ms) < threshold + 15:
            pull = THRESHOLD_UP if abs(trend_ms) > threshold else THRESHOLD_DOWN
            step = pull * (abs(trend_ms) - threshold) * min(elapsed * 1_000, 100)
            self._threshold_ms = min(MOST_THRESHOLD_MS, max(LEAST_THRESHOLD_MS, threshold + step))


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the line of least squares."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    if spread == 0:
        return 0.0
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread
