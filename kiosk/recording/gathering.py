"""From pictures and packets, as they come, to fragments: cut at one time for both kinds, in
order, every unit with the time it lasts. Pure.

The cuts of every party lie on the same grid, so that the fragments of both are written, brought
and kept together.

Sound is never left out and has no hole: what was lost on the way stands there as packets that
say so (RFC 7845, 4.1), because a browser drops the pictures that follow a hole in the sound. A
picture lasts until the next one.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.recording import opus
from kiosk.recording.units import (
    LEAST_PICTURE,
    TICKS_A_MS,
    TICKS_A_SECOND,
    Fragment,
    Look,
    Picture,
    Track,
)
from visits.recordings import FRAGMENT_MS

FRAGMENT = FRAGMENT_MS * TICKS_A_MS
"""The longest one, and how far the lines of the grid lie apart, from the recording's zero on."""
LATE = 350 * TICKS_A_MS
"""One kind is waited for while the other runs ahead by less."""
FIRST_LATE = 600 * TICKS_A_MS
"""The same while one kind has not come at all: a head that names both saves a second one."""
SOUND_LOST_AFTER = 1000 * TICKS_A_MS
PICTURES_STOP_AFTER_S = 6.0
"""A picture that waits so long for the next one is the last for now."""
PICTURES_STOP_AFTER = round(PICTURES_STOP_AFTER_S * TICKS_A_SECOND)
LONGEST_FILLED = 60 * TICKS_A_SECOND
"""A longer gap in the sound is left a hole."""


class Gathering:
    """One party's units. Whenever one was put in, take what is `ready`."""

    def __init__(self) -> None:
        self._pictures, self._sounds = Track(), Track()
        self._sound_ends: int | None = None
        self._newest_sound = opus.LOST_20_MS
        self._look: Look | None = None
        self.looks_again = 0
        """The tick until which nothing can be ready, unless something newer comes."""

    def picture(self, at: int, picture: Picture) -> bool:
        """Begins at tick `at`. Whether anything may be ready."""
        starts = self._pictures.put(at, 0, *picture)
        if picture.keyframe:
            self.looks_again = 0
        if self._sound_ends is None:
            self._sound_ends = starts
        elif starts - SOUND_LOST_AFTER > self._sound_ends:
            self._fill_sound(starts - SOUND_LOST_AFTER)
        return starts >= self.looks_again

    def sound(self, at: int, packet: bytes, lasts: int) -> bool:
        """Begins at tick `at`, lasts so many. Whether anything may be ready."""
        self._newest_sound = packet
        if self._sound_ends is not None and at > self._sound_ends:
            self._fill_sound(at)
        return self._put_sound(at, packet, lasts) >= self.looks_again

    def ready(self) -> Iterator[Fragment]:
        """The fragments that nothing more belongs into."""
        while self._newest >= self.looks_again:
            begins = self._begins(self._pictures_stopped)
            if begins is None:
                return
            limit = self._limit(begins)
            if not self._settled(limit):
                self.looks_again = limit
                return
            if self._pictures_stopped:
                yield self._cut(limit, self._newest - LATE)
                self._look = None
            else:
                yield self._cut(limit)

    def rest(self) -> Iterator[Fragment]:
        """Everything, at the end."""
        yield from self.ready()
        picture_ends = max(self._newest, self._pictures.newest + LEAST_PICTURE)
        while (begins := self._begins(with_last=True, last_sound=True)) is not None:
            yield self._cut(self._limit(begins), picture_ends, self._sound_ends)

    @property
    def _newest(self) -> int:
        return max(self._pictures.newest, self._sounds.newest)

    @property
    def _pictures_stopped(self) -> bool:
        return self._newest - self._pictures.newest > PICTURES_STOP_AFTER

    def _put_sound(self, at: int, packet: bytes, lasts: int) -> int:
        starts = self._sounds.put(at, lasts, packet)
        self._sound_ends = starts + lasts
        return starts

    def _fill_sound(self, until: int) -> None:
        ends = self._sound_ends
        if ends is None or not 0 < until - ends <= LONGEST_FILLED:
            return
        lost = opus.lost_after(self._newest_sound)
        lasts = round(opus.frame_ms(lost) * TICKS_A_MS)
        # Clocks jitter: what nearly fits was one whole frame that is missing.
        for at in range(ends, until - lasts * 3 // 4, lasts):
            self._put_sound(at, lost, lasts)

    def _begins(self, with_last: bool, last_sound: bool = False) -> int | None:
        firsts = (
            self._pictures.first(with_last=with_last),
            self._sounds.first(with_last=last_sound),
        )
        return min((first for first in firsts if first is not None), default=None)

    def _limit(self, begins: int) -> int:
        """Where the fragment that begins there ends: on the grid, or before a keyframe."""
        end = (begins // FRAGMENT + 1) * FRAGMENT
        keyframes = (
            unit.starts for unit in self._pictures.waiting if unit.keyframe and unit.starts > begins
        )
        return min(end, next(keyframes, end))

    def _settled(self, limit: int) -> bool:
        if min(self._pictures.newest, self._sounds.newest) >= limit:
            return True
        both = self._pictures.begun and self._sounds.begun
        return self._newest >= limit + (LATE if both else FIRST_LATE)

    def _cut(
        self, limit: int, picture_ends: int | None = None, sound_ends: int | None = None
    ) -> Fragment:
        """Where a last unit is to be in it, it is said when that ends."""
        pictures = self._pictures.take(limit, picture_ends)
        sounds = self._sounds.take(limit, sound_ends)
        if pictures:
            self._look = pictures[0].look
        elif self._look is None and self._pictures.waiting:
            self._look = self._pictures.waiting[0].look
        return Fragment(pictures, sounds, self._look)
