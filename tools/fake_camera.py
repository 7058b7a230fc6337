"""Writes what Chromium plays as its fake camera and microphone: a marker and a tone.

    python -m tools.fake_camera --folder build/visitor --marker 91 --hz 660

makes `camera.y4m` and `microphone.wav` there; `flags_for(folder)` are Chromium's arguments.
"""

from __future__ import annotations

import argparse
import wave
from pathlib import Path

import cv2
import numpy as np

from kiosk.devices.bench_camera import TestCard
from kiosk.devices.bench_sound import tone_blocks
from kiosk.devices.contracts import SAMPLE_RATE_HZ, Resolution, YuvFrame

FRAMES_PER_SECOND = 20
SIZE = Resolution(640, 480)


def write(
    folder: Path,
    marker: int,
    hz: int,
    size: Resolution = SIZE,
    seconds: int = 4,
    *,
    pictures_a_second: int = FRAMES_PER_SECOND,
    grain: int = 0,
) -> None:
    """`camera.y4m` (or `.mjpeg`, see `write_mjpeg`) and `microphone.wav` in `folder`.

    Chromium repeats both; four seconds are one sweep of the card. `grain` is by how much the
    brightness of each pixel is off at most, of 255: with some, as of a camera in a dark room, a
    browser sends as much as the line takes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    card = TestCard(size, marker)
    with (folder / "camera.y4m").open("wb") as file:
        file.write(
            f"YUV4MPEG2 W{size.width} H{size.height} F{pictures_a_second}:1 Ip A1:1 C420\n".encode()
        )
        for number in range(seconds * pictures_a_second):
            frame = YuvFrame.of(card.picture(number / pictures_a_second), 0.0)
            file.write(b"FRAME\n" + _grained(frame.y, grain, number) + frame.u + frame.v)
    write_tone(folder / "microphone.wav", hz)


def _grained(brightness: memoryview, grain: int, seed: int) -> bytes:
    if grain == 0:
        return brightness.tobytes()
    plane = np.frombuffer(brightness, np.uint8).astype(np.int16)
    off = np.random.default_rng(seed).integers(-grain, grain, plane.size, endpoint=True)
    return (plane + off).clip(0, 255).astype(np.uint8).tobytes()


def write_mjpeg(path: Path, marker: int, size: Resolution, seconds: int = 4) -> None:
    """A smaller file of the same pictures, for slow disks."""
    card = TestCard(size, marker)
    with path.open("wb") as file:
        for number in range(seconds * FRAMES_PER_SECOND):
            picture = card.picture(number / FRAMES_PER_SECOND)
            good, encoded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_YUV2BGR_I420))
            if not good:
                raise OSError(f"OpenCV cannot write JPEG pictures to {path}.")
            file.write(encoded.tobytes())


def write_tone(path: Path, hz: int) -> None:
    """One second of a tone, mono, 48 kHz; a whole number of turns, so repeats do not click."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(b"".join(tone_blocks(hz)))


def flags_for(folder: Path) -> list[str]:
    """Chromium's arguments: the files as devices, and no question asked about them."""
    return [
        "--autoplay-policy=no-user-gesture-required",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={folder / 'camera.y4m'}",
        f"--use-file-for-fake-audio-capture={folder / 'microphone.wav'}",
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description="Write a fake camera and microphone.")
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--marker", type=int, default=91)
    arguments.add_argument("--hz", type=int, default=660)
    given = arguments.parse_args()
    write(given.folder, given.marker, given.hz)
    print("\n".join(flags_for(given.folder.resolve())))


if __name__ == "__main__":
    main()
