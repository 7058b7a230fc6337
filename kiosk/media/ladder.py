"""What to send on a line that carries so much: size and rate of pictures, or sound alone. Pure.

Sound comes first: it is neither held back nor counted here, so what the line is found to carry
of pictures is what sound leaves of it. Going down is done at once, going up only after a while
and with room to spare, so that a line at the edge of a step does not make the picture jump.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.devices.contracts import Resolution

HEADERS = 0.92
"""The part of the rate that the encoder may fill: the rest is headers."""
FULL_PIXELS = 640 * 480
GOES_UP_AFTER_S = 4.0
TOO_SOON_S = 10.0
LONGEST_WAIT_S = 60.0
"""A rung that did not hold for `TOO_SOON_S` is not tried again for twice as long as before; any
picture is, after sound alone: a small one in steps is missed more than it disturbs."""
ROOM_TO_GO_UP = 1.25
LEAST_PICTURE_BITS, MOST_PICTURE_BITS = 40_000, 1_000_000
COMES_BACK_BITS = int(LEAST_PICTURE_BITS * ROOM_TO_GO_UP / HEADERS) + 1
"""Of the line, before pictures are sent again where sound was alone."""


@dataclass(frozen=True, slots=True)
class Step:
    """A rung: a size, every so manieth picture, and the least bits a second that it needs of a
    picture of 640 by 480."""

    quarters: int
    """Of width and height."""
    every: int
    least_bits: int

    def size(self, full: Resolution) -> Resolution:
        """In pixels, multiples of 16 as encoders like them."""
        width, height = (side * self.quarters // 4 // 16 * 16 for side in full)
        return Resolution(max(16, width), max(16, height))


STEPS = (
    Step(4, 1, 360_000),
    Step(3, 1, 200_000),
    Step(2, 1, 100_000),
    Step(2, 2, 60_000),
    Step(2, 4, LEAST_PICTURE_BITS),
)


@dataclass(frozen=True, slots=True)
class Sending:
    """What to send now. No step: sound alone."""

    step: Step | None
    bits: int
    """For pictures, a second."""


class Ladder:
    """Remembers the rung, and when it was taken."""

    def __init__(self, full: Resolution) -> None:
        self._pixels = full.width * full.height / FULL_PIXELS
        self._rung = 0
        self._since = float("-inf")
        self._waits_s = GOES_UP_AFTER_S
        self._went_up_at = float("-inf")

    def choose(self, line_bits: int, now: float) -> Sending:
        """For a line of `line_bits` a second beside sound, at `now` (monotonic seconds)."""
        bits = int(line_bits * HEADERS)
        rung = self._fitting(bits)
        if rung < self._rung:
            rung = self._fitting(int(bits / ROOM_TO_GO_UP))
            waits_s = self._waits_s if self._rung < len(STEPS) else GOES_UP_AFTER_S
            if now - self._since < waits_s:
                rung = self._rung
            rung = min(rung, self._rung)
        if rung != self._rung:
            self._step_to(rung, now)
        step = STEPS[rung] if rung < len(STEPS) else None
        most = int(MOST_PICTURE_BITS * max(1.0, self._pixels))
        return Sending(step, max(LEAST_PICTURE_BITS, min(bits, most)))

    def _step_to(self, rung: int, now: float) -> None:
        if rung < self._rung:
            self._went_up_at = now
        elif now - self._went_up_at < TOO_SOON_S:
            self._waits_s = min(LONGEST_WAIT_S, 2 * self._waits_s)
        else:
            self._waits_s = GOES_UP_AFTER_S
        self._rung, self._since = rung, now

    def _fitting(self, bits: int) -> int:
        needs = (step.least_bits * max(1.0, self._pixels) for step in STEPS)
        return next((rung for rung, least in enumerate(needs) if bits >= least), len(STEPS))
