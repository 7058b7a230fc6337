"""Camera, sound and card reader, addressed by URL; each with a twin for the bench."""

from __future__ import annotations

from kiosk.devices.contracts import (
    Camera,
    CameraBroken,
    CardReader,
    CardUser,
    Device,
    DeviceState,
    ReaderBroken,
    SimulatedRefused,
    Sound,
    SoundBroken,
    SoundUser,
    YuvFrame,
    refuse_simulated,
)

__all__ = [
    "Camera",
    "CameraBroken",
    "CardReader",
    "CardUser",
    "Device",
    "DeviceState",
    "ReaderBroken",
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


def open_camera(url: str) -> Camera:
    """`v4l2:0`, `v4l2:/dev/video2?width=1280&height=720&fps=30`, `bench:testcard?marker=37`.

    Touches no hardware. Raises `SettingsWrong` for a URL it does not know.
    """
    raise NotImplementedError


def open_sound(url: str) -> Sound:
    """`sounddevice:default` or `bench:tone?hz=880`. Raises `SettingsWrong` as above."""
    raise NotImplementedError


def open_card_reader(url: str) -> CardReader:
    """`serial:/dev/...?kind=rdm6300` or `none:`. Raises `SettingsWrong` as above."""
    raise NotImplementedError
