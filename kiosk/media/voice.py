"""Both directions of sound, between the device and the line."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.devices.contracts import SILENCE, SoundBroken
from kiosk.media.playout import PlayoutBuffer
from kiosk.media.tone import ToneMeter

TakeBlock = Callable[[bytes], object]


class Voice:
    """Stands at the sound device (a `SoundUser`) and outlives single attempts.

    Muting replaces the microphone at the first step, so no later part ever sees what was
    said while muted.
    """

    def __init__(self, broke: Callable[[SoundBroken], None], tone: ToneMeter | None) -> None:
        """`broke` is called on the device's thread."""
        self.playout = PlayoutBuffer()
        self.muted = False
        self.hushed = False
        """Neither direction carries sound; what the inmate chose stays."""
        self.blocks_heard = 0
        self.tone = tone
        self._broke = broke
        self._take: TakeBlock | None = None

    def send_to(self, take: TakeBlock | None) -> None:
        """Where microphone blocks go (called on the device's thread); None drops them."""
        self._take = take

    def heard(self, block: bytes) -> None:
        self.blocks_heard += 1
        take = self._take
        if take is not None:
            take(SILENCE if self.muted or self.hushed else block)

    def next_block(self) -> bytes:
        block = self.playout.next_block()
        if self.hushed:
            block = SILENCE
        if self.tone is not None:
            self.tone.feed(block)
        return block

    def sound_broke(self, why: SoundBroken) -> None:
        self._broke(why)

    def forget(self) -> None:
        """Drop what the former line left behind."""
        self.playout.clear()
        if self.tone is not None:
            self.tone.clear()
