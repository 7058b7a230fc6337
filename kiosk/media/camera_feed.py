"""The one thread that reads the camera, for the self view and the encoder alike."""

from __future__ import annotations

import threading
from collections.abc import Callable

import cv2
import numpy as np

from kiosk.devices.contracts import Camera, CameraBroken, Resolution, YuvFrame
from kiosk.media.latest import LatestFrame

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
BROKEN_PICTURE_EVERY_S = 0.5

TakeFrame = Callable[[YuvFrame], object]
PreparePicture = Callable[[YuvFrame], YuvFrame]


class CameraFeed:
    """Opens the camera, hands on each picture, and tries again when it breaks.

    While broken it hands on a drawn picture of a crossed-out camera twice a second, so that
    the other side sees why and a new viewer gets a whole picture soon.
    """

    def __init__(
        self,
        camera: Camera,
        self_picture: LatestFrame,
        changed: Callable[[bool, str], None],
        monotonic: Callable[[], float],
    ) -> None:
        """`changed` is called on the feed's thread when the camera breaks or works again."""
        self.working: bool | None = None
        self._camera = camera
        self._self_picture = self_picture
        self._changed = changed
        self._monotonic = monotonic
        self._way: tuple[TakeFrame | None, PreparePicture | None] = (None, None)
        """Read and written as one: no picture goes out unprepared between two changes."""
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def send_to(self, take: TakeFrame | None, prepare: PreparePicture | None = None) -> None:
        """Whom to give each picture (called on the feed's thread); None for nobody.

        `prepare`: what to make of it before anybody gets it, the self view too; None for nothing.
        The drawn picture of a broken camera stays as it is.
        """
        self._way = (take, prepare)

    def start(self) -> None:
        """Begin in the background; harmless when it runs."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Close the camera and await the thread, which a real camera delays a frame or two."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.working = None
        self._self_picture.clear()

    def _run(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopped.is_set():
            try:
                self._camera.start()
                self._read_until_stopped()
            except CameraBroken as why:
                pause = FIRST_PAUSE_S if self.working else pause
                self._became(False, str(why))
                self._camera.stop()
                self._show_broken(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
        self._camera.stop()

    def _read_until_stopped(self) -> None:
        while not self._stopped.is_set():
            frame = self._camera.read()
            self._became(True, "")
            self._hand_on(frame)

    def _show_broken(self, for_s: float) -> None:
        planes = broken_picture(self._camera.resolution)
        until = self._monotonic() + for_s
        while not self._stopped.is_set() and (now := self._monotonic()) < until:
            self._give(YuvFrame.of(planes, now), self._way[0])
            self._stopped.wait(min(BROKEN_PICTURE_EVERY_S, until - now))

    def _hand_on(self, frame: YuvFrame) -> None:
        take, prepare = self._way
        self._give(frame if prepare is None else prepare(frame), take)

    def _give(self, frame: YuvFrame, take: TakeFrame | None) -> None:
        self._self_picture.put(frame)
        if take is not None:
            take(frame)

    def _became(self, working: bool, why: str) -> None:
        former, self.working = self.working, working
        if former is not working and not (former is None and working):
            self._changed(working, why)


def broken_picture(size: Resolution) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A crossed-out camera, light on dark, without words: the other side reads any language."""
    card = np.full((size.height, size.width, 3), (52, 42, 27), np.uint8)
    unit = size.height // 12
    x, y = size.width // 2, size.height // 2
    light = (206, 197, 183)
    cv2.rectangle(card, (x - 3 * unit, y - 2 * unit), (x + unit, y + 2 * unit), light, -1)
    lens = np.array([(x + unit * 3 // 2, y), (x + 3 * unit, y - unit), (x + 3 * unit, y + unit)])
    cv2.fillPoly(card, [lens.astype(np.int32)], light)
    ends = ((x - 4 * unit, y + 3 * unit), (x + 4 * unit, y - 3 * unit))
    cv2.line(card, *ends, (52, 42, 27), max(3, unit), cv2.LINE_AA)
    cv2.line(card, *ends, (148, 157, 255), max(2, unit // 2), cv2.LINE_AA)
    return np.asarray(cv2.cvtColor(card, cv2.COLOR_BGR2YUV_I420), np.uint8)
