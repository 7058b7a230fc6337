"""A real camera through OpenCV's Video4Linux capture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.devices.contracts import CameraBroken, Resolution, YuvFrame
from kiosk.devices.planes import from_bgr, from_yuyv

READ_TIMEOUT_MS = 2_000


class Capture(Protocol):
    """The part of `cv2.VideoCapture` that is used."""

    def isOpened(self) -> bool: ...  # noqa: N802 # OpenCV's name
    def read(self) -> tuple[bool, NDArray[np.uint8] | None]: ...
    def get(self, prop: int, /) -> float: ...
    def release(self) -> None: ...


class V4l2Camera:
    """Asks for plain YUYV up to 640 by 480 and for MJPEG above, where USB 2 has no room.

    The driver may give another size or format than asked for; what really comes counts.
    """

    simulated = False

    def __init__(
        self,
        name: str,
        device: int | str,
        asked: Resolution,
        frames_per_second: int,
        monotonic: Callable[[], float],
        *,
        open_capture: Callable[[int | str, Resolution, int], Capture] | None = None,
    ) -> None:
        self.name = name
        self.resolution = asked
        self._device = device
        self._rate = frames_per_second
        self._monotonic = monotonic
        self._open_capture = open_capture or open_v4l2
        self._capture: Capture | None = None

    def start(self) -> None:
        self.stop()
        capture = self._open_capture(self._device, self.resolution, self._rate)
        if not capture.isOpened():
            capture.release()
            raise CameraBroken(
                f"Camera {self.name} cannot be opened. Check its cable, that the kiosk's user is "
                "in group video, and that no other program uses it."
            )
        self._capture = capture

    def read(self) -> YuvFrame:
        if self._capture is None:
            raise CameraBroken(f"Camera {self.name} is not open. Start it first.")
        good, picture = self._capture.read()
        if not good or picture is None:
            raise CameraBroken(f"Camera {self.name} gives no picture. Check its cable.")
        frame = self._frame(picture)
        self.resolution = Resolution(frame.width, frame.height)
        return frame

    def stop(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _frame(self, picture: NDArray[np.uint8]) -> YuvFrame:
        now = self._monotonic()
        if picture.ndim == 3 and picture.shape[2] == 2:
            return from_yuyv(picture, now)
        if picture.ndim == 3 and picture.shape[2] == 3:
            return from_bgr(picture, now)
        raise CameraBroken(
            f"Camera {self.name} gives pictures of shape {picture.shape}, which are neither "
            "YUYV nor MJPEG. Use another camera or another width and height."
        )


def open_v4l2(device: int | str, asked: Resolution, frames_per_second: int) -> Capture:
    """OpenCV's capture with a bounded wait and the shortest queue the driver allows."""
    plain = asked.width * asked.height <= 640 * 480
    fourcc = cv2.VideoWriter.fourcc(*("YUYV" if plain else "MJPG"))
    capture = cv2.VideoCapture(
        device,
        cv2.CAP_V4L2,
        [
            *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS),
            *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, READ_TIMEOUT_MS),
        ],
    )
    for key, value in (
        (cv2.CAP_PROP_FOURCC, fourcc),
        (cv2.CAP_PROP_FRAME_WIDTH, asked.width),
        (cv2.CAP_PROP_FRAME_HEIGHT, asked.height),
        (cv2.CAP_PROP_FPS, frames_per_second),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
        (cv2.CAP_PROP_CONVERT_RGB, 0 if plain else 1),
    ):
        capture.set(key, value)
    if plain and int(capture.get(cv2.CAP_PROP_FOURCC)) != fourcc:
        capture.set(cv2.CAP_PROP_CONVERT_RGB, 1)
    return capture  # type: ignore[return-value] # its own types leave out that read may fail
