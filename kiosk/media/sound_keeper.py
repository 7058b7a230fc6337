"""Keeps the sound device running while a call wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from kiosk.devices.contracts import Sound, SoundBroken
from kiosk.media.tone import ToneMeter
from kiosk.media.voice import Voice

SILENT_DEVICE_S = 2.0
"""A device that works calls every 20 ms, also when all is quiet."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0


class SoundKeeper:
    """Lives on the media loop; opening and closing happen on a worker thread."""

    def __init__(
        self, sound: Sound, changed: Callable[[bool, str], None], tone: ToneMeter | None
    ) -> None:
        """`changed` is called on the loop when sound breaks or works again."""
        self.voice = Voice(self._broke, tone)
        self.working: bool | None = None
        self._sound = sound
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._broken = asyncio.Event()
        self._why = ""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin in the background; harmless when it runs."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_running(), name="sound keeper")

    async def stop(self) -> None:
        """Close the device; when this returns, no block comes any more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(self._sound.stop)
        self.voice.forget()
        self.working = None

    async def _keep_running(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            self._broken.clear()
            try:
                await asyncio.to_thread(self._sound.start, self.voice)
                self._became(True, "")
                pause = FIRST_PAUSE_S
                await self._until_silent_or_broken()
            except SoundBroken as why:
                self._why = str(why)
            self._became(False, self._why)
            await asyncio.to_thread(self._sound.stop)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _until_silent_or_broken(self) -> None:
        """A device that was pulled out may simply stop calling."""
        heard = -1
        while not self._broken.is_set() and heard != self.voice.blocks_heard:
            heard = self.voice.blocks_heard
            with suppress(TimeoutError):
                await asyncio.wait_for(self._broken.wait(), SILENT_DEVICE_S)
        if not self._broken.is_set():
            self._why = f"Sound device {self._sound.name} fell silent. Check its plug."

    def _broke(self, why: SoundBroken) -> None:
        """On the device's thread."""
        self._why = str(why)
        self._loop.call_soon_threadsafe(self._broken.set)

    def _became(self, working: bool, why: str) -> None:
        former, self.working = self.working, working
        if former is not working and not (former is None and working):
            self._changed(working, why)
