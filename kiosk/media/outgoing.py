"""What this kiosk sends on one line, encoded already: aiortc only cuts it into packets."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import Packet

from kiosk.devices.contracts import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from kiosk.media.encoding import EncodedPicture, SoundEncoder
from kiosk.media.tracks import VIDEO_CLOCK_HZ

MOST_PICTURES_WAITING = 2
MOST_BLOCKS_WAITING = 5
"""100 ms of microphone; when the line is slower than that, the oldest is dropped."""


class PictureTrack(MediaStreamTrack):
    """A `PictureSink`: what the camera's encoder made, in order and without a gap."""

    kind = "video"

    def __init__(self, backlog: Callable[[], bool]) -> None:
        """`backlog`: whether what was handed on before still waits to be sent."""
        super().__init__()
        self.sent = 0
        self._home = asyncio.get_running_loop()
        self._backlog = backlog
        self._pictures: deque[EncodedPicture] = deque()
        self._arrived = asyncio.Event()
        self._first_pts: int | None = None

    def has_room(self) -> bool:
        return len(self._pictures) < MOST_PICTURES_WAITING and not self._backlog()

    def put(self, picture: EncodedPicture) -> None:
        self._pictures.append(picture)
        if not self._home.is_closed():
            self._home.call_soon_threadsafe(self._arrived.set)

    async def recv(self) -> Packet[Any]:
        """Raises `MediaStreamError` once stopped."""
        while not self._pictures and self.readyState == "live":
            self._arrived.clear()
            await self._arrived.wait()
        if self.readyState != "live":
            raise MediaStreamError
        picture = self._pictures.popleft()
        if self._first_pts is None:
            self._first_pts = picture.pts
        packet = Packet(picture.data)
        packet.pts = picture.pts - self._first_pts
        packet.time_base = Fraction(1, VIDEO_CLOCK_HZ)
        self.sent += 1
        return packet

    def stop(self) -> None:
        super().stop()
        self._arrived.set()


class SoundTrack(MediaStreamTrack):
    """The microphone's blocks as Opus, numbered on as sent."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._encoder = SoundEncoder()
        self._blocks: deque[bytes] = deque(maxlen=MOST_BLOCKS_WAITING)
        self._packets: deque[bytes] = deque()
        self._arrived = asyncio.Event()
        self._pts = 0

    def offer(self, block: bytes) -> None:
        """Called on the loop for each block of the microphone."""
        self._blocks.append(block)
        self._arrived.set()

    async def recv(self) -> Packet[Any]:
        """Raises `MediaStreamError` once stopped."""
        while not self._packets:
            self._packets.extend(self._encoder.encode(await self._block()))
        packet = Packet(self._packets.popleft())
        packet.pts = self._pts
        packet.time_base = Fraction(1, SAMPLE_RATE_HZ)
        self._pts += BLOCK_SAMPLES
        return packet

    def stop(self) -> None:
        super().stop()
        self._arrived.set()

    async def _block(self) -> bytes:
        while not self._blocks and self.readyState == "live":
            self._arrived.clear()
            await self._arrived.wait()
        if self.readyState != "live":
            raise MediaStreamError
        return self._blocks.popleft()
