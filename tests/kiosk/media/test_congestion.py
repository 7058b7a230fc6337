"""The estimate, against a line that is computed: capacity, queue, delay, loss."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from math import sin
from statistics import median

import pytest

from kiosk.media.congestion import Estimate
from kiosk.media.feedback import Feedback
from kiosk.media.sending import SendingSide

PACKET, SOUND_PACKET = 1_000, 150
SOUND = 60_000
STEP_S = 0.001
FEEDBACK_EVERY_S = 0.1


@dataclass
class Line:
    """A bottleneck with a queue, then a delay and random loss."""

    capacity: float
    delay_s: float = 0.02
    loss: float = 0.0
    queue_s: float = 2.0
    wave_s: float = 0.0
    """By so much the delay sways, about once a second."""
    free_at: float = 0.0
    luck: random.Random = field(default_factory=lambda: random.Random(4))

    def carry(self, size: int, now: float) -> float | None:
        waits = max(self.free_at, now)
        if waits - now > self.queue_s or self.luck.random() < self.loss:
            return None
        self.free_at = waits + size * 8 / self.capacity
        return self.free_at + self.delay_s + self.wave_s * (1 + sin(6 * now))

    def queued_s(self, now: float) -> float:
        return max(0.0, self.free_at - now)


class Sender:
    """Sends pictures of the estimated rate, 30 a second, spread as a pacer would."""

    def __init__(self, line: Line, start: int = 600_000, wanted: float = 1e9) -> None:
        self.line, self.wanted = line, wanted
        self.estimate = Estimate(start, 40_000, 1_200_000, beside=SOUND)
        self.sound = 0
        """Bits a second of sound in the same queue."""
        self.feedback_loss = 0.0
        self.credit = self.spoken = 0.0
        self.now = 0.0
        self.number = 0
        self.pending: deque[tuple[int, float | None]] = deque()
        self.told = 0
        self.rates: list[int] = []
        self.queues: list[float] = []

    def run(self, seconds: float) -> Sender:
        self.rates, self.queues = [], []
        until, due = self.now + seconds, self.now + FEEDBACK_EVERY_S
        while self.now < until:
            self.now += STEP_S
            self.credit += min(self.estimate.rate, self.wanted) * STEP_S / 8
            if self.credit >= PACKET:
                self.credit -= PACKET
                self._send()
            self.spoken += self.sound * STEP_S / 8
            if self.spoken >= SOUND_PACKET:
                self.spoken -= SOUND_PACKET
                self.line.carry(SOUND_PACKET, self.now)
            if self.now >= due:
                due += FEEDBACK_EVERY_S
                self._tell()
                self.rates.append(self.estimate.rate)
                self.queues.append(self.line.queued_s(self.now))
        return self

    def _send(self) -> None:
        self.estimate.sent(self.number, PACKET, self.now)
        self.pending.append((self.number, self.line.carry(PACKET, self.now)))
        self.number += 1

    def _tell(self) -> None:
        back = self.now - self.line.delay_s
        told = []
        while self.pending and (self.pending[0][1] is None or self.pending[0][1] <= back):
            told.append(self.pending.popleft())
        while told and told[-1][1] is None:
            self.pending.appendleft(told.pop())
        if told and self.line.luck.random() >= self.feedback_loss:
            arrivals = tuple(arrival for _, arrival in told)
            self.estimate.heard(Feedback(told[0][0], arrivals), self.now)

    @property
    def rate(self) -> float:
        return median(self.rates[-50:])


@pytest.mark.parametrize("capacity", [150_000, 300_000, 700_000])
def test_a_narrow_line_is_filled_without_a_standing_queue(capacity: int) -> None:
    sender = Sender(Line(capacity)).run(20)
    sender.run(20)
    assert 0.6 * capacity < sender.rate < 1.1 * capacity
    assert median(sender.queues) < 0.15


@pytest.mark.parametrize("loss", [0.02, 0.05, 0.10])
@pytest.mark.parametrize("delay", [0.02, 0.1, 0.3])
def test_what_is_lost_at_random_does_not_lower_the_rate(loss: float, delay: float) -> None:
    sender = Sender(Line(5_000_000, delay, loss)).run(20)
    assert sender.rate > 900_000


def test_a_line_that_becomes_narrow_is_followed_down_and_up_again() -> None:
    sender = Sender(Line(5_000_000)).run(10)
    assert sender.rate > 900_000
    sender.line.capacity = 300_000
    sender.run(10)
    assert sender.rate < 330_000
    sender.line.capacity = 5_000_000
    sender.run(25)
    assert sender.rate > 800_000


@pytest.mark.parametrize("feedback_loss", [0.0, 0.7])
def test_a_line_that_becomes_very_narrow_is_followed_at_once_and_not_far_below(
    feedback_loss: float,
) -> None:
    """Sound stays whole, and what it leaves is used for pictures."""
    sender = Sender(Line(5_000_000, queue_s=0.3), start=1_200_000, wanted=900_000)
    sender.sound = SOUND
    sender.run(5)
    sender.line.capacity, sender.feedback_loss = 150_000, feedback_loss
    sender.run(2.5)
    sender.feedback_loss = 0.0
    sender.run(10)
    assert max(sender.rates[10:]) < 110_000
    assert min(sender.rates[10:]) > 48_000
    assert median(sender.queues) < 0.1


def test_a_line_that_goes_on_narrowing_is_followed_though_its_queue_stays() -> None:
    """Each decrease comes too late to shorten it, which looks like a way that became longer."""
    sender = Sender(Line(5_000_000, queue_s=0.3), start=1_200_000)
    sender.sound = SOUND
    sender.run(5)
    for step in range(10):
        sender.line.capacity = 300_000 * (1 - 0.06 * step)
        sender.run(0.7)
    sender.run(6)
    assert median(sender.queues) < 0.15


def test_a_way_that_became_longer_is_no_queue() -> None:
    sender = Sender(Line(5_000_000)).run(10)
    sender.line.delay_s = 0.32
    sender.run(12)
    assert sender.estimate.rate > 500_000


def test_heavy_loss_lowers_the_rate() -> None:
    assert Sender(Line(5_000_000, loss=0.35)).run(15).rate < 300_000


def test_a_line_that_was_cut_off_is_as_wide_as_before() -> None:
    sender = Sender(Line(5_000_000)).run(15)
    before = sender.estimate.rate
    sender.line.loss = 1.0
    sender.run(5)
    sender.line.loss = 0.0
    sender.run(2)
    assert sender.estimate.rate > 0.7 * before


def test_jitter_is_no_queue() -> None:
    """A wave of 24 ms rises and falls as a queue would, but never grows into one."""
    assert Sender(Line(5_000_000, wave_s=0.012)).run(20).rate > 800_000


def test_who_sent_little_does_not_lose_all_of_the_rate_at_once() -> None:
    sender = Sender(Line(5_000_000), start=900_000, wanted=60_000).run(5)
    before = sender.estimate.rate
    sender.line.free_at = sender.now + 0.6
    sender.run(1.2)
    assert before > sender.estimate.rate >= 0.25 * before


def test_where_no_picture_fits_any_more_the_line_is_still_asked() -> None:
    side = SendingSide()
    side.estimate.rate = 60_000
    assert not side.probes(1_000, 0.0), "nobody tells what arrives"
    side.estimate.sent(1, 1_000, 0.0)
    side.heard(Feedback(1, (0.02,)), 0.05)
    side.estimate.rate = 60_000
    assert side.probes(1_000, 1.0)
    assert not side.probes(1_000, 2.0)
    assert side.probes(1_000, 4.1)


def test_what_was_never_tried_is_not_believed_to_fit() -> None:
    sender = Sender(Line(5_000_000), wanted=200_000).run(20)
    assert sender.rate <= 600_000
    assert sender.estimate.delivered == pytest.approx(200_000, rel=0.2)


def test_the_round_trip_is_measured() -> None:
    sender = Sender(Line(5_000_000, delay_s=0.1)).run(5)
    assert sender.estimate.round_trip_s == pytest.approx(0.2, abs=0.12)
