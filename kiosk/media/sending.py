"""The sending side of one line: when a packet may leave, and which ones are sent again.

Pure: times are handed in.
"""

from __future__ import annotations

from collections import deque
from enum import Enum

from kiosk.media.congestion import Estimate
from kiosk.media.feedback import Feedback
from kiosk.media.ladder import COMES_BACK_BITS

PACE = 2.5
"""So much faster than the estimated rate a picture leaves: a keyframe takes its time, the
average does not suffer."""
OPENING_PACE_BITS = 8_000_000
"""Before the line showed any limit. Half of it spread each picture by 8 to 16 ms, which a visitor
sees later by as much (docs/bad-lines.md, VP8 with 5 % lost)."""
BURST_S = 0.005
LONGEST_WAIT_S = 0.4
AGAIN_SHARE = 0.3
"""Of the rate, for what is sent again."""
LEAST_BETWEEN_S = 0.03
TWICE_ABOVE_LOSS, TWICE_ABOVE_TRIP_S = 0.03, 0.1
"""A repeat that is lost there is missed for longer than a picture may stand still."""
MOST_REMEMBERED = 1_024
START_BITS, LEAST_BITS, MOST_BITS = 900_000, 30_000, 1_500_000
"""For pictures, a second: before anything is known of the line, and ever."""
SOUND_BITS = 60_000
"""Opus at 24 kbit/s in 50 packets a second, each with some 90 bytes of headers and tags."""
BELOW_REMB = 0.85
LATE_S = 0.12
PROBES_FOR_S, PROBES_EVERY_S = 0.5, 3.0
PROBE_SHARE = 0.5
"""Of the rate, for what is sent twice, once the line showed a limit: sound waits in the same
queue. Where no picture fits, nothing else is sent, and what one needs is tried."""
RESTS_AFTER_LIMIT_S = 3.0
"""A line that has just shown its limit is not asked for more."""
NARROW_BITS = 70_000


class Pacer:
    """Spreads packets so that a burst does not fill the queues on the way."""

    def __init__(self) -> None:
        self.bits = OPENING_PACE_BITS
        self._free_at = 0.0

    def follow(self, rate: int, limited: bool) -> None:
        """The line is estimated at `rate` bits a second; `limited` once it showed a limit."""
        self.bits = max(int(PACE * rate), 0 if limited else OPENING_PACE_BITS)

    def wait_s(self, size: int, now: float) -> float:
        """How long a packet of `size` bytes waits; it counts as sent then."""
        begins = max(self._free_at, now)
        self._free_at = min(begins + size * 8 / self.bits, now + LONGEST_WAIT_S)
        waits = begins - now
        return waits if waits > BURST_S else 0.0

    def backlog_s(self, now: float) -> float:
        """How long the next packet would wait."""
        return max(0.0, self._free_at - now)


class Again(Enum):
    """What to do about a packet that is asked for again."""

    SEND = "send"
    TWICE = "twice"
    """It costs too long where the repeat is lost as well."""
    WAIT = "wait"
    """It is on its way already."""
    GIVE_UP = "give-up"
    """Too much is missing; a keyframe costs less."""


class Repeats:
    """Each packet once in a round trip, and all of them in a share of the rate."""

    def __init__(self) -> None:
        self._sent_at: dict[int, float] = {}
        self._spent: deque[tuple[float, int]] = deque()

    def ask(
        self, number: int, size: int, now: float, *, rate: int, round_trip_s: float | None
    ) -> Again:
        """About packet `number` (sixteen bits) of `size` bytes."""
        between = max(LEAST_BETWEEN_S, 0.9 * (round_trip_s or 0.0))
        if now - self._sent_at.get(number, float("-inf")) < between:
            return Again.WAIT
        while self._spent and now - self._spent[0][0] > 1.0:
            self._spent.popleft()
        spent = sum(one for _, one in self._spent) + size
        if spent * 8 > AGAIN_SHARE * rate:
            return Again.GIVE_UP
        self._spent.append((now, size))
        self._sent_at[number] = now
        if len(self._sent_at) > MOST_REMEMBERED:
            del self._sent_at[next(iter(self._sent_at))]
        return Again.SEND

    def has_spare(self, size: int, now: float, *, rate: int) -> bool:
        """Whether a repeat of `size` bytes may go out a second time: within half of the share.
        It counts as sent then."""
        spent = sum(one for _, one in self._spent) + size
        if spent * 8 > AGAIN_SHARE / 2 * rate:
            return False
        self._spent.append((now, size))
        return True


