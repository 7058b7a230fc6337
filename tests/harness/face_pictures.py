"""Pictures with and without a face, made of the real photographs in scikit-image's wheel."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from kiosk.devices.bench_camera import TestCard
from kiosk.devices.contracts import Resolution, YuvFrame
from kiosk.devices.planes import from_bgr

Picture = NDArray[np.uint8]

SIZE = Resolution(640, 480)
data: Any = skimage.data
"""Its functions carry no types."""


def photograph() -> Picture:
    """The NASA portrait of the astronaut Eileen Collins, blue first; 512 by 512."""
    return bgr(data.astronaut())


def bgr(picture: Any) -> Picture:
    given: Any = np.asarray(picture, np.uint8)
    coloured = np.dstack([given] * 3) if given.ndim == 2 else given
    turned: Picture = np.array(coloured[:, :, 2::-1], np.uint8, order="C")
    return turned


def room(seed: int = 7) -> Picture:
    """An empty room: a wall in uneven light, a door, a table, and a camera's noise."""
    return _room(seed).copy()


@lru_cache(maxsize=8)
def _room(seed: int) -> Picture:
    x = np.linspace(0, 1, SIZE.width)[None, :]
    y = np.linspace(0, 1, SIZE.height)[:, None]
    wall = 150 + 50 * x - 30 * y
    picture = np.repeat(wall[:, :, None], 3, axis=2) * np.array([0.9, 0.97, 1.0])
    cv2.rectangle(picture, (470, 90), (600, 420), (92, 104, 112), -1)
    cv2.rectangle(picture, (0, 400), (640, 480), (60, 78, 96), -1)
    noise = np.random.default_rng(seed).normal(0, 3, picture.shape)
    noisy: Picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    return noisy


def seated(
    *, wide: float = 1.0, right: int = 0, down: int = 0, turned: float = 0.0, squeezed: float = 1.0
) -> Picture:
    """The portrait before the room. `wide`: its scale; `right` and `down`: pixels from the usual
    place; `turned`: degrees in the picture's plane; `squeezed`: how wide a head turned to the
    side still looks (1: from the front)."""
    source = photograph()[:, 60:400]
    scale_x, scale_y = wide * squeezed, wide
    placed = np.array(
        [
            [scale_x, 0, 320 + right - 165 * scale_x],
            [0, scale_y, 190 + down - 125 * scale_y],
            [0, 0, 1],
        ]
    )
    around = np.vstack([cv2.getRotationMatrix2D((320 + right, 190 + down), turned, 1), [0, 0, 1]])
    moved = (around @ placed)[:2]
    ground = room()
    laid = cv2.warpAffine(source, moved, SIZE, flags=cv2.INTER_AREA)
    mask = cv2.warpAffine(np.full(source.shape[:2], 255, np.uint8), moved, SIZE)
    return np.asarray(np.where(mask[:, :, None] > 127, laid, ground), np.uint8)


def strangers(number: int, size: int = 130) -> Picture:
    """One of a hundred small photographs of other people (Labeled Faces in the Wild, 25 by 25
    points), made large before the room. Soft, but real and unlike one another."""
    small = np.asarray(data.lfw_subset()[number] * 255, np.uint8)
    face = cv2.resize(small, (size, size), interpolation=cv2.INTER_CUBIC)
    inner = np.pad(np.ones((size - 20, size - 20), np.float32), 10)
    edge = cv2.GaussianBlur(inner, (0, 0), 5)[:, :, None]
    picture, left, top = room(number), 320 - size // 2, 215 - size // 2
    around = picture[top : top + size, left : left + size]
    mixed = face[:, :, None] * edge + around * (1 - edge)
    picture[top : top + size, left : left + size] = mixed.astype(np.uint8)
    return picture


def darkened(picture: Picture, part: float) -> Picture:
    """With `part` of its light, and the noise that a camera then adds."""
    return np.clip(picture * part + _cameras_noise(picture.shape), 0, 255).astype(np.uint8)


@cache
def _cameras_noise(shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.random.default_rng(3).normal(0, 4, shape)


def with_hand(picture: Picture, part: float) -> Picture:
    """The lower `part` of the face is behind something plain, as behind a hand or a mask."""
    made = picture.copy()
    left, top, width, height = 250, 120, 140, 140
    begins = top + round(height * (1 - part))
    cv2.rectangle(made, (left, begins), (left + width, top + height), (120, 150, 190), -1)
    return made


def weave() -> Picture:
    """A checked shirt close to the lens."""
    x, y = np.meshgrid(np.arange(SIZE.width), np.arange(SIZE.height))
    threads = 110 + 60 * np.sin(x / 5) * np.sin(y / 5) + 40 * (np.sin(x / 40) > 0)
    noise = np.random.default_rng(5).normal(0, 6, threads.shape)
    return bgr(np.clip(threads + noise, 0, 255))


def noise() -> Picture:
    return np.random.default_rng(11).integers(0, 256, (SIZE.height, SIZE.width, 3), np.uint8)


def finger() -> Picture:
    """A finger on the lens: dark red, almost even."""
    ground = np.tile(np.array([38, 44, 92], np.uint8), (SIZE.height, SIZE.width, 1))
    return np.clip(ground + np.random.default_rng(2).normal(0, 2, ground.shape), 0, 255).astype(
        np.uint8
    )


def whole(picture: Any) -> Picture:
    """A photograph, brought to the camera's size by cutting."""
    pixels = bgr(picture)
    height, width = pixels.shape[:2]
    part = max(SIZE.width / width, SIZE.height / height)
    grown = cv2.resize(pixels, (round(width * part) + 1, round(height * part) + 1))
    return np.ascontiguousarray(grown[: SIZE.height, : SIZE.width])


def faceless() -> Iterator[tuple[str, Picture]]:
    """Pictures in which nobody's face is; many in several cuts and brightnesses."""
    card = TestCard(SIZE, None).picture(1.0)
    yield "test card", np.asarray(cv2.cvtColor(card, cv2.COLOR_YUV2BGR_I420), np.uint8)
    yield "noise", noise()
    yield "weave", weave()
    for seed in range(5):
        yield f"room {seed}", room(seed)
        yield f"dim room {seed}", darkened(room(seed), 0.1 + 0.1 * seed)
    named = {
        "bricks": data.brick,
        "grass": data.grass,
        "gravel": data.gravel,
        "coffee": data.coffee,
        "rocket": data.rocket,
        "page": data.page,
        "text": data.text,
        "clock": data.clock,
        "moon": data.moon,
        "stars": data.hubble_deep_field,
    }
    for name, load in named.items():
        picture = whole(load())
        for number, cut in enumerate(cuts(picture)):
            yield f"{name} {number}", cut


def cuts(picture: Picture) -> Iterator[Picture]:
    """The picture, mirrored, upside down, from nearer in two places, and darker."""
    yield picture
    yield np.ascontiguousarray(picture[:, ::-1])
    yield np.ascontiguousarray(picture[::-1])
    for left, top in ((0, 0), (240, 180)):
        yield np.asarray(cv2.resize(picture[top : top + 300, left : left + 400], SIZE), np.uint8)
    yield darkened(picture, 0.5)


def frame(picture: Picture, at: float = 0.0) -> YuvFrame:
    """As a camera gives it."""
    return from_bgr(picture, at)
