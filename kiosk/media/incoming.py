"""What arrives on one line, from packets to the screen and the speaker."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from av import VideoFrame

from kiosk.media.assembly import (
    PictureAssembly,
    Piece,
    SoundAssembly,
    Wanted,
    Whole,
    is_h264_keyframe,
    is_vp8_keyframe,
)
from kiosk.media.decoding import PictureDecoder, SoundDecoder
from kiosk.media.encoding import PictureCodec
from kiosk.media.smoothing import Smoothing

IS_KEYFRAME: dict[str, Callable[[bytes], bool]] = {
    "H264": is_h264_keyframe,
    "VP8": is_vp8_keyframe,
}


class PicturesIn:
    """Packets of pictures to decoded pictures, which are shown on the decoder's thread."""

    def __init__(self, show: Callable[[VideoFrame], None]) -> None:
        self.assembled = 0
        self._codec: PictureCodec | None = None
        self._assembly: PictureAssembly | None = None
        self._refused = False
        self._smoothing = Smoothing()
        self._now = 0.0
        self._decoder = PictureDecoder(show, self._cannot_decode)

    def add(self, codec: str, piece: Piece, now: float) -> None:
        if codec != self._codec:
            if codec not in IS_KEYFRAME:
                return
            self._codec = cast("PictureCodec", codec)
            self._smoothing = Smoothing()
            self._assembly = PictureAssembly(IS_KEYFRAME[codec], self._smoothing.mended)
        assert self._assembly is not None  # noqa: S101 - made with the codec
        self._now = now
        self._decode(self._assembly.add(piece, now))

    def due(self, now: float, round_trip_s: float | None) -> Wanted:
        """What is wanted of the sender now; ask often."""
        if self._assembly is None:
            return Wanted()
        self._now = now
        self._show_in_time(self._smoothing.due(now))
        if self._refused:
            self._refused = False
            self._assembly.refused()
        if not self._assembly.waits:
            return Wanted()
        found, wanted = self._assembly.due(now, round_trip_s)
        self._decode(found)
        return wanted

    def stop(self) -> None:
        """End the decoder's thread."""
        self._decoder.stop()

    def _cannot_decode(self) -> None:
        self._refused = True

    def _decode(self, pictures: list[Whole]) -> None:
        """What is whole now; a line that is recorded takes it from here."""
        if pictures:
            self.assembled += len(pictures)
            self._show_in_time(self._smoothing.add(pictures, self._now))

    def _show_in_time(self, pictures: list[Whole]) -> None:
        for picture in pictures:
            if self._codec is None or not self._decoder.put(self._codec, picture.data):
                self._refused = True


class SoundIn:
    """Packets of sound to blocks of 20 ms."""

    def __init__(self, play: Callable[[bytes], None]) -> None:
        self._play = play
        self._assembly = SoundAssembly()
        self._decoder = SoundDecoder()

    def add(self, codec: str, piece: Piece, now: float) -> None:
        if codec == "opus":
            self._decode(self._assembly.add(piece, now))

    def due(self, now: float) -> None:
        """What time brings; ask often."""
        self._decode(self._assembly.due(now))

    def _decode(self, found: list[Whole]) -> None:
        for whole in found:
            for block in self._decoder.decode(whole.data, whole.lost_before):
                self._play(block)
