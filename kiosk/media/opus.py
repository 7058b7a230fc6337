"""The Opus decoder of libopus itself, since FFmpeg's way to it mends no losses.

A packet that was lost is mended from the next one, which carries it in brief (in-band
correction, RFC 6716, 2.1.7), or else guessed from the sound before it. What a call of the library
means: https://opus-codec.org/docs/opus_api-1.3.1/group__opus__decoder.html
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Any

from kiosk.devices.contracts import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from visits.errors import EngineerMustAct

MONO = 1
BYTES_A_SAMPLE = 2
LONGEST_SAMPLES = SAMPLE_RATE_HZ * 120 // 1000
"""No packet holds more than 120 ms (RFC 6716, 2.1.4)."""


class NotOpus(Exception):
    """The data is no packet of Opus."""


class OpusDecoder:
    """One stream, in order: mono samples of 16 bits, 48,000 a second."""

    def __init__(self) -> None:
        """Raises `EngineerMustAct` where libopus is missing."""
        self._library = _library()
        wrong = ctypes.c_int()
        self._state = self._library.opus_decoder_create(SAMPLE_RATE_HZ, MONO, ctypes.byref(wrong))
        if wrong.value != 0 or not self._state:
            raise EngineerMustAct("libopus cannot make a decoder. Is there memory left?")
        self._samples = ctypes.create_string_buffer(LONGEST_SAMPLES * BYTES_A_SAMPLE)
        self._usual = BLOCK_SAMPLES

    def __del__(self) -> None:
        state = getattr(self, "_state", None)
        if state:
            self._library.opus_decoder_destroy(state)

    def decode(self, packet: bytes) -> bytes:
        """What the packet holds. Raises `NotOpus`."""
        samples = self._decode(packet, LONGEST_SAMPLES, corrects=False)
        self._usual = len(samples) // BYTES_A_SAMPLE
        return samples

    def mended(self, following: bytes) -> bytes:
        """What a lost packet held, by the one after it, which is decoded as well next. Raises
        `NotOpus`."""
        return self._decode(following, self._usual, corrects=True)

    def guessed(self) -> bytes:
        """What a lost packet may have held, by those before it."""
        return self._decode(None, self._usual, corrects=False)

    def _decode(self, packet: bytes | None, most: int, *, corrects: bool) -> bytes:
        if packet == b"":  # To libopus this would be a loss of 120 ms.
            raise NotOpus("The packet is empty.")
        count = self._library.opus_decode(
            self._state, packet, len(packet or b""), self._samples, most, int(corrects)
        )
        if count < 0:
            raise NotOpus(f"libopus refuses the packet ({count}).")
        return self._samples.raw[: count * BYTES_A_SAMPLE]


@cache
def _library() -> Any:
    name = ctypes.util.find_library("opus")
    if name is None:
        raise EngineerMustAct("Sound needs libopus. Install the Debian package libopus0.")
    library = ctypes.CDLL(name)
    library.opus_decoder_create.restype = ctypes.c_void_p
    library.opus_decoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, ctypes.c_void_p]
    library.opus_decoder_destroy.restype = None
    library.opus_decoder_destroy.argtypes = [ctypes.c_void_p]
    library.opus_decode.restype = ctypes.c_int
    library.opus_decode.argtypes = [
        *(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p),
        *(ctypes.c_int, ctypes.c_int),
    ]
    return library
