"""The container of one party, whatever its form: fragments in, heads where they are needed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Protocol

from kiosk.recording import opus
from kiosk.recording.gathering import Gathering
from kiosk.recording.parts import Part
from kiosk.recording.units import TICKS_A_MS, TICKS_A_SECOND, Fragment, Look, Picture

EARLIEST_S, LATEST_S = -math.inf, 1_000_000.0
EARLIEST_SOUND_S = -0.02


class Form(Protocol):
    """MP4 or WebM: how heads and fragments are written."""

    def picture(self, data: bytes, keyframe: bool) -> Picture | None:
        """None for what cannot be used, and before the first keyframe."""

    def head(self, look: Look | None) -> tuple[bytes, str]:
        """With its MIME type; sound alone where there is no look."""

    def media(self, fragment: Fragment) -> bytes: ...


class Fragmented:
    """A `Container`."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._gathering = Gathering()
        self._begun = False
        self._look: Look | None = None

    def picture(self, at_s: float, data: bytes, keyframe: bool) -> list[Part]:
        if not EARLIEST_S < at_s < LATEST_S:
            return []
        picture = self._form.picture(data, keyframe)
        if picture is None:
            return []
        may_be_ready = self._gathering.picture(_ticks(at_s), picture)
        return self._parts(self._gathering.ready()) if may_be_ready else []

    def sound(self, at_s: float, packet: bytes) -> list[Part]:
        lasts_ms = opus.packet_ms(packet)
        if lasts_ms is None or not EARLIEST_SOUND_S <= at_s < LATEST_S:
            return []
        may_be_ready = self._gathering.sound(_ticks(at_s), packet, round(lasts_ms * TICKS_A_MS))
        return self._parts(self._gathering.ready()) if may_be_ready else []

    @property
    def next_s(self) -> float:
        return self._gathering.looks_again / TICKS_A_SECOND

    def end(self) -> list[Part]:
        return self._parts(self._gathering.rest())

    def _parts(self, fragments: Iterable[Fragment]) -> list[Part]:
        return [part for fragment in fragments for part in self._of(fragment)]

    def _of(self, fragment: Fragment) -> Iterator[Part]:
        starts, ends = (at // TICKS_A_MS for at in (fragment.starts, fragment.ends))
        if not self._begun or fragment.look != self._look:
            self._begun, self._look = True, fragment.look
            head, mime = self._form.head(fragment.look)
            yield Part(True, head, starts, 0, False, mime)
        keyframe = bool(fragment.pictures) and fragment.pictures[0].keyframe
        yield Part(False, self._form.media(fragment), starts, max(1, ends - starts), keyframe, "")


def _ticks(at_s: float) -> int:
    """A picture from before the recording stands at its beginning: later ones need it."""
    return round(at_s * TICKS_A_SECOND) if at_s > 0 else 0
