"""The decoders of this kiosk: pictures on a thread of their own, sound where it arrives."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from av import CodecContext, FFmpegError, Packet, VideoFrame

from kiosk.devices.contracts import BLOCK_BYTES, SILENCE, Resolution, YuvFrame
from kiosk.media.encoding import PictureCodec, PictureEncoder, SoundEncoder
from kiosk.media.opus import NotOpus, OpusDecoder

MOST_WAITING = 60
"""Two seconds of pictures; a decoder so far behind starts anew at the next keyframe."""
MOST_MENDED = 3
"""Lost packets one after the other; what would be guessed beyond them is hardly speech."""


class PictureDecoder:
    """Shows each picture on its own thread; tells there, too, what it cannot decode."""

    def __init__(self, show: Callable[[VideoFrame], None], refused: Callable[[], None]) -> None:
        self._show, self._refused = show, refused
        self._waiting: queue.Queue[tuple[PictureCodec, bytes] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="picture decoder", daemon=True)
        self._thread.start()

    def put(self, codec: PictureCodec, data: bytes) -> bool:
        """Decode it soon; False when too much waits already."""
        if self._waiting.qsize() >= MOST_WAITING:
            return False
        self._waiting.put((codec, data))
        return True

    def stop(self) -> None:
        """End the thread after what it decodes now."""
        self._waiting.put(None)
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        context: Any = None
        spoken: PictureCodec | None = None
        while (work := self._waiting.get()) is not None:
            codec, data = work
            if codec != spoken:
                context, spoken = _picture_context(codec), codec
            try:
                pictures = context.decode(Packet(data))
            except FFmpegError:
                self._refused()
                continue
            for picture in pictures:
                self._show(picture)


def _picture_context(codec: PictureCodec) -> Any:
    context: Any = CodecContext.create("h264" if codec == "H264" else "libvpx", "r")
    context.thread_count = 1
    if codec == "H264":
        context.options = {"flags": "low_delay"}
    return context


class SoundDecoder:
    """Opus to blocks of 20 ms, 48 kHz, mono; a short loss is mended or guessed."""

    def __init__(self) -> None:
        """Raises `EngineerMustAct` where libopus is missing."""
        self._opus = OpusDecoder()
        self._rest = b""

    def decode(self, data: bytes, lost_before: int = 0) -> list[bytes]:
        """The blocks that are whole by now. Data that is not Opus gives none."""
        try:
            sound = self._before(data, lost_before) + self._opus.decode(data)
        except NotOpus:
            return []
        self._rest += sound
        whole = len(self._rest) // BLOCK_BYTES * BLOCK_BYTES
        fresh, self._rest = self._rest[:whole], self._rest[whole:]
        return [fresh[at : at + BLOCK_BYTES] for at in range(0, whole, BLOCK_BYTES)]

    def _before(self, data: bytes, lost: int) -> bytes:
        """In place of the packets that were lost before this one, of which it knows the last."""
        if lost <= 0:
            return b""
        guesses = (self._opus.guessed() for _ in range(min(lost, MOST_MENDED) - 1))
        return b"".join(guesses) + self._opus.mended(data)


def warm_codecs(size: Resolution) -> None:
    """Encode and decode one grey picture and one silent block, so that the first call of the
    day does not wait for libraries to load. Takes some tens of milliseconds."""
    grey = YuvFrame.of(np.full((size.height * 3 // 2, size.width), 128, np.uint8), 0.0)
    codecs: tuple[PictureCodec, ...] = ("H264", "VP8")
    for codec in codecs:
        picture = PictureEncoder(codec, size, 500_000).encode(grey)
        if picture is not None:
            _picture_context(codec).decode(Packet(picture.data))
    decoder = SoundDecoder()
    for packet in SoundEncoder().encode(SILENCE):
        decoder.decode(packet)
