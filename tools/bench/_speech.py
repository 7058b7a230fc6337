"""Speech for a line under test: what is said into it, and how much of it can be understood.

What is said are the spoken words with which Debian's alsa-utils tests loudspeakers. How much can
be understood is short-time objective intelligibility, STOI: 1 is all, and from about 0.75 on
listeners understand nearly every word. Source: C. H. Taal and others, An Algorithm for
Intelligibility Prediction of Time-Frequency Weighted Noisy Speech, IEEE TASLP 19 (2011).
"""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pystoi import stoi
from scipy.signal import correlate

from kiosk.devices.contracts import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Sound, SoundBroken, SoundUser

Samples = NDArray[np.int16]
SPOKEN = Path("/usr/share/sounds/alsa")
WORDS = ("Front_Center", "Rear_Left", "Side_Right", "Front_Left", "Rear_Center", "Side_Left")
PIECE_SAMPLES = SAMPLE_RATE_HZ * 3 // 2
"""A second and a half holds a word or two. A jitter buffer that grows in mid-piece shifts the rest
of it against what was said, which spoils the figure and no word; so pieces are short."""
FAINT = 30
"""Below this root mean square nothing was heard at all."""


class NoSpeech(Exception):
    """The words are not on this machine."""


def spoken() -> Samples:
    """The words one after the other, to be repeated: mono, 48,000 samples a second, some eight
    seconds, a whole number of blocks. Raises `NoSpeech`, saying what to install."""
    try:
        said = np.concatenate([_read(SPOKEN / f"{word}.wav") for word in WORDS])
    except FileNotFoundError as cause:
        raise NoSpeech(
            "Speech comes from Debian's alsa-utils: apt-get install --no-install-recommends "
            "alsa-utils"
        ) from cause
    return said[: len(said) // BLOCK_SAMPLES * BLOCK_SAMPLES]


def _read(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        if (file.getnchannels(), file.getframerate()) != (1, SAMPLE_RATE_HZ):
            raise ValueError(f"{path} is not mono with {SAMPLE_RATE_HZ} samples a second.")
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def understood(heard: Samples, said: Samples) -> list[float]:
    """STOI of each whole piece of what was heard, 0 where it is silent or unlike all that was
    said."""
    size = PIECE_SAMPLES
    around = np.concatenate([said, said[:size]]).astype(np.float64)
    return [
        _understood(heard[at : at + size].astype(np.float64), around)
        for at in range(0, len(heard) - size + 1, size)
    ]


def _understood(piece: NDArray[np.float64], around: NDArray[np.float64]) -> float:
    if np.sqrt(np.mean(piece**2)) < FAINT:
        return 0.0
    alike = correlate(around, piece, "valid", "fft")
    sums = np.cumsum(np.concatenate([[0.0], around**2]))
    loudness = np.sqrt(sums[len(piece) :] - sums[: -len(piece)])
    at = int(np.argmax(alike / np.maximum(loudness, 1.0)))
    return max(0.0, float(stoi(around[at : at + len(piece)], piece, SAMPLE_RATE_HZ)))


class Spoken:
    """A sound device whose microphone hears the words and whose speaker is listened to."""

    def __init__(self, pace: Sound, said: Samples) -> None:
        self.simulated, self.name = pace.simulated, pace.name
        self._pace = pace
        self._said = said
        self._blocks = self._said_for_ever(said)
        self._played: list[bytes] = []
        self._user: SoundUser | None = None

    def start(self, user: SoundUser) -> None:
        self._user = user
        self._pace.start(self)

    def stop(self) -> None:
        self._pace.stop()

    def heard(self, _block: bytes) -> None:
        self._asked.heard(next(self._blocks))

    def next_block(self) -> bytes:
        block = self._asked.next_block()
        self._played.append(block)
        return block

    def sound_broke(self, why: SoundBroken) -> None:
        self._asked.sound_broke(why)

    def listen(self) -> None:
        """From here on, what the speaker plays is kept."""
        self._played.clear()

    def understood(self) -> list[float]:
        """As `understood`, of what it has played since, if that was the same words."""
        return understood(np.frombuffer(b"".join(self._played), np.int16), self._said)

    @property
    def _asked(self) -> SoundUser:
        if self._user is None:
            raise RuntimeError("The device was not started.")
        return self._user

    @staticmethod
    def _said_for_ever(said: Samples) -> Iterator[bytes]:
        while True:
            yield from (block.tobytes() for block in said.reshape(-1, BLOCK_SAMPLES))
