"""What was sent on a line, and what became of it by the other side's word. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import groupby

from kiosk.media.feedback import Feedback

OVER_S = 0.5
OUTAGE_S = 0.25
"""All that is lost for so long was lost because the line was cut off, which says nothing of how
much it carries."""
MOST_UNHEARD = 4_096
MOST_GUESSED = 3.0
"""Of what arrived, in addition, where feedback was lost."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One packet: when it left, and how many bytes it was."""

    at: float
    size: int


Outcome = tuple[Sent, float | None]
"""A packet and when it arrived, on the other side's clock; None for what is lost."""


class Delivery:
    """Remembers what was sent, and how much of it arrived over half a second by the other side's
    clock: feedback comes late and in heaps where the line is full, and that must not look like
    more."""

    def __init__(self) -> None:
        self.bits = 0.0
        """A second, that arrived. Of what nobody told, since feedback was lost, the same part is
        taken to have arrived."""
        self.little_known = False
        """Nobody told of more than half."""
        self._unheard: dict[int, Sent] = {}
        self._left: deque[Sent] = deque()
        self._told: deque[Outcome] = deque(maxlen=MOST_UNHEARD)

    @property
    def sent_bits(self) -> float:
        """A second, over the half second before the last packet left."""
        return sum(one.size for one in self._left) * 8 / OVER_S

    def sent(self, number: int, size: int, at: float) -> None:
        """A packet left under this transport-wide number (sixteen bits)."""
        packet = self._unheard[number & 0xFFFF] = Sent(at, size)
        self._left.append(packet)
        while self._left[0].at < at - OVER_S:
            self._left.popleft()
        if len(self._unheard) > MOST_UNHEARD:
            del self._unheard[next(iter(self._unheard))]

    def heard(self, feedback: Feedback) -> list[Outcome]:
        """What became of the packets that this feedback is about and no former one was."""
        known = [(self._unheard.pop(number, None), arrival) for number, arrival in feedback]
        told = [(one, arrival) for one, arrival in known if one is not None]
        if told:
            self._told.extend(told)
            self._measure(max(one.at for one, _ in told))
        return told

    def _measure(self, newest: float) -> None:
        since = newest - OVER_S
        while self._told[0][0].at < since - OVER_S:
            self._told.popleft()
        arrivals = [arrival for _, arrival in self._told if arrival is not None]
        arrived_since = max(arrivals, default=0.0) - OVER_S
        came = sum(one.size for one, at in self._told if at is not None and at >= arrived_since)
        lost = sum(one.size for one, at in self._told if at is None and one.at >= since)
        unheard = sum(one.size for one in self._unheard.values() if since < one.at < newest)
        known = max(1, came + lost)
        self.little_known = unheard > known
        self.bits = came * 8 / OVER_S * (1 + min(MOST_GUESSED, unheard / known))


def lost_at_random(told: list[Outcome]) -> int:
    """How many packets were lost, without those of outages."""
    lost = 0
    for here, run in groupby(told, key=lambda one: one[1] is not None):
        missing = [] if here else [one for one, _ in run]
        if missing and missing[-1].at - missing[0].at < OUTAGE_S:
            lost += len(missing)
    return lost
