"""What this kiosk sends: the camera's newest picture, the microphone's blocks."""

from __future__ import annotations

import asyncio
from collections import deque
from fractions import Fraction

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from kiosk.devices.contracts import BLOCK_SAMPLES, SAMPLE_RATE_HZ, YuvFrame

VIDEO_CLOCK_HZ = 90_000
MOST_BLOCKS_WAITING = 5
"""100 ms of microphone; when the line is slower than that, the oldest is dropped."""


class CameraTrack(MediaStreamTrack):
    """One picture waits at most: a slow encoder skips pictures instead of falling behind."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self._newest: YuvFrame | None = None
        self._arrived = asyncio.Event()
        self._first_taken_at: float | None = None
        self._last_pts = -1

    def offer(self, frame: YuvFrame) -> None:
        """Called on the loop for each picture of the camera."""
        self._newest = frame
        self._arrived.set()

    async def recv(self) -> VideoFrame:
        """Raises `MediaStreamError` once stopped."""
        await self._arrived.wait()
        self._arrived.clear()
        if self.readyState != "live" or self._newest is None:
            raise MediaStreamError
        frame, self._newest = self._newest, None
        if self._first_taken_at is None:
            self._first_taken_at = frame.taken_at
        since = frame.taken_at - self._first_taken_at
        self._last_pts = max(self._last_pts + 1, round(since * VIDEO_CLOCK_HZ))
        self.sent += 1
        return to_video_frame(frame, self._last_pts)

    def stop(self) -> None:
        super().stop()
        self._arrived.set()


class MicrophoneTrack(MediaStreamTrack):
    """Blocks of 20 ms, numbered on as sent."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._blocks: deque[bytes] = deque(maxlen=MOST_BLOCKS_WAITING)
        self._arrived = asyncio.Event()
        self._pts = 0

    def offer(self, block: bytes) -> None:
        """Called on the loop for each block of the microphone."""
        self._blocks.append(block)
        self._arrived.set()

    async def recv(self) -> AudioFrame:
        """Raises `MediaStreamError` once stopped."""
        while not self._blocks:
            self._arrived.clear()
            await self._arrived.wait()
            if self.readyState != "live":
                raise MediaStreamError
        frame = AudioFrame(format="s16", layout="mono", samples=BLOCK_SAMPLES)
        frame.planes[0].update(self._blocks.popleft())
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        frame.pts = self._pts
        self._pts += BLOCK_SAMPLES
        return frame

    def stop(self) -> None:
        super().stop()
        self._arrived.set()


def to_video_frame(frame: YuvFrame, pts: int) -> VideoFrame:
    """A copy for the encoder, whose rows may be padded otherwise."""
    copy = VideoFrame(frame.width, frame.height, "yuv420p")
    half = (frame.height // 2, frame.width // 2, frame.chroma_stride)
    shapes = ((frame.height, frame.width, frame.y_stride), half, half)
    for plane, source, shape in zip(copy.planes, (frame.y, frame.u, frame.v), shapes, strict=True):
        rows, columns, stride = shape
        target = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        given = np.frombuffer(source, np.uint8, rows * stride).reshape(rows, stride)
        target[:rows, :columns] = given[:, :columns]
    copy.pts = pts
    copy.time_base = Fraction(1, VIDEO_CLOCK_HZ)
    return copy


def from_video_frame(picture: VideoFrame, taken_at: float) -> YuvFrame:
    """The decoder's planes as they lie in memory, not copied."""
    if picture.format.name != "yuv420p":
        picture = picture.reformat(format="yuv420p")
    y, u, v = picture.planes
    return YuvFrame(
        width=picture.width,
        height=picture.height,
        y=memoryview(y),
        u=memoryview(u),
        v=memoryview(v),
        y_stride=y.line_size,
        chroma_stride=u.line_size,
        taken_at=taken_at,
    )
