"""Microphone and speaker through PortAudio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from kiosk.devices.contracts import (
    BLOCK_BYTES,
    BLOCK_SAMPLES,
    SAMPLE_RATE_HZ,
    SILENCE,
    SoundBroken,
    SoundUser,
)

StreamCallback = Callable[[Any, Any, int, Any, Any], None]


class Stream(Protocol):
    """The part of `sounddevice.RawStream` that is used."""

    def start(self) -> None: ...
    def abort(self) -> None: ...
    def close(self) -> None: ...


OpenStream = Callable[[str, StreamCallback, Callable[[], None]], Stream]
"""Device name, what to call for each block, what to call when the stream ends."""


class PortAudioSound:
    """Both directions in one duplex stream, so that they share a clock and never drift.

    PortAudio calls every 20 ms with a microphone block and a buffer to fill; nothing is
    queued here. Which devices: `default`, or a part of a name that PortAudio lists.
    """

    simulated = False

    def __init__(self, name: str, device: str, open_stream: OpenStream | None = None) -> None:
        self.name = name
        self._device = device
        self._open_stream = open_stream or open_portaudio
        self._stream: Stream | None = None
        self._user: SoundUser | None = None

    def start(self, user: SoundUser) -> None:
        self.stop()
        self._user = user
        try:
            self._stream = self._open_stream(self._device, self._exchange, self._ended)
            self._stream.start()
        except (OSError, ValueError, RuntimeError) as cause:
            self.stop()
            raise SoundBroken(
                f"Sound device {self.name} cannot be opened: {cause}. Check that microphone and "
                "speaker are plugged in and that the kiosk's user is in group audio."
            ) from cause

    def stop(self) -> None:
        self._user = None
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.abort()
            stream.close()

    def _exchange(self, heard: Any, played: Any, _samples: int, _time: Any, _status: Any) -> None:
        user = self._user
        if user is None or len(heard) != BLOCK_BYTES:
            played[:] = SILENCE[: len(played)]
            return
        user.heard(bytes(heard))
        played[:] = user.next_block()

    def _ended(self) -> None:
        user, self._user = self._user, None
        if user is not None:
            user.sound_broke(
                SoundBroken(f"Sound device {self.name} stopped by itself. Check its plug.")
            )


def open_portaudio(device: str, exchange: StreamCallback, ended: Callable[[], None]) -> Stream:
    """Raises `OSError` without the PortAudio library, or PortAudio's own errors."""
    import sounddevice  # noqa: PLC0415 # without its library sound breaks, not the kiosk

    chosen = None if device == "default" else device
    try:
        stream: Stream = sounddevice.RawStream(
            samplerate=SAMPLE_RATE_HZ,
            blocksize=BLOCK_SAMPLES,
            device=(chosen, chosen),
            channels=(1, 1),
            dtype="int16",
            latency="low",
            callback=exchange,
            finished_callback=ended,
        )
    except sounddevice.PortAudioError as cause:
        raise OSError(str(cause)) from cause
    return stream
