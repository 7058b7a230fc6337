"""A bench looks at the kiosk and touches it, over HTTP on loopback. Never in production.

`GET /` shows the window live and forwards clicks; `GET /screen.png`; `GET /state`;
`POST /touch {"x", "y"}` in window pixels from the top left; `POST /press {"id"}` at the middle
of the visible widget of that `widget_id`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol, TypeVar

from PIL import Image

from kiosk.bench_http import Answer, BenchServer
from kiosk.bench_window import BenchTouch, Pixels, pressable, snapshot, texts

T = TypeVar("T")

FINGER_DOWN_S = 0.03
SAME_PLACE_S = 0.45
"""A person's pace at one spot: the screens take faster repeats there for one press."""
FRAMES_TO_REST = 3
"""A screen that has just changed finds its place in so many frames; each call takes one."""
ANSWER_WITHIN_S = 10.0

PAGE = (Path(__file__).with_name("bench_page.html")).read_bytes()


class OtherSide(Protocol):
    """The crossing to Kivy's thread."""

    def call(self, work: Callable[[], T]) -> Future[T]: ...


class NotShown(LookupError):
    """No visible widget has this id; `args[0]` is what is visible."""


class BenchControl:
    """`url` is where it listens, once made."""

    def __init__(
        self,
        port: int,
        *,
        crossing: OtherSide,
        describe: Callable[[], dict[str, Any]],
        wake: Callable[[], None],
    ) -> None:
        """`describe` and `wake` (of a dimmed screen) are called on Kivy's thread."""
        self._crossing = crossing
        self._describe = describe
        self._wake = wake
        self._hand = threading.Lock()
        self._touched: tuple[float, float, float] = (float("-inf"), 0.0, 0.0)
        self._server = BenchServer(port, self._gets(), self._posts())

    @property
    def url(self) -> str:
        return self._server.url

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        """Safe when never started."""
        self._server.stop()

    def _gets(self) -> dict[str, Callable[[], Answer]]:
        return {
            "/": lambda: Answer(HTTPStatus.OK, "text/html; charset=utf-8", PAGE),
            "/screen.png": lambda: Answer(HTTPStatus.OK, "image/png", self.screen_png()),
            "/state": lambda: Answer.json(self.state()),
        }

    def _posts(self) -> dict[str, Callable[[dict[str, Any]], Answer]]:
        return {"/touch": self._touch_asked, "/press": self._press_asked}

    def _touch_asked(self, asked: dict[str, Any]) -> Answer:
        self.touch(float(asked["x"]), float(asked["y"]))
        return Answer.json({"done": True})

    def _press_asked(self, asked: dict[str, Any]) -> Answer:
        try:
            self.press(str(asked["id"]))
        except NotShown as problem:
            return Answer.json({"visible": problem.args[0]}, HTTPStatus.NOT_FOUND)
        return Answer.json({"done": True})

    def screen_png(self) -> bytes:
        return _png(self._on_screen(snapshot))

    def state(self) -> dict[str, Any]:
        return self._on_screen(lambda: {**self._describe(), "texts": texts()})

    def touch(self, x: float, y: float) -> None:
        """A finger down and up again; returns when both were taken."""
        with self._hand:
            self._wait_at_one_place(x, y)
            finger = self._on_screen(lambda: self._finger_down(x, y))
            time.sleep(FINGER_DOWN_S)
            self._on_screen(finger.up)
            self._touched = (time.monotonic(), x, y)

    def press(self, widget_id: str) -> None:
        """Raises `NotShown` when nothing visible has this id."""
        for _ in range(FRAMES_TO_REST):
            self._on_screen(lambda: None)
        places = self._on_screen(pressable)
        if widget_id not in places:
            raise NotShown(sorted(places))
        self.touch(*places[widget_id])

    def _finger_down(self, x: float, y: float) -> BenchTouch:
        self._wake()
        finger = BenchTouch(x, y)
        finger.down()
        return finger

    def _wait_at_one_place(self, x: float, y: float) -> None:
        at, last_x, last_y = self._touched
        if abs(x - last_x) + abs(y - last_y) < 160:
            time.sleep(max(0.0, at + SAME_PLACE_S - time.monotonic()))

    def _on_screen(self, work: Callable[[], T]) -> T:
        return self._crossing.call(work).result(ANSWER_WITHIN_S)


def _png(pixels: Pixels) -> bytes:
    picture = Image.frombytes("RGBA", (pixels.width, pixels.height), pixels.rgba)
    file = BytesIO()
    picture.convert("RGB").transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(
        file, "png", compress_level=1
    )
    return file.getvalue()
