"""Finds faces with the Haar cascades that come with OpenCV 4 (Viola and Jones, 2001).

They are old, small and cheap, run without a graphics card, and err often: docs/operations.md
says how often. Nobody is recognised by them, and no picture is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.devices.contracts import Luma, YuvFrame
from kiosk.faces.contracts import Box, FinderMissing, Look

Affine = NDArray[np.float64]

LOOKED_AT_WIDTH = 240
"""The picture is made this small first."""
SMALLEST_PART = 11
"""A face narrower than this part of the picture's width is somebody further away."""
STEP, NEIGHBOURS = 1.1, 3
"""Between the sizes that are tried, and how many finds close together make a face."""
LEANS = (-25, 25)
"""Degrees by which the picture is turned for who leans the head on a hand."""
FLAT = 4.0
"""Below this standard deviation of the brightness there is nothing to see: a covered lens."""
DARK = 30.0
"""Below this mean brightness (16 is black) it is the dark that hides whom it does not find."""
DIM = 80.0
"""Below this mean the contrast is raised first: of dim faces that finds two and a half times as
many, and of well lit ones it loses some."""


class FaceFinder:
    """For one thread. Raises `FinderMissing` where OpenCV lacks what it needs."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` holds the cascades; None: OpenCV's own."""
        folder = folder or _own_folder()
        self._frontal = _cascade(folder / "haarcascade_frontalface_alt2.xml")
        self._profile = _cascade(folder / "haarcascade_profileface.xml")

    def look(self, frame: YuvFrame) -> Look:
        """The faces in `frame`: from the front, else from either side, else leaning."""
        luma = _small(frame.luma())
        mean, spread = float(luma.mean()), float(luma.std())
        if spread < FLAT:
            return Look(frame.taken_at, covered=True)
        if mean < DIM:
            luma = np.asarray(cv2.equalizeHist(luma), np.uint8)
        found = tuple(next(filter(None, self._tries(luma)), []))
        return Look(frame.taken_at, found, covered=mean < DARK and not found)

    def _tries(self, luma: Luma) -> Iterator[list[Box]]:
        """The cheapest first; each is made only where those before found nothing."""
        yield _find(self._frontal, luma)
        yield _find(self._profile, luma)
        mirrored = np.ascontiguousarray(luma[:, ::-1])
        yield [_mirrored(box) for box in _find(self._profile, mirrored)]
        for degrees in LEANS:
            turned, back = _turned(luma, degrees)
            yield [_moved(box, back, luma) for box in _find(self._frontal, turned)]


def _find(cascade: Any, luma: Luma) -> list[Box]:
    height, width = luma.shape
    least = (width // SMALLEST_PART, width // SMALLEST_PART)
    found = cascade.detectMultiScale(luma, scaleFactor=STEP, minNeighbors=NEIGHBOURS, minSize=least)
    return [
        Box(float(x / width), float(y / height), float(wide / width), float(high / height))
        for x, y, wide, high in found
    ]


def _own_folder() -> Path:
    data = getattr(cv2, "data", None)
    return Path(data.haarcascades if data is not None else "haarcascades")


def _cascade(file: Path) -> Any:
    """The classifier in `file`. An unreadable one makes an empty classifier, not an error."""
    made = cv2.CascadeClassifier(str(file)) if hasattr(cv2, "CascadeClassifier") else None
    if made is None or made.empty():
        raise FinderMissing(
            f"{file.name} is missing, so this terminal raises no camera alarm, and blurs the whole "
            "picture where it is to blur any. Install the Python package opencv-python-headless, "
            "version 4 (make setup does): it holds the file."
        )
    return made


def _small(luma: Luma) -> Luma:
    height, width = luma.shape
    if width <= LOOKED_AT_WIDTH:
        return np.ascontiguousarray(luma)
    size = (LOOKED_AT_WIDTH, max(1, round(height * LOOKED_AT_WIDTH / width)))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def _turned(luma: Luma, degrees: float) -> tuple[Luma, Affine]:
    """`luma` turned around its middle, and the way back."""
    height, width = luma.shape
    there = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(luma, there, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8), np.asarray(cv2.invertAffineTransform(there), np.float64)


def _moved(box: Box, way: Affine, luma: Luma) -> Box:
    """The box with its middle moved along `way`; it stays upright."""
    height, width = luma.shape
    x, y = box.middle
    new_x, new_y = way @ np.array([x * width, y * height, 1.0])
    left, top = float(new_x / width) - box.width / 2, float(new_y / height) - box.height / 2
    return box._replace(x=left, y=top)


def _mirrored(box: Box) -> Box:
    return box._replace(x=1 - box.x - box.width)
