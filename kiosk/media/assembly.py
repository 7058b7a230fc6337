"""From packets, lost, late and out of order, to whole pictures and blocks of sound. Pure.

A picture is handed on as soon as its last packet is there (its marker says so); what is
missing is asked for again and again, until waiting any longer would be seen as a picture that
stands still. Then those behind the hole are handed on, drawn over what is there, until a keyframe
comes. Source of the rules: RFC 3550 (sequence numbers), RFC 4585 (NACK, PLI).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

ASK_AGAIN_S, ASKED_IN_A_ROUND_TRIP = 0.05, 4
"""How often a packet is asked for: a question may be lost as well as a repeat. Who is asked
repeats once in a round trip, so more questions bring it sooner and not more often."""
MOST_ASKED = 100
REORDERED_S = 0.008
"""A packet may be overtaken by others for so long before it counts as missing."""
LEAST_PATIENCE_S, MOST_PATIENCE_S = 0.15, 1.2
PATIENT_TRIPS, BEYOND_TRIPS_S = 1.2, 0.05
"""A repeat comes within a round trip or so; one that is lost as well would come too late. With what
`smoothing` holds on a round trip of 200 ms, pictures then stand still for less than 200 ms."""
KEYFRAME_EVERY_S = 0.3
NEVER = float("-inf")
JUMP = 3_000
"""Numbers that leap so far are a new beginning, not a gap."""
SOUND_PATIENCE_S = 0.03
"""Enough for packets that overtook one another, and less than the cushion before the speaker: sound
that is waited for longer runs out, which is heard more than what is mended."""


class Unwrapped:
    """Sixteen-bit numbers that go on counting where they would begin anew."""

    def __init__(self) -> None:
        self._last: int | None = None

    def of(self, number: int) -> int:
        if self._last is None:
            self._last = number
        ahead = (number - self._last + 0x8000) % 0x1_0000 - 0x8000
        found = self._last + ahead
        self._last = max(self._last, found)
        return found


@dataclass(frozen=True, slots=True)
class Piece:
    """One packet's part of a picture; `data` without its payload header."""

    number: int
    timestamp: int
    marker: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Whole:
    """An encoded picture or block of sound."""

    timestamp: int
    data: bytes
    lost_before: int = 0
    """Of sound: blocks that are missing right before it."""
    broken: bool = False
    """Of a picture: one that it is drawn over is missing, so that it is not quite right."""


@dataclass(slots=True)
class Wanted:
    """What to do now: numbers (sixteen bits) to ask for again, and whether to ask for a
    keyframe."""

    again: list[int] = field(default_factory=list)
    keyframe: bool = False


