"""Takes out what a camera in a housing unit must not show: everybody but the face before it.

A blurred picture is one of very few points, made large again: what is gone before the encoder
can be brought back by nobody. Works on the three planes as they are, without a way through RGB.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.devices.contracts import YuvFrame
from kiosk.faces.contracts import Box

Plane = NDArray[np.uint8]
Weights = NDArray[np.float32]

POINTS_ACROSS, POINTS_DOWN = 8, 6
"""What is left of a blurred picture. A person two meters away is one or two points wide: that
somebody is there can be seen, and roughly in what colour, and nothing else of them."""
CLEAR_WIDE, CLEAR_HIGH = 2.4, 2.6
"""The clear part, in faces: room for hair, neck, and what a head moves between two looks."""
EDGE = 0.25
"""Of the clear part's half width: over so much of it clear passes into blurred."""


def blurred(frame: YuvFrame) -> YuvFrame:
    """The whole picture."""
    return _frame([_blur(plane) for plane in _planes(frame)], frame)


def blurred_around(frame: YuvFrame, face: Box) -> YuvFrame:
    """Everything but the neighbourhood of `face`."""
    made = []
    for plane in _planes(frame):
        soft = _blur(plane)
        height, width = plane.shape
        left, top, right, bottom = _clear_part(face, width, height)
        if right - left > 1 and bottom - top > 1:
            whole = plane[top:bottom, left:right]
            part = soft[top:bottom, left:right]
            clear = _oval(right - left, bottom - top)
            soft[top:bottom, left:right] = cv2.blendLinear(whole, part, clear, 1 - clear)
        made.append(soft)
    return _frame(made, frame)


def _planes(frame: YuvFrame) -> list[Plane]:
    half = (frame.height // 2, frame.width // 2, frame.chroma_stride)
    shapes = ((frame.height, frame.width, frame.y_stride), half, half)
    return [
        np.frombuffer(data, np.uint8, rows * stride).reshape(rows, stride)[:, :columns]
        for data, (rows, columns, stride) in zip((frame.y, frame.u, frame.v), shapes, strict=True)
    ]


def _blur(plane: Plane) -> Plane:
    height, width = plane.shape
    few = cv2.resize(plane, (POINTS_ACROSS, POINTS_DOWN), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _clear_part(face: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in a plane's points, cut at its edges."""
    x, y = face.middle
    wide, high = face.width * CLEAR_WIDE / 2, face.height * CLEAR_HIGH / 2
    left, right = (round(side * width) for side in (x - wide, x + wide))
    top, bottom = (round(side * height) for side in (y - high, y + high))
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)


@lru_cache(maxsize=64)
def _oval(width: int, height: int) -> Weights:
    """1 in the middle, 0 at the rim of the oval that fills the part."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    out = np.sqrt(x * x + y * y)
    return np.clip((1 - out) / np.float32(EDGE), 0, 1)


def _frame(planes: list[Plane], like: YuvFrame) -> YuvFrame:
    i420 = np.concatenate([plane.reshape(-1) for plane in planes])
    return YuvFrame.of(i420.reshape(like.height * 3 // 2, like.width), like.taken_at)