class Throttle:
    """Keyframes are asked for by many and often; one in so many seconds is made, and none is
    forgotten."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._asked = False
        self._last_at = float("-inf")

    def ask(self) -> None:
        self._asked = True

    def take(self, now: float) -> bool:
        """Whether the next picture is to be a keyframe; then the question is answered."""
        if not self._asked or now - self._last_at < self._every_s:
            return False
        self.made(now)
        return True

    def made(self, now: float) -> None:
        """A keyframe was made, whoever wanted it."""
        self._asked, self._last_at = False, now


class SendingSide:
    """What is known of one line's way out, and what may be sent on it. Not safe for two
    threads at once."""

    def __init__(self) -> None:
        self.estimate = Estimate(START_BITS, LEAST_BITS, MOST_BITS, beside=SOUND_BITS)
        self.pacer = Pacer()
        self.repeats = Repeats()
        self.number = 0
        """Of the packet that was made ready last."""
        self._told_at: float | None = None
        self._remb: int | None = None
        self._padded_until = 0.0
        self._rests_until = 0.0
        self._padding = 0

    @property
    def bits(self) -> int:
        """What the line carries of pictures, bits a second: by our own estimate where the other
        side tells of each packet, else by its own, which counts sound as well."""
        if self._told_at is None and self._remb is not None:
            return max(LEAST_BITS, min(MOST_BITS, int(self._remb * BELOW_REMB) - SOUND_BITS))
        return self.estimate.rate

    def next_number(self) -> int:
        """For the packet that is made ready now (sixteen bits)."""
        self.number = (self.number + 1) & 0xFFFF
        return self.number

    def backlog(self, now: float) -> bool:
        """Whether so much waits that the next picture would come late."""
        return self.pacer.backlog_s(now) > LATE_S

    def heard(self, feedback: Feedback, now: float) -> None:
        """The other side told which packets arrived."""
        self._told_at = now
        self.estimate.heard(feedback, now)
        self.pacer.follow(self.bits, self.estimate.limited)

    def heard_remb(self, bits: int) -> None:
        """The other side's own estimate."""
        self._remb = bits
        if self._told_at is None:
            self.pacer.follow(self.bits, limited=True)

    def may_repeat(self, number: int, size: int, now: float) -> Again:
        """Whether packet `number` (sixteen bits) is sent again. Where less arrives than the
        estimate still says, a share of what arrives is what there is to spend."""
        rate, trip = self.bits, self.estimate.round_trip_s
        if self._told_at is not None:
            rate = min(rate, max(LEAST_BITS, int(self.estimate.delivered)))
        may = self.repeats.ask(number, size, now, rate=rate, round_trip_s=trip)
        if may is Again.SEND and self._repeats_are_lost_too(now):
            return Again.TWICE if self.repeats.has_spare(size, now, rate=rate) else may
        return may

    def _repeats_are_lost_too(self, now: float) -> bool:
        """On a long line that loses at random; a full one loses more the more is sent."""
        estimate = self.estimate
        far = (estimate.round_trip_s or 0.0) > TWICE_ABOVE_TRIP_S
        full = now < estimate.decreased_at + RESTS_AFTER_LIMIT_S
        return far and estimate.loss > TWICE_ABOVE_LOSS and not full

    def probes(self, size: int, now: float) -> bool:
        """Whether to send a packet of `size` bytes twice now, to learn whether the line carries
        more than what there is to send: half a second in every three, while the estimate is
        held down or no picture fits, and never soon after the line showed its limit."""
        heard_of = self._told_at is not None or self._remb is not None
        if not heard_of or not (self.estimate.held_down or self.bits < NARROW_BITS):
            return False
        if now < self.estimate.decreased_at + RESTS_AFTER_LIMIT_S:
            return False
        if now >= self._rests_until:
            self._padded_until, self._rests_until = now + PROBES_FOR_S, now + PROBES_EVERY_S
            most = PROBE_SHARE * self.bits if self.bits >= COMES_BACK_BITS else COMES_BACK_BITS
            self._padding = int(most * PROBES_FOR_S / 8) if self.estimate.limited else MOST_BITS
        if now >= self._padded_until or self.backlog(now) or self._padding < size:
            return False
        self._padding -= size
        return True