class PictureAssembly:
    """One stream of pictures."""

    def __init__(
        self,
        is_keyframe: Callable[[bytes], bool],
        mended: Callable[[float, float], None] = lambda _waited_s, _now: None,
    ) -> None:
        """`mended` is told when a repeat fills a hole: after how many seconds, and now. A packet
        that was only overtaken by others leaves none."""
        self.skipped = 0
        """How often waiting was given up."""
        self._mended = mended
        self._is_keyframe = is_keyframe
        self._numbers = Unwrapped()
        self._pieces: dict[int, Piece] = {}
        self._next: int | None = None
        self._newest = -1
        self._missing: dict[int, tuple[float, float]] = {}
        """Since when, and when last asked for."""
        self._needs_keyframe = True
        self._broken = False
        """Whether pictures go on behind a hole."""
        self._from_its_beginning = True
        """Whether the next picture is known to be; a keyframe says so itself."""
        self._keyframe_asked_at = NEVER

    @property
    def waits(self) -> bool:
        """Whether `due` has to be asked again soon."""
        return bool(self._missing) or self._needs_keyframe or self._broken

    def add(self, piece: Piece, now: float) -> list[Whole]:
        """The pictures that this packet completes, in order."""
        number = self._numbers.of(piece.number)
        if self._next is None or abs(number - self._next) > JUMP:
            self._begin_at(number)
        assert self._next is not None  # noqa: S101 - begun just above
        if number < self._next:
            return []
        for gap in range(max(self._newest + 1, self._next), number):
            self._missing[gap] = (now, NEVER)
        self._newest = max(self._newest, number)
        since, asked = self._missing.pop(number, (now, NEVER))
        if asked > NEVER:
            self._mended(now - since, now)
        self._pieces[number] = piece
        return list(self._complete())

    def due(self, now: float, round_trip_s: float | None) -> tuple[list[Whole], Wanted]:
        """What time brings: pictures behind a hole that is given up, and what is wanted."""
        patience = PATIENT_TRIPS * (round_trip_s or 0.1) + BEYOND_TRIPS_S
        patience = min(MOST_PATIENCE_S, max(LEAST_PATIENCE_S, patience))
        found: list[Whole] = []
        oldest = min((since for since, _ in self._missing.values()), default=now)
        if self._pieces and now - oldest > patience:
            found = self._give_up()
        return found, Wanted(list(self._ask(now, round_trip_s)), self._ask_keyframe(now))

    def refused(self) -> None:
        """The decoder could not use what it got: only a keyframe helps."""
        self._needs_keyframe = True

    def _begin_at(self, number: int) -> None:
        self._pieces.clear()
        self._missing.clear()
        self._next, self._newest = number, number - 1
        self._needs_keyframe = True

    def _complete(self) -> Iterator[Whole]:
        while (end := self._end_of_next()) is not None:
            assert self._next is not None  # noqa: S101 - there is an end, so there is a next
            parts = [self._pieces.pop(number) for number in range(self._next, end + 1)]
            self._next = end + 1
            data = b"".join(part.data for part in parts)
            if data and not parts[-1].marker:
                # A browser's pacer forgets the rest of a picture for a keyframe, before it numbers.
                self.skipped += 1
                self._broken = True
            elif data and self._usable(data):
                yield Whole(parts[0].timestamp, data, broken=self._broken)

    def _end_of_next(self) -> int | None:
        """The number of the last packet of the next picture, where all of it is here."""
        at = self._next
        first = self._pieces.get(at) if at is not None else None
        if at is None or first is None:
            return None
        while (piece := self._pieces.get(at)) is not None:
            if piece.timestamp != first.timestamp:
                return at - 1
            if piece.marker:
                return at
            at += 1
        return None

    def _usable(self, data: bytes) -> bool:
        whole, self._from_its_beginning = self._from_its_beginning, True
        if (self._needs_keyframe or self._broken) and self._is_keyframe(data):
            self._needs_keyframe = self._broken = False
            return True
        return whole and not self._needs_keyframe

    def _give_up(self) -> list[Whole]:
        """Forgets the damaged picture and goes on with the next one that begins after it."""
        self.skipped += 1
        self._broken = True
        damaged = self._pieces[min(self._pieces)].timestamp
        after = (number for number in sorted(self._pieces) if self._lies_behind(number, damaged))
        self._next = next(after, self._newest + 1)
        self._from_its_beginning = self._begins(self._next)
        for shelf in (self._pieces, self._missing):
            for number in [one for one in shelf if one < self._next]:
                del shelf[number]
        return list(self._complete())

    def _lies_behind(self, number: int, damaged: int) -> bool:
        """Whether the packet is one of a later picture than the damaged one."""
        before = self._pieces.get(number - 1)
        return self._pieces[number].timestamp != damaged or (before is not None and before.marker)

    def _begins(self, number: int) -> bool:
        """Whether it is known that a picture begins with this packet: the one before it is here."""
        before, piece = self._pieces.get(number - 1), self._pieces.get(number)
        if before is None:
            return False
        return before.marker or (piece is not None and piece.timestamp != before.timestamp)

    def _ask(self, now: float, round_trip_s: float | None) -> Iterator[int]:
        again_after = max(ASK_AGAIN_S, (round_trip_s or 0.0) / ASKED_IN_A_ROUND_TRIP)
        for number in sorted(self._missing)[:MOST_ASKED]:
            since, asked = self._missing[number]
            if now - since >= REORDERED_S and now - asked >= again_after:
                self._missing[number] = (since, now)
                yield number & 0xFFFF

    def _ask_keyframe(self, now: float) -> bool:
        wanted = (self._needs_keyframe or self._broken) and self._next is not None
        if wanted and now - self._keyframe_asked_at >= KEYFRAME_EVERY_S:
            self._keyframe_asked_at = now
            return True
        return False


class SoundAssembly:
    """One stream of sound: in order, and never late for long."""

    def __init__(self) -> None:
        self._numbers = Unwrapped()
        self._pieces: dict[int, Piece] = {}
        self._next: int | None = None
        self._waits_since: float | None = None

    def add(self, piece: Piece, now: float) -> list[Whole]:
        """The blocks that are next, now that this one is here."""
        number = self._numbers.of(piece.number)
        if self._next is None or abs(number - self._next) > JUMP:
            self._pieces.clear()
            self._next = number
        if number >= self._next:
            self._pieces[number] = piece
        return self.due(now)

    def due(self, now: float) -> list[Whole]:
        """What can be played by now; a hole is waited for `SOUND_PATIENCE_S`."""
        found: list[Whole] = []
        lost = 0
        while self._pieces and self._next is not None:
            if self._next not in self._pieces:
                if self._waits_since is None:
                    self._waits_since = now
                if now - self._waits_since < SOUND_PATIENCE_S:
                    break
                lost, self._next = min(self._pieces) - self._next, min(self._pieces)
            piece = self._pieces.pop(self._next)
            self._next += 1
            self._waits_since = None
            if piece.data:
                found.append(Whole(piece.timestamp, piece.data, lost))
            lost = 0
        return found


def is_h264_keyframe(data: bytes) -> bool:
    """Whether an access unit in Annex B form is an IDR picture from its beginning: parameter
    sets (NAL type 7) and then an IDR slice (5). One whose first packet is missing is not."""
    at = data.find(_START)
    if at not in {0, 1}:
        return False
    parameters = False
    while 0 <= at < len(data) - 3:
        unit = data[at + 3] & 0x1F
        if unit in {1, 5}:
            return parameters and unit == 5
        parameters = parameters or unit == 7
        at = data.find(_START, at + 3)
    return False


def is_vp8_keyframe(data: bytes) -> bool:
    """The lowest bit of the frame tag is 0, and the start code follows it (RFC 6386, 9.1)."""
    return not data[0] & 1 and data[3:6] == b"\x9d\x01\x2a"


_START = b"\x00\x00\x01"
