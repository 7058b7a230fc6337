"""How much the line carries, estimated on the sending side. Pure: times are handed in.

Each sent packet has a number; the other side tells which arrived and when. Where the spacing
of arrivals grows beyond the spacing of departures a queue is building up, and the rate falls
below what was delivered; otherwise it grows. Loss alone lowers it only when it is heavy: what
is lost at random is repeated, not avoided. Source: Google congestion control,
draft-ietf-rmcat-gcc-02, sections 5 and 6, with the trendline filter that replaced its Kalman
filter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from kiosk.media.feedback import Feedback

BURST_S = 0.005
"""Packets sent within this are one group."""
TREND_GROUPS = 20
SMOOTHING = 0.9
GAIN = 4.0
FIRST_THRESHOLD_MS, LEAST_THRESHOLD_MS, MOST_THRESHOLD_MS = 12.5, 6.0, 600.0
THRESHOLD_UP, THRESHOLD_DOWN = 0.0087, 0.039
OVERUSE_FOR_S = 0.010
BACK_OFF = 0.8
AT_MOST_HALVED = 0.5
"""By one decrease, however little was delivered: there may have been little to send."""
HARMLESS_QUEUE_S, STANDING_QUEUE_S = 0.03, 0.2
"""A shorter queue is jitter, whatever its trend; a longer one is too long, whatever its trend."""
BASE_OVER_S = 15.0
OUTAGE_S = 0.25
"""All that is lost for so long was lost because the line was cut off, which says nothing of how
much it carries."""
HEAVY_LOSS = 0.18
GROWTH_A_SECOND = 1.04
FAST_GROWTH_A_SECOND = 1.6
"""Until the line first showed its limit, and while it is far from it."""
ACKED_OVER_S = 0.5
LOSS_OVER_S = 1.5
SETTLES_FOR_S = 0.3
"""After a decrease this long, plus a round trip, no further one: its effect is awaited."""
MOST_UNHEARD = 4_096


@dataclass(frozen=True, slots=True)
class _Sent:
    at: float
    size: int


@dataclass(slots=True)
class _Group:
    first_sent: float
    last_sent: float
    arrived: float


class Estimate:
    """The rate for everything that is numbered on one line, bits a second."""

    def __init__(self, start: int, least: int, most: int) -> None:
        self.rate = start
        self.loss = 0.0
        self.limited = False
        """Whether the line ever showed a limit."""
        self.held_down = False
        """Whether the rate could only grow if more were sent."""
        self.round_trip_s: float | None = None
        self._least, self._most = least, most
        self._sent: dict[int, _Sent] = {}
        self._trend = _Trend()
        self._queue = _Queue()
        self._acked: deque[tuple[float, int]] = deque()
        self._outcomes: deque[tuple[float, int, int]] = deque()
        self._limit: float | None = None
        self._last_at: float | None = None
        self._settled_at = 0.0

    def sent(self, number: int, size: int, at: float) -> None:
        """A packet of `size` bytes left at `at` under this transport-wide number."""
        self._sent[number & 0xFFFF] = _Sent(at, size)
        if len(self._sent) > MOST_UNHEARD:
            del self._sent[next(iter(self._sent))]

    def heard(self, feedback: Feedback, now: float) -> None:
        """Take one feedback in; `rate` follows."""
        known = [(self._sent.pop(number, None), arrival) for number, arrival in feedback]
        told = [(one, arrival) for one, arrival in known if one is not None]
        arrived = [(one, arrival) for one, arrival in told if arrival is not None]
        if not told:
            return
        self._count(told, arrived, now)
        for one, arrival in arrived:
            self._trend.add(one.at, arrival)
            self._queue.add(one.at, arrival)
        self._adjust(now)

    def delivered(self, now: float) -> float:
        """Bits a second that arrived over the last half second."""
        while self._acked and now - self._acked[0][0] > ACKED_OVER_S:
            self._acked.popleft()
        return sum(size for _, size in self._acked) * 8 / ACKED_OVER_S

    def _count(
        self, told: list[tuple[_Sent, float | None]], arrived: list[tuple[_Sent, float]], now: float
    ) -> None:
        self._acked.extend((now, one.size) for one, _ in arrived)
        lost = _lost_at_random(told)
        self._outcomes.append((now, lost, lost + len(arrived)))
        while now - self._outcomes[0][0] > LOSS_OVER_S:
            self._outcomes.popleft()
        count = sum(counted for _, _, counted in self._outcomes)
        self.loss = sum(missing for _, missing, _ in self._outcomes) / max(1, count)
        if arrived:
            newest = now - max(one.at for one, _ in arrived)
            former = self.round_trip_s
            self.round_trip_s = newest if former is None else former + 0.2 * (newest - former)

    def _adjust(self, now: float) -> None:
        elapsed = min(1.0, now - self._last_at) if self._last_at is not None else 0.0
        self._last_at = now
        delivered = self.delivered(now)
        if self._overused or self.loss > HEAVY_LOSS:
            self._decrease(delivered, now)
        elif not self._trend.draining and now >= self._settled_at:
            self._increase(delivered, elapsed)
        self.rate = max(self._least, min(self.rate, self._most))

    @property
    def _overused(self) -> bool:
        waits = self._queue.seconds
        return waits > STANDING_QUEUE_S or (self._trend.overused and waits > HARMLESS_QUEUE_S)

    def _decrease(self, delivered: float, now: float) -> None:
        if now < self._settled_at:
            return
        queued = self._overused
        target = BACK_OFF * delivered if queued else self.rate * (1 - 0.5 * self.loss)
        target = max(target, AT_MOST_HALVED * self.rate)
        self._limit = delivered if queued else self._limit
        self.limited = True
        self.rate = int(min(self.rate, target))
        self._settled_at = now + SETTLES_FOR_S + (self.round_trip_s or 0.1)

    def _increase(self, delivered: float, elapsed: float) -> None:
        if self._limit is not None and delivered > self._limit * 1.3:
            self._limit = None
        near = self._limit is not None and self.rate < self._limit * 1.3
        growth = GROWTH_A_SECOND if near else FAST_GROWTH_A_SECOND
        grown = self.rate * growth**elapsed + 2_000 * elapsed
        # What was never tried is not known to fit.
        self.held_down = grown > 1.5 * delivered + 20_000 and self.rate < self._most
        if not self.held_down:
            self.rate = int(grown)


def _lost_at_random(told: list[tuple[_Sent, float | None]]) -> int:
    """How many packets were lost, without those of outages."""
    lost = 0
    for here, run in groupby(told, key=lambda one: one[1] is not None):
        missing = [] if here else [one for one, _ in run]
        if missing and missing[-1].at - missing[0].at < OUTAGE_S:
            lost += len(missing)
    return lost


class _Queue:
    """How long packets wait on the way: what they need beyond the least of the last seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._least = self._least_before = float("inf")
        self._since: float | None = None

    def add(self, sent: float, arrived: float) -> None:
        needed = arrived - sent
        if self._since is None or sent - self._since > BASE_OVER_S:
            self._since, self._least_before, self._least = sent, self._least, needed
        self._least = min(self._least, needed)
        above = needed - min(self._least, self._least_before)
        self.seconds += 0.1 * (above - self.seconds)


class _Trend:
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
