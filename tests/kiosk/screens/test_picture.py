"""Colour bars through the shader: the right colours, the right way round, in the right place."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
from numpy.typing import NDArray

from kiosk.devices.contracts import YuvFrame
from kiosk.media.latest import LatestFrame
from kiosk.screens.picture import Picture

BARS = ("white", "yellow", "cyan", "green", "magenta", "red", "blue", "black")
COLOURS = {
    "white": (255, 255, 255),
    "yellow": (255, 255, 0),
    "cyan": (0, 255, 255),
    "green": (0, 255, 0),
    "magenta": (255, 0, 255),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "black": (0, 0, 0),
}

pytestmark = pytest.mark.kivy


def _bars(width: int, height: int, padding: int = 0) -> YuvFrame:
    """Eight upright bars, in planes whose rows are followed by `padding` bytes of rubbish."""
    rgb = np.zeros((height, width, 3), np.uint8)
    for number, name in enumerate(BARS):
        rgb[:, number * width // 8 : (number + 1) * width // 8] = COLOURS[name]
    i420 = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8).reshape(-1)
    luma, half = width * height, (height // 2, width // 2)
    y = _padded(i420[:luma].reshape(height, width), padding)
    u = _padded(i420[luma : luma * 5 // 4].reshape(half), padding)
    v = _padded(i420[luma * 5 // 4 :].reshape(half), padding)
    return YuvFrame(width, height, y, u, v, width + padding, width // 2 + padding, 0.0)


def _padded(plane: NDArray[np.uint8], padding: int) -> memoryview:
    return np.pad(plane, ((0, 0), (0, padding)), constant_values=200).reshape(-1).data


@pytest.fixture
def box() -> LatestFrame:
    return LatestFrame()


@pytest.fixture
def picture(box: LatestFrame) -> Iterator[Picture]:
    EventLoop.ensure_window()
    for child in list(Window.children):
        Window.remove_widget(child)
    picture = Picture(source=box, size_hint=(None, None), pos=(0, 0), size=(320, 240))
    Window.add_widget(picture)
    yield picture
    picture.source = None
    Window.remove_widget(picture)


def _seen() -> NDArray[np.uint8]:
    """The window's pixels, first row at the bottom."""
    for _ in range(3):
        Clock.tick()
        Clock.tick_draw()
    Window.on_draw()
    width, height = Window.size
    pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 4)[:, :, :3]


def _names(row: NDArray[np.uint8], left: int, width: int) -> list[str]:
    """What colour stands at the middle of each of eight parts."""
    names = []
    for number in range(8):
        pixel = row[left + (2 * number + 1) * width // 16].astype(int)
        name, colour = min(COLOURS.items(), key=lambda item: _distance(pixel, item[1]))
        assert _distance(pixel, colour) < 25, f"{pixel} is no bar"
        names.append(name)
    return names


def _distance(pixel: NDArray[np.int_], colour: tuple[int, int, int]) -> int:
    return int(np.abs(pixel - np.array(colour)).max())


@pytest.mark.parametrize("padding", [0, 7, 64])
def test_colours_come_out_right_whatever_the_rows_are_padded_with(
    picture: Picture, box: LatestFrame, padding: int
) -> None:
    box.put(_bars(320, 240, padding))
    pixels = _seen()
    assert _names(pixels[120], 0, 320) == list(BARS)
    assert pixels[120, 319].max() < 25, "the padding does not bleed in at the edge"
    assert picture.has_picture


def test_the_first_row_is_on_top(picture: Picture, box: LatestFrame) -> None:
    i420 = np.full((360, 320), 128, np.uint8)
    i420[:120], i420[120:240] = 235, 16
    box.put(YuvFrame.of(i420, 0.0))
    pixels = _seen()
    assert picture.has_picture
    assert pixels[200, 160].min() > 230
    assert pixels[40, 160].max() < 25


def test_a_mirrored_picture_is_the_other_way_round(picture: Picture, box: LatestFrame) -> None:
    picture.mirrored = True
    box.put(_bars(320, 240, 16))
    assert _names(_seen()[120], 0, 320) == list(reversed(BARS))


def test_a_wide_picture_keeps_its_shape_between_bars(picture: Picture, box: LatestFrame) -> None:
    box.put(_bars(320, 120))
    pixels = _seen()
    assert picture.has_picture
    assert _names(pixels[120], 0, 320) == list(BARS)
    assert pixels[30].max() == pixels[210].max() == 0


def test_covering_cuts_what_overhangs(picture: Picture, box: LatestFrame) -> None:
    picture.cover = True
    picture.size = (160, 240)
    box.put(_bars(320, 240))
    pixels = _seen()
    assert [pixels[120, x].tolist() for x in (10, 150)] == [
        pytest.approx(COLOURS[name], abs=20) for name in ("cyan", "red")
    ]
    assert pixels[120, 170].max() == 0


def test_textures_are_used_again_until_the_shape_changes(
    picture: Picture, box: LatestFrame
) -> None:
    box.put(_bars(320, 240))
    _seen()
    textures = picture._planes
    box.put(_bars(320, 240))
    _seen()
    assert picture._planes is textures
    box.put(_bars(160, 120))
    _seen()
    assert picture._planes is not textures


def test_only_the_newest_of_many_pictures_is_uploaded(
    picture: Picture, box: LatestFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads: list[YuvFrame] = []
    upload = picture._upload

    def counted(one: YuvFrame) -> None:
        uploads.append(one)
        upload(one)

    monkeypatch.setattr(picture, "_upload", counted)
    frames = [_bars(320, 240) for _ in range(5)]
    for frame in frames:
        box.put(frame)
    _seen()
    _seen()
    assert uploads == [frames[-1]]


def test_without_a_source_the_last_picture_is_forgotten(picture: Picture, box: LatestFrame) -> None:
    box.put(_bars(320, 240))
    assert _seen()[120, 10].max() > 200
    picture.source = None
    assert _seen()[:240, :320].max() == 0
    assert not picture.has_picture


def test_a_faded_picture_is_darker(picture: Picture, box: LatestFrame) -> None:
    box.put(_bars(320, 240))
    picture.opacity = 0.5
    assert _seen()[120, 10].tolist() == pytest.approx([128] * 3, abs=6)
