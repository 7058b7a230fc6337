"""A browser's pictures over a computed line that delays and loses: a minute takes a second."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import partial
from itertools import count, pairwise
from random import Random

from kiosk.media.assembly import PictureAssembly, Piece, Whole
from kiosk.media.smoothing import Smoothing

PICTURES_A_SECOND, TICKS = 30, 3_000
LOOKS_EVERY_S = 0.005
KEYFRAME, OTHER = b"K", b"d"
KEYFRAME_PACKETS, OTHER_PACKETS = 14, (2, 6)
BETWEEN_PACKETS_S = 0.002
KEYFRAMES_APART_S = 0.3


class ComputedLine:
    """`shown` has when each picture is let go, and whether it is drawn over a missing one."""

    def __init__(self, luck: Random, *, delay_s: float, loss: float, jitter_s: float = 0.0) -> None:
        """Each way takes `delay_s` and up to `jitter_s` more, so that packets overtake others."""
        self.shown: list[tuple[float, bool]] = []
        self._luck, self._delay_s, self._loss, self._jitter_s = luck, delay_s, loss, jitter_s
        self._round_trip_s = 2 * delay_s + jitter_s
        self._smoothing = Smoothing()
        self._assembly = PictureAssembly(begins_a_keyframe, self._smoothing.mended)
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._turn = count()
        self._now = 0.0
        self._sent: list[Piece] = []
        self._repeated_at: dict[int, float] = {}
        self._keyframe_wanted, self._keyframe_at = True, float("-inf")

    def run(self, seconds: float) -> None:
        for number in range(round(seconds * PICTURES_A_SECOND)):
            self._at(number / PICTURES_A_SECOND, partial(self._send_picture, number))
        for look in range(round(seconds / LOOKS_EVERY_S)):
            self._at(look * LOOKS_EVERY_S, self._look)
        while self._due:
            self._now, _, happen = heapq.heappop(self._due)
            happen()

    def longest_gap_s(self, after_s: float) -> float:
        times = [at for at, _ in self.shown if at > after_s]
        return max(later - earlier for earlier, later in pairwise(times))

    def _at(self, when: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._due, (when, next(self._turn), happen))

    def _carry(self, after_s: float, happen: Callable[[], None]) -> None:
        if self._luck.random() >= self._loss:
            took = self._delay_s + self._luck.uniform(0.0, self._jitter_s)
            self._at(self._now + after_s + took, happen)

    # --- the browser

    def _send_picture(self, number: int) -> None:
        keyframe = self._keyframe_wanted and self._now - self._keyframe_at > KEYFRAMES_APART_S
        if keyframe:
            self._keyframe_wanted, self._keyframe_at = False, self._now
        packets = KEYFRAME_PACKETS if keyframe else self._luck.randint(*OTHER_PACKETS)
        for part in range(packets):
            kind = b"" if part else KEYFRAME if keyframe else OTHER
            marker = part == packets - 1
            self._sent.append(Piece(len(self._sent) & 0xFFFF, number * TICKS, marker, kind + b"."))
            self._send(len(self._sent) - 1, part * BETWEEN_PACKETS_S)

    def _send(self, at: int, after_s: float = 0.0) -> None:
        self._carry(after_s, lambda: self._take(self._sent[at]))

    def _repeat(self, numbers: list[int]) -> None:
        """Each at most once in a round trip, as browsers do."""
        for number in numbers:
            newest = len(self._sent) - 1
            at = newest - ((newest - number) & 0xFFFF)
            if at >= 0 and self._now - self._repeated_at.get(at, -9.0) >= self._round_trip_s:
                self._repeated_at[at] = self._now
                self._send(at)

    def _want_keyframe(self) -> None:
        self._keyframe_wanted = True

    # --- the terminal

    def _take(self, piece: Piece) -> None:
        self._show(self._assembly.add(piece, self._now))

    def _look(self) -> None:
        found, wanted = self._assembly.due(self._now, self._round_trip_s)
        self._show(found)
        if wanted.again:
            self._carry(0.0, lambda: self._repeat(wanted.again))
        if wanted.keyframe:
            self._carry(0.0, self._want_keyframe)

    def _show(self, pictures: list[Whole]) -> None:
        let_go = self._smoothing.add(pictures, self._now)
        self.shown += [(self._now, picture.broken) for picture in let_go]


def begins_a_keyframe(data: bytes) -> bool:
    return data.startswith(KEYFRAME)
