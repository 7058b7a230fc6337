"""What a container hands on, and what it takes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of one party's file; all parts in order are the file."""

    init: bool
    """A container's head, where tracks or size begin or change. Media after it needs it."""
    data: bytes
    starts_ms: int
    """Since the recording began."""
    lasts_ms: int
    keyframe: bool
    """Its first picture needs none before it."""
    mime: str
    """Of an init: `video/mp4; codecs="avc3.42E01F,opus"`. Of media: empty."""


class Container(Protocol):
    """The file of one party. Nothing here raises: what cannot be read is left out.

    Times are seconds since the recording began, one timeline for picture and sound; either may
    run ahead of the other by 0.3 s and keeps its place. What comes is handed on within a second
    of what comes after it, but for the newest picture, which waits until it is known how long
    it lasts: for the next one, or for `gathering.PICTURES_STOP_AFTER_S`.
    """

    def picture(self, at_s: float, data: bytes, keyframe: bool) -> list[Part]:
        """One encoded picture. Before the first keyframe there are none."""

    def sound(self, at_s: float, packet: bytes) -> list[Part]:
        """One Opus packet."""

    @property
    def next_s(self) -> float:
        """Before what begins then has come, nothing more is handed on; 0 where it is not known."""

    def end(self) -> list[Part]:
        """Everything that still waits."""
