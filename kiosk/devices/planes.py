"""From what cameras give to the three planes that everything else works on."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.devices.contracts import YuvFrame

Pixels = NDArray[np.uint8]


def from_bgr(picture: Pixels, taken_at: float) -> YuvFrame:
    """From OpenCV's usual form; an odd last row or column is cut off."""
    height, width = (side - side % 2 for side in picture.shape[:2])
    even = np.ascontiguousarray(picture[:height, :width])
    return YuvFrame.of(_pixels(cv2.cvtColor(even, cv2.COLOR_BGR2YUV_I420)), taken_at)


def from_yuyv(picture: Pixels, taken_at: float) -> YuvFrame:
    """From packed 4:2:2 (height by width by 2); colour of every second row is dropped."""
    height, width = (side - side % 2 for side in picture.shape[:2])
    planes = np.empty(width * height * 3 // 2, np.uint8)
    luma, chroma = width * height, width * height // 4
    planes[:luma].reshape(height, width)[:] = picture[:height, :width, 0]
    half = (height // 2, width // 2)
    planes[luma : luma + chroma].reshape(half)[:] = picture[:height:2, 0:width:2, 1]
    planes[luma + chroma :].reshape(half)[:] = picture[:height:2, 1:width:2, 1]
    return YuvFrame.of(planes.reshape(height * 3 // 2, width), taken_at)


def _pixels(array: Any) -> Pixels:
    return np.asarray(array, np.uint8)
