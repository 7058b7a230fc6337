"""One party's pictures and packets with their times, and the fragments made of them. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

TICKS_A_SECOND = 720_000
"""The least that counts 1/90000 s, 1/48000 s and 1 ms whole."""
TICKS_A_MS = TICKS_A_SECOND // 1000
STEP = TICKS_A_MS
"""Two units of one kind are this far apart at least."""
LEAST_PICTURE = TICKS_A_SECOND // 30
"""How long a very last picture lasts."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a head says of the pictures after it."""

    width: int
    height: int
    parameters: tuple[bytes, ...] = ()
    """Of H.264: one sequence parameter set, then the picture parameter sets."""


class Picture(NamedTuple):
    """An encoded picture as its container keeps it."""

    data: bytes
    keyframe: bool
    look: Look


class Unit(NamedTuple):
    """A picture or a packet and its time in ticks."""

    starts: int
    ends: int
    """Of what still waits: of a packet as it says itself, of a picture the same as `starts`."""
    data: bytes
    keyframe: bool = True
    look: Look | None = None
    """Of a picture."""

    def until(self, following: int) -> Unit:
        """The same, lasting until the next unit of its kind. Sound before a hole lasts as long
        as it says itself."""
        starts, ends, data, keyframe, look = self
        if following == ends or (look is None and following >= 2 * ends - starts):
            return self
        return Unit(starts, following, data, keyframe, look)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Never empty. A keyframe stands nowhere but at its beginning."""

    pictures: list[Unit]
    sounds: list[Unit]
    look: Look | None
    """What the head before it must say; None for sound alone."""

    @property
    def starts(self) -> int:
        return min(units[0].starts for units in (self.pictures, self.sounds) if units)

    @property
    def ends(self) -> int:
        return max(units[-1].ends for units in (self.pictures, self.sounds) if units)


class Track:
    """Units of one kind that wait, in order; the last one until it is known how long it lasts."""

    def __init__(self) -> None:
        self.waiting: deque[Unit] = deque()
        self.newest = -STEP

    @property
    def begun(self) -> bool:
        return self.newest >= 0

    def put(
        self, at: int, lasts: int, data: bytes, keyframe: bool = True, look: Look | None = None
    ) -> int:
        """When it begins: later than asked where that would be before another one."""
        earliest = self.newest + STEP
        starts = self.newest = max(at, earliest)
        self.waiting.append(Unit(starts, starts + lasts, data, keyframe, look))
        return starts

    def first(self, *, with_last: bool) -> int | None:
        """When the first unit begins that `take` would give."""
        return self.waiting[0].starts if len(self.waiting) > (0 if with_last else 1) else None

    def take(self, before: int, last_ends: int | None = None) -> list[Unit]:
        """What begins `before` that. The last unit only where it is said when it ends."""
        taken: list[Unit] = []
        waiting = self.waiting
        while len(waiting) > 1 and waiting[0].starts < before:
            unit = waiting.popleft()
            taken.append(unit.until(waiting[0].starts))
        if len(waiting) == 1 and last_ends is not None and waiting[0].starts < before:
            taken.append(waiting.popleft().until(last_ends))
        if taken:
            self.newest = max(self.newest, taken[-1].ends - STEP)
        return taken
