"""Camera, sound and card reader, addressed by URL; each with a twin for the bench."""

from __future__ import annotations

import time
from collections.abc import Callable

from kiosk.devices.bench_camera import BenchCamera
from kiosk.devices.bench_sound import BenchSound
from kiosk.devices.card_readers import NoReader, SerialReader
from kiosk.devices.contracts import (
    Camera,
    CameraBroken,
    CardReader,
    CardUser,
    Device,
    DeviceState,
    ReaderBroken,
    Resolution,
    SimulatedRefused,
    Sound,
    SoundBroken,
    SoundUser,
    YuvFrame,
    refuse_simulated,
)
from kiosk.devices.portaudio_sound import PortAudioSound
from kiosk.devices.urls import DeviceUrl
from kiosk.devices.v4l2_camera import V4l2Camera
from visits.errors import SettingsWrong

__all__ = [
    "Camera",
    "CameraBroken",
    "CardReader",
    "CardUser",
    "Device",
    "DeviceState",
    "ReaderBroken",
    "Resolution",
    "SimulatedRefused",
    "Sound",
    "SoundBroken",
    "SoundUser",
    "YuvFrame",
    "open_camera",
    "open_card_reader",
    "open_sound",
    "refuse_simulated",
]


_SIZE = frozenset({"width", "height", "fps"})
_CAMERAS = {
    "v4l2:": _SIZE,
    "bench:testcard": _SIZE | {"marker"},
    "bench:broken": _SIZE | {"marker", "after", "for"},
}
_SOUNDS: dict[str, frozenset[str]] = {
    "sounddevice:": frozenset(),
    "bench:tone": frozenset({"hz"}),
    "bench:silence": frozenset(),
}
_READERS = {"serial:": frozenset({"kind"}), "none:": frozenset[str]()}


def open_camera(url: str, monotonic: Callable[[], float] = time.monotonic) -> Camera:
    """`v4l2:0`, `v4l2:/dev/video2?width=1280&height=720&fps=30`, `bench:testcard?marker=37`.

    `bench:broken?after=5&for=10` fails from 5 to 15 seconds after its first start; without
    `for` it fails for good. Touches no hardware yet. `monotonic` stamps the pictures.
    Raises `SettingsWrong` for a URL it does not know.
    """
    parsed = DeviceUrl.parse(url, _CAMERAS)
    size = Resolution(parsed.even("width", 640), parsed.even("height", 480))
    rate = parsed.number("fps", 30, 1, 60)
    if parsed.kind == "v4l2":
        device = int(parsed.what) if parsed.what.isdecimal() else parsed.what
        return V4l2Camera(url, device, size, rate, monotonic)
    marker = parsed.number("marker", 0, 0, 255) if "marker" in parsed.options else None
    broken = parsed.what == "broken"
    return BenchCamera(
        url,
        size,
        rate,
        monotonic,
        marker=marker,
        breaks_after=parsed.number("after", 0, 0, 86_400) if broken else None,
        broken_for=parsed.number("for", 0, 0, 86_400) if "for" in parsed.options else None,
    )


def open_sound(url: str, monotonic: Callable[[], float] = time.monotonic) -> Sound:
    """`sounddevice:default`, `bench:tone?hz=880` or `bench:silence`.

    Touches no hardware yet. Raises `SettingsWrong` for a URL it does not know.
    """
    parsed = DeviceUrl.parse(url, _SOUNDS)
    if parsed.kind == "sounddevice":
        return PortAudioSound(url, parsed.what or "default")
    hz = parsed.number("hz", 880, 50, 12_000) if parsed.what == "tone" else 0
    return BenchSound(url, hz, monotonic)


def open_card_reader(url: str) -> CardReader:
    """`serial:/dev/visitline/reader?kind=rdm6300` (or `id12la`), or `none:`.

    Touches no hardware yet. Raises `SettingsWrong` for a URL it does not know.
    """
    parsed = DeviceUrl.parse(url, _READERS)
    if parsed.kind == "none":
        return NoReader(url)
    if parsed.options.get("kind", "rdm6300") not in {"rdm6300", "id12la"}:
        raise SettingsWrong(f"{url!r}: kind must be rdm6300 or id12la.")
    return SerialReader(url, parsed.what)
