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

from kiosk.media.delays import Queue, Trend
from kiosk.media.delivery import Delivery, Outcome, lost_at_random
from kiosk.media.feedback import Feedback

BACK_OFF = 0.8
LITTLE_SENT_LEAVES, LITTLE_TOLD_LEAVES = 0.5, 0.25
"""Of the rate, at least, after one decrease, where less than half of the rate was sent or told of:
what was delivered then says little of the line."""
HARMLESS_QUEUE_S, STANDING_QUEUE_S = 0.03, 0.2
"""A shorter queue is jitter, whatever its trend; a longer one is too long, whatever its trend."""
SHRINKS_S = 0.005
"""From one feedback to the next; what grows shorter needs no further decrease."""
DRAINS_S = 0.03
"""A queue becomes shorter by this from one decrease to the next, or it is none: the way itself
became longer, and sending less does not shorten it."""
LOSSLESS = 0.1
"""A queue that stands though less is sent loses packets, since it is full."""
HEAVY_LOSS = 0.18
GROWTH_A_SECOND = 1.04
FAST_GROWTH_A_SECOND, GROWTH_BACK_A_SECOND = 1.6, 1.3
"""Until the line first showed its limit, and then while it is far from it."""
LOSS_OVER_S = 1.5
SETTLES_FOR_S = 0.3
"""What leaves within this after a decrease still finds the queue as it was before."""


class Estimate:
    """The rate for everything that is numbered on one line, bits a second."""

    def __init__(self, start: int, least: int, most: int, beside: int = 0) -> None:
        """`beside`: what else goes the same way, unnumbered, and comes first."""
        self.rate = start
        self.loss = 0.0
        self.limited = False
        """Whether the line ever showed a limit."""
        self.held_down = False
        """Whether the rate could only grow if more were sent."""
        self.round_trip_s: float | None = None
        self._least, self._most, self._beside = least, most, beside
        self._delivery = Delivery()
        self._trend = Trend()
        self._queue = Queue()
        self._outcomes: deque[tuple[float, int, int]] = deque()
        self._limit: float | None = None
        self._last_at: float | None = None
        self._decreased_at = float("-inf")
        self._settled = True
        """Whether packets that left well after the last decrease were told of."""
        self._shrinks = False
        self._stood: list[tuple[float, float]] = []
        """At each decrease, while a queue stands: how long it was, and what was delivered."""

    def sent(self, number: int, size: int, at: float) -> None:
        """A packet of `size` bytes left at `at` under this transport-wide number."""
        self._delivery.sent(number, size, at)

    def heard(self, feedback: Feedback, now: float) -> None:
        """Take one feedback in; `rate` follows."""
        told = self._delivery.heard(feedback)
        arrived = [(one, arrival) for one, arrival in told if arrival is not None]
        if not told:
            return
        newest = max(one.at for one, _ in told)
        self._settled = newest >= self._decreased_at + SETTLES_FOR_S
        self._count(told, now)
        if arrived:
            self._measure(now - max(one.at for one, _ in arrived))
        waited = self._queue.seconds
        for one, arrival in arrived:
            self._trend.add(one.at, arrival)
            self._queue.add(one.at, arrival)
        self._shrinks = self._queue.seconds < waited - SHRINKS_S
        self._adjust(now)

    @property
    def delivered(self) -> float:
        """Bits a second that arrived over the last half second."""
        return self._delivery.bits

    @property
    def decreased_at(self) -> float:
        """When the rate last fell; in the endless past where it never did."""
        return self._decreased_at

    def _count(self, told: list[Outcome], now: float) -> None:
        # What left before the last decrease says nothing of the rate since.
        since = [one for one in told if one[0].at >= self._decreased_at]
        lost, came = lost_at_random(since), sum(one[1] is not None for one in since)
        self._outcomes.append((now, lost, lost + came))
        while now - self._outcomes[0][0] > LOSS_OVER_S:
            self._outcomes.popleft()
        count = sum(counted for _, _, counted in self._outcomes)
        self.loss = sum(missing for _, missing, _ in self._outcomes) / max(1, count)

    def _measure(self, trip_s: float) -> None:
        former = self.round_trip_s
        self.round_trip_s = trip_s if former is None else former + 0.2 * (trip_s - former)

    def _adjust(self, now: float) -> None:
        elapsed = min(1.0, now - self._last_at) if self._last_at is not None else 0.0
        if not self._overused:
            self._stood.clear()
        stays = False
        if self._overused or self.loss > HEAVY_LOSS:
            self._decrease(now)
        elif not self._trend.draining and self._settled:
            stays = not self._increase(self.delivered, elapsed)
        if not stays:  # Else the time counts once there is word of enough that was sent.
            self._last_at = now
        self.rate = max(self._least, min(self.rate, self._most))

    @property
    def _overused(self) -> bool:
        waits = self._queue.seconds
        stands = waits > STANDING_QUEUE_S and not self._shrinks
        return stands or (self._trend.overused and waits > HARMLESS_QUEUE_S)

    def _decrease(self, now: float) -> None:
        self.held_down = False
        if not self._settled:
            return
        self._decreased_at = now
        self._outcomes.clear()
        if self._is_no_queue():
            self._queue.start_anew()
            self._stood.clear()
            self._limit = None
            return
        queued = self._overused
        fits = self.delivered - self._beside * self.loss
        if self._stood:
            fits = min(fits, self.rate)
        target = BACK_OFF * fits if queued else self.rate * (1 - 0.5 * self.loss)
        self.rate = int(min(self.rate, max(target, self._leaves() * self.rate)))
        self._limit = self.rate / BACK_OFF if queued else self._limit
        self.limited = True

    def _leaves(self) -> float:
        """The part of the rate that one decrease leaves, whatever was delivered."""
        if self._delivery.sent_bits < self.rate / 2:
            return LITTLE_SENT_LEAVES
        return LITTLE_TOLD_LEAVES if self._delivery.little_known else 0.0

    def _is_no_queue(self) -> bool:
        """Whether sending half of what arrived at first shortened nothing."""
        here = self._queue.seconds
        if here <= STANDING_QUEUE_S or self.loss > LOSSLESS:
            self._stood.clear()
            return False
        self._stood.append((here, self.delivered))
        (_, first), (before, _) = self._stood[0], self._stood[max(0, len(self._stood) - 3)]
        tried = len(self._stood) > 2 and self.rate < first / 2
        return tried and here > before - DRAINS_S

    def _increase(self, delivered: float, elapsed: float) -> bool:
        """False where too little was delivered for any growth."""
        if self._limit is not None and delivered > self._limit * 1.3:
            self._limit = None
        near = self._limit is not None and 0.85 < self.rate / max(1.0, self._limit) < 1.3
        far = GROWTH_BACK_A_SECOND if self.limited else FAST_GROWTH_A_SECOND
        growth = GROWTH_A_SECOND if near else far
        grown = self.rate * growth**elapsed + 2_000 * elapsed
        # What was never tried is not known to fit.
        before, fits = self.rate, 1.5 * delivered + 20_000
        self.held_down = grown > fits and before < self._most
        self.rate = int(max(before, min(grown, fits)))
        return self.rate > before or not self.held_down
