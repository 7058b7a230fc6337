"""Cameras keep their contract: bench twins, and the real one over a pretended driver."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.devices import (
    CameraBroken,
    Resolution,
    SimulatedRefused,
    open_camera,
    open_card_reader,
    open_sound,
    refuse_simulated,
)
from kiosk.devices.testcard import draw_marker, read_marker
from kiosk.devices.v4l2_camera import Capture, V4l2Camera
from visits.errors import SettingsWrong


class Driver:
    """What OpenCV gives for a camera that shows `pictures` and is then unplugged."""

    def __init__(self, *pictures: NDArray[np.uint8]) -> None:
        self.pictures = list(pictures)
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802 # OpenCV's name
        return bool(self.pictures)

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        return (True, self.pictures.pop(0)) if self.pictures else (False, None)

    def get(self, prop: int, /) -> float:
        return float(prop)

    def release(self) -> None:
        self.released = True


def _camera(driver: Driver) -> V4l2Camera:
    def opened(_device: int | str, _asked: Resolution, _rate: int) -> Capture:
        return driver

    return V4l2Camera("v4l2:0", 0, Resolution(640, 480), 30, lambda: 5.0, open_capture=opened)


def _bgr(width: int, height: int, marker: int) -> NDArray[np.uint8]:
    picture = np.full((height, width, 3), 80, np.uint8)
    draw_marker(picture, marker)
    return picture


def test_the_bench_camera_shows_its_marker_at_its_size() -> None:
    camera = open_camera("bench:testcard?marker=37&width=320&height=240&fps=60")
    camera.start()
    frame = camera.read()
    assert (frame.width, frame.height) == camera.resolution == (320, 240)
    assert read_marker(frame.luma()) == 37
    assert camera.read().taken_at > frame.taken_at
    camera.stop()


def test_the_bench_camera_keeps_its_rate() -> None:
    times: list[float] = []
    camera = open_camera("bench:testcard?fps=50")
    camera.start()
    times = [camera.read().taken_at for _ in range(11)]
    camera.stop()
    assert (times[-1] - times[0]) / 10 == pytest.approx(0.02, abs=0.01)


def test_a_broken_camera_breaks_when_told_and_mends_when_told() -> None:
    now = [0.0]
    camera = open_camera("bench:broken?after=5&for=10&fps=1", lambda: now[0])
    camera.start()
    camera.read()
    now[0] = 5.0
    with pytest.raises(CameraBroken, match="broke on purpose"):
        camera.read()
    with pytest.raises(CameraBroken):
        camera.start()
    now[0] = 15.0
    camera.start()
    camera.read()


def test_an_mjpeg_camera_gives_the_picture_that_opencv_decoded() -> None:
    camera = _camera(Driver(_bgr(800, 601, 44)))
    camera.start()
    frame = camera.read()
    assert camera.resolution == (frame.width, frame.height) == (800, 600)
    assert read_marker(frame.luma()) == 44
    assert frame.taken_at == 5.0


def test_a_yuyv_camera_gives_the_same_colours_without_conversion() -> None:
    bgr = np.zeros((48, 64, 3), np.uint8)
    bgr[:, :32], bgr[:, 32:] = (40, 90, 200), (200, 60, 20)
    yuyv = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_YUY2), np.uint8)
    camera, other = _camera(Driver(yuyv)), _camera(Driver(bgr))
    camera.start()
    other.start()
    plain, converted = camera.read(), other.read()
    for ours, theirs in ((plain.y, converted.y), (plain.u, converted.u), (plain.v, converted.v)):
        difference = np.frombuffer(ours, np.uint8).astype(int) - np.frombuffer(theirs, np.uint8)
        assert np.abs(difference).max() <= 2


def test_a_missing_camera_says_what_to_check() -> None:
    driver = Driver()
    with pytest.raises(CameraBroken, match="cable"):
        _camera(driver).start()
    assert driver.released


def test_an_unplugged_camera_breaks_and_can_be_started_anew() -> None:
    driver = Driver(_bgr(640, 480, 1))
    camera = _camera(driver)
    camera.start()
    camera.read()
    with pytest.raises(CameraBroken, match="no picture"):
        camera.read()
    driver.pictures = [_bgr(640, 480, 2)]
    camera.start()
    assert read_marker(camera.read().luma()) == 2
    camera.stop()
    with pytest.raises(CameraBroken, match="not open"):
        camera.read()


def test_a_picture_of_unknown_form_is_refused() -> None:
    camera = _camera(Driver(np.zeros((480, 640), np.uint8)))
    camera.start()
    with pytest.raises(CameraBroken, match="neither"):
        camera.read()


def test_a_real_device_that_is_not_there_breaks_instead_of_hanging() -> None:
    with pytest.raises(CameraBroken):
        open_camera("v4l2:/dev/no-such-camera").start()


@pytest.mark.parametrize(
    "url",
    [
        *("", "webcam", "v4l2:0?colour=red", "bench:cat", "bench:testcard?marker=256"),
        *("bench:testcard?marker=x", "bench:testcard?width=641", "bench:testcard?fps=0"),
    ],
)
def test_an_unknown_url_is_a_settings_fault(url: str) -> None:
    with pytest.raises(SettingsWrong):
        open_camera(url)


def test_production_refuses_every_simulated_device_by_name() -> None:
    devices = [
        open_camera("bench:testcard?marker=1"),
        open_sound("bench:tone"),
        open_card_reader("none:"),
    ]
    with pytest.raises(SimulatedRefused, match=r"bench:testcard\?marker=1, bench:tone"):
        refuse_simulated(devices)
    refuse_simulated([open_camera("v4l2:0"), open_sound("sounddevice:default")])
