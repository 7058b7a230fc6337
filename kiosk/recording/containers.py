"""The containers of recordings: MP4 for H.264, WebM for VP8, Opus in both. Pure."""

from __future__ import annotations

from kiosk.media.encoding import PictureCodec
from kiosk.recording.fmp4 import Fmp4
from kiosk.recording.parts import Container, Part
from kiosk.recording.webm import Webm

__all__ = ["Container", "Part", "container_for"]


def container_for(codec: PictureCodec | None) -> Container:
    """Of one party whose pictures are of that codec; None: sound, and no pictures yet."""
    return Webm() if codec == "VP8" else Fmp4()
