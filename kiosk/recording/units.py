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


@dataclass(frozen=True, slots=True)
class Picture:
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

    def until(self, following: int | None) -> Unit:
        """The same, lasting until the next unit of its kind. Sound before a hole lasts as long
        as it says itself."""
        ends = self.ends
        if following is not None and (self.look or following < 2 * ends - self.starts):
            ends = following
        return Unit(self.starts, ends, self.data, self.keyframe, self.look)


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

    def put(self, at: int, lasts: int, data: bytes, picture: Picture | None = None) -> int:
        """When it begins: later than asked where that would be before another one."""
        starts = max(at, self.newest + STEP)
        self.newest = starts
        keyframe, look = (picture.keyframe, picture.look) if picture else (True, None)
        self.waiting.append(Unit(starts, starts + lasts, data, keyframe, look))
        return starts

    def first(self, *, with_last: bool) -> int | None:
        """When the first unit begins that `take` would give."""
        return self.waiting[0].starts if len(self.waiting) > (0 if with_last else 1) else None

    def take(self, before: int, last_ends: int | None = None) -> list[Unit]:
        """What begins `before` that. The last unit only where it is said when it ends."""
        taken: list[Unit] = []
        while self.waiting and self.waiting[0].starts < before:
            if len(self.waiting) == 1 and last_ends is None:
                break
            unit = self.waiting.popleft()
            taken.append(unit.until(self.waiting[0].starts if self.waiting else last_ends))
        if taken:
            self.newest = max(self.newest, taken[-1].ends - STEP)
        return taken
