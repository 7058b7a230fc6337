"""The marker survives what a call does to a picture."""

from __future__ import annotations

from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.devices.bench_camera import TestCard as Card
from kiosk.devices.contracts import Resolution
from kiosk.devices.testcard import draw_marker, read_marker


def _luma(width: int, height: int, marker: int | None) -> NDArray[np.uint8]:
    return Card(Resolution(width, height), marker).picture(1.0)[:height]


def _luma_of(picture: av.VideoFrame) -> NDArray[np.uint8]:
    return np.asarray(picture.to_ndarray()[:480], np.uint8)


@given(st.integers(0, 255), st.sampled_from([(640, 480), (320, 240), (1280, 720), (162, 122)]))
def test_what_is_drawn_is_read(value: int, size: tuple[int, int]) -> None:
    luma = np.full((size[1], size[0]), 90, np.uint8)
    draw_marker(luma, value)
    assert read_marker(luma) == value


@pytest.mark.parametrize("value", [-1, 256])
def test_a_number_too_large_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="0 to 255"):
        draw_marker(np.zeros((480, 640), np.uint8), value)


@pytest.mark.slow
@pytest.mark.parametrize("value", [0, 37, 91, 170, 255])
def test_it_survives_vp8_at_200_kbit_and_scaling_to_320_by_240(value: int) -> None:
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 640, 480, "yuv420p"
    encoder.bit_rate, encoder.time_base = 200_000, Fraction(1, 30)
    encoder.options = {"deadline": "realtime", "cpu-used": "-6", "maxrate": "200000"}
    decoder = av.CodecContext.create("libvpx", "r")
    card, seen = Card(Resolution(640, 480), value), []
    for number in range(30):
        frame = av.VideoFrame.from_ndarray(card.picture(number / 30), format="yuv420p")
        frame.pts = number
        for packet in encoder.encode(frame):
            seen += [_luma_of(picture) for picture in decoder.decode(packet)]
    assert len(seen) > 10
    for luma in seen:
        assert read_marker(luma) == value
        assert read_marker(np.asarray(cv2.resize(luma, (320, 240)), np.uint8)) == value


def test_pictures_without_a_marker_have_none() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (480, 640), np.uint8)
    gradient = np.tile(np.linspace(0, 255, 640).astype(np.uint8), (480, 1))
    for luma in (_luma(640, 480, None), noise, gradient, np.zeros((480, 640), np.uint8)):
        assert read_marker(luma) is None


def test_a_mirrored_marker_is_none() -> None:
    assert read_marker(_luma(640, 480, 37)[:, ::-1]) is None


def test_a_marker_with_one_wrong_cell_is_none() -> None:
    luma = _luma(640, 480, 37)
    luma[:60, 80:120] = 235 if luma[30, 100] < 128 else 16
    assert read_marker(luma) is None


def test_the_card_moves_and_its_clock_runs() -> None:
    card = Card(Resolution(640, 480), 37)
    first, later = card.picture(1.0), card.picture(1.2)
    assert not np.array_equal(first, later)
    assert read_marker(later[:480]) == 37
