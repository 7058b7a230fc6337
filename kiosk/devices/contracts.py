"""What the kiosk expects of a camera, a sound device and a card reader.

A device is made by URL without touching hardware (`kiosk.devices.open_camera` and friends),
opened by `start`, and may break at any moment afterwards. Until it was started once, or while
nobody looked, its state is UNKNOWN: neither good nor bad news. Every twin made for the bench
says `simulated`, the screens show it, and production refuses it (`refuse_simulated`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from visits.errors import EngineerMustAct, SettingsWrong

SAMPLE_RATE_HZ = 48_000
BLOCK_SAMPLES = 960
"""Sound moves in blocks of 20 ms: 960 samples, mono, signed 16 bits, native byte order."""
BLOCK_BYTES = BLOCK_SAMPLES * 2
SILENCE = bytes(BLOCK_BYTES)

Luma = NDArray[np.uint8]
"""Brightness of a picture, height by width, 16 (black) to 235 (white)."""

MarkerReader = Callable[[Luma], int | None]
"""Finds the bench marker of a picture, or None where there is none."""


class CameraBroken(EngineerMustAct):
    """The camera cannot be opened or stopped giving pictures. `start` may be tried again."""


class SoundBroken(EngineerMustAct):
    """Microphone or speaker cannot be opened or stopped. `start` may be tried again."""


class ReaderBroken(EngineerMustAct):
    """The card reader cannot be opened or stopped. It is tried again by itself."""


class SimulatedRefused(SettingsWrong):
    """A production configuration names a bench device."""


class DeviceState(StrEnum):
    """What is known of a device now."""

    UNKNOWN = "unknown"
    WORKING = "working"
    BROKEN = "broken"


class Resolution(NamedTuple):
    """Pixels; both even, because colour has half the resolution of brightness."""

    width: int
    height: int


@dataclass(frozen=True)
class YuvFrame:
    """One picture as three planes (I420, BT.601, video range), shared and never written to.

    A plane holds rows of `stride` bytes of which the first `width` (chroma: half) are
    picture; what follows in a row is padding. `taken_at` is monotonic seconds.
    """

    width: int
    height: int
    y: memoryview
    u: memoryview
    v: memoryview
    y_stride: int
    chroma_stride: int
    taken_at: float

    @classmethod
    def of(cls, i420: NDArray[np.uint8], taken_at: float) -> YuvFrame:
        """A frame over an I420 array (one and a half times height by width), not copied."""
        rows, width = i420.shape
        height = rows * 2 // 3
        flat = np.ascontiguousarray(i420).reshape(-1).data
        luma, chroma = width * height, width * height // 4
        u, v = flat[luma : luma + chroma], flat[luma + chroma : luma + 2 * chroma]
        return cls(width, height, flat[:luma], u, v, width, width // 2, taken_at)

    def luma(self) -> Luma:
        """The brightness plane without its padding, not copied."""
        rows = np.frombuffer(self.y, np.uint8, self.y_stride * self.height)
        return rows.reshape(self.height, self.y_stride)[:, : self.width]


class Device(Protocol):
    """What all devices have in common."""

    @property
    def simulated(self) -> bool:
        """Whether this is a bench twin; never changes."""

    @property
    def name(self) -> str:
        """What an engineer calls it: the URL it was made from."""


class Camera(Device, Protocol):
    """Gives pictures to one reader; `start`, `read` and `stop` are called on its thread."""

    @property
    def resolution(self) -> Resolution:
        """What the camera gives; until its first picture, what it was asked for."""

    def start(self) -> None:
        """Open the device. Raises `CameraBroken` saying what to check."""

    def read(self) -> YuvFrame:
        """Wait for the next picture, at most about two seconds.

        Raises `CameraBroken` when none comes; the caller then stops it and may start anew.
        """

    def stop(self) -> None:
        """Close the device; harmless when it is not open."""


class SoundUser(Protocol):
    """Whom a sound device talks to, from its own thread; each call must return at once."""

    def heard(self, block: bytes) -> None:
        """The microphone gave `BLOCK_BYTES`."""

    def next_block(self) -> bytes:
        """The `BLOCK_BYTES` that the speaker plays next; `SILENCE` when there is nothing."""

    def sound_broke(self, why: SoundBroken) -> None:
        """The device stopped by itself. No further call follows until it is started again."""


class Sound(Device, Protocol):
    """Microphone and speaker, started and stopped together."""

    def start(self, user: SoundUser) -> None:
        """Open both. Raises `SoundBroken` saying what to check."""

    def stop(self) -> None:
        """Close both; when it returns, `user` is called no more. Harmless when not open."""


class CardUser(Protocol):
    """Whom a card reader tells, from its own thread."""

    def card_read(self, card_id: str) -> None:
        """A card was held to the reader; its id in capital hex digits."""

    def reader_changed(self, state: DeviceState, why: str) -> None:
        """The reader works, or broke and is tried again with growing pauses."""


class CardReader(Device, Protocol):
    """Reads cards in the background and reconnects by itself."""

    @property
    def state(self) -> DeviceState:
        """UNKNOWN until started, and for a kiosk that has no reader."""

    def start(self, user: CardUser) -> None:
        """Begin reading; never raises for a missing device, `reader_changed` tells."""

    def stop(self) -> None:
        """End reading and await the thread."""


def refuse_simulated(devices: Iterable[Device]) -> None:
    """For production: raises `SimulatedRefused` naming every bench twin among `devices`."""
    names = [device.name for device in devices if device.simulated]
    if names:
        raise SimulatedRefused(
            f"Simulated devices are for the bench only: {', '.join(names)}. "
            'Name the real device under [devices], or set mode = "bench".'
        )
