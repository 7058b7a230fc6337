"""What arrived, told to the sender: the other half of `congestion`. Pure."""

from __future__ import annotations

from kiosk.media.assembly import JUMP, Unwrapped
from kiosk.media.feedback import build

MOST_AT_ONCE = 400
FURTHEST_APART_S = 6.0


class Arrivals:
    """Collects the arrivals of numbered packets until the next feedback."""

    def __init__(self) -> None:
        self._numbers = Unwrapped()
        self._arrived: dict[int, float] = {}
        self._next: int | None = None
        self._count = 0

    def add(self, number: int, at: float) -> None:
        """A packet came under this transport-wide number at `at` (monotonic seconds)."""
        found = self._numbers.of(number)
        if self._next is None or abs(found - self._next) > JUMP:
            self._arrived.clear()
            self._next = found
        if found >= self._next:
            self._arrived.setdefault(found, at)

    def feedback(self, ssrc: int, media_ssrc: int) -> bytes | None:
        """An RTCP packet about everything since the last one; None where nothing came."""
        if not self._arrived or self._next is None:
            return None
        began_at = min(self._arrived)
        first = max(self._next, began_at - MOST_AT_ONCE // 2)
        last = min(max(self._arrived), first + MOST_AT_ONCE - 1)
        began = self._arrived[began_at]
        while last > began_at and abs(self._arrived.get(last, began) - began) > FURTHEST_APART_S:
            last -= 1
        told = [self._arrived.get(number) for number in range(first, last + 1)]
        while told[-1] is None:
            told.pop()
        packet = build(self._count, ssrc, media_ssrc, first & 0xFFFF, told)
        self._count += 1
        self._next = first + len(told)
        self._arrived = {one: at for one, at in self._arrived.items() if one >= self._next}
        return packet
