"""On a bench: reads twice a second what the other side shows and sounds like."""

from __future__ import annotations

import asyncio

from kiosk.devices.contracts import MarkerReader
from kiosk.media.latest import LatestFrame
from kiosk.media.tone import ToneMeter

READ_EVERY_S = 0.5


class Probe:
    """Never part of a production kiosk: it is made only when a marker reader is handed in."""

    def __init__(self, picture: LatestFrame, read_marker: MarkerReader) -> None:
        self.tone = ToneMeter()
        self.marker: int | None = None
        self.tone_hz: int | None = None
        self._picture = picture
        self._read_marker = read_marker
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin in the background; harmless when it runs."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="probe")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self.marker = self.tone_hz = None

    async def _run(self) -> None:
        while True:
            frame = self._picture.peek()
            self.marker = self._read_marker(frame.luma()) if frame is not None else None
            self.tone_hz = self.tone.strongest_hz()
            await asyncio.sleep(READ_EVERY_S)
