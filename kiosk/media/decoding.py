"""The decoders of this kiosk: pictures on a thread of their own, sound where it arrives."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from av import CodecContext, FFmpegError, Packet, VideoFrame

from kiosk.devices.contracts import BLOCK_BYTES, SAMPLE_RATE_HZ, SILENCE, Resolution, YuvFrame
from kiosk.media.encoding import PictureCodec, PictureEncoder, SoundEncoder

MOST_WAITING = 60
"""Two seconds of pictures; a decoder so far behind starts anew at the next keyframe."""
MOST_CONCEALED = 3
FADE = 0.6


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
    """Opus to blocks of 20 ms, 48 kHz, mono; a short loss is filled with a fading echo."""

    def __init__(self) -> None:
        self._context: Any = CodecContext.create("libopus", "r")
        self._context.format = "s16"
        self._context.layout = "mono"
        self._context.sample_rate = SAMPLE_RATE_HZ
        self._rest = b""
        self._last = SILENCE

    def decode(self, data: bytes, lost_before: int = 0) -> list[bytes]:
        """The blocks that are whole by now. Data that is not Opus gives none."""
        blocks = self._conceal(min(lost_before, MOST_CONCEALED))
        try:
            frames = self._context.decode(Packet(data))
        except FFmpegError:
            return blocks
        for frame in frames:
            self._rest += bytes(frame.planes[0])[: frame.samples * 2]
        whole = len(self._rest) // BLOCK_BYTES * BLOCK_BYTES
        fresh = [self._rest[at : at + BLOCK_BYTES] for at in range(0, whole, BLOCK_BYTES)]
        self._rest = self._rest[whole:]
        self._last = fresh[-1] if fresh else self._last
        return blocks + fresh

    def _conceal(self, count: int) -> list[bytes]:
        last = np.frombuffer(self._last, np.int16).astype(np.float32)
        return [(last * FADE**step).astype(np.int16).tobytes() for step in range(1, count + 1)]


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
