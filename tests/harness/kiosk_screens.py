"""The kiosk's screens in a real off-screen window, with fingers to press them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from kivy.base import EventLoop
from kivy.config import Config

Config.set("graphics", "width", "1280")
Config.set("graphics", "height", "800")
Config.set("graphics", "multisamples", "4")

from kivy.clock import Clock  # noqa: E402
from kivy.core.window import Window  # noqa: E402  (made as configured above)
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels  # noqa: E402
from kivy.lang import Builder  # noqa: E402
from kivy.tests.common import UnitTestTouch  # noqa: E402
from kivy.uix.widget import Widget  # noqa: E402
from PIL import Image  # noqa: E402

from kiosk.devices.contracts import YuvFrame  # noqa: E402
from kiosk.media.latest import LatestFrame  # noqa: E402
from kiosk.screens import KioskScreens  # noqa: E402
from kiosk.screens.picture import Picture  # noqa: E402
from kiosk.session.events import Intent  # noqa: E402
from kiosk.session.states import State  # noqa: E402
from visits.design import TERMINAL_PIXELS  # noqa: E402


class Stage:
    """A window with the screens in it; `posted` holds what they have said."""

    def __init__(self, **options: Any) -> None:
        self.posted: list[Intent] = []
        remote, own = Picture(), Picture(mirrored=True)
        remote.source, own.source = made_picture(640, 480, 40), made_picture(640, 480, 150)
        self.screens = KioskScreens(self.posted.append, remote, own, ("en", "es"), **options)
        EventLoop.ensure_window()
        Clock._max_fps = 0  # no waiting for the next frame
        if tuple(Window.size) != TERMINAL_PIXELS:
            Window.size = TERMINAL_PIXELS  # another test may have opened the window first
        for child in list(Window.children):
            Window.remove_widget(child)
        Window.add_widget(self.screens)

    def show(self, state: State, now: datetime, language: str = "en") -> None:
        """Show, and let layouts and labels come to rest."""
        self.screens.show(state, now, language)
        self.settle()

    def settle(self, frames: int = 3) -> None:
        """Layouts and labels come to rest; nothing is drawn."""
        for _ in range(frames):
            Clock.tick()
            Clock.tick_draw()
            Builder.sync()

    def photograph(self, path: Path) -> None:
        """What the window shows, as a picture file."""
        Window.on_draw()
        width, height = Window.size
        pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        picture = np.frombuffer(pixels, np.uint8).reshape(height, width, 4)[::-1, :, :3]
        Image.fromarray(np.ascontiguousarray(picture)).save(path)

    def widgets(self) -> Iterator[Any]:
        """Everything that is shown, the frontmost last."""
        return shown(self.screens)

    def pressables(self) -> dict[str, Any]:
        """What can be pressed now, by `widget_id`."""
        return {
            one.widget_id: one
            for one in self.widgets()
            if getattr(one, "widget_id", "") and not one.disabled
        }

    def touch(self, x: float, y: float) -> UnitTestTouch:
        return UnitTestTouch(x, y)

    def press(self, widget_id: str) -> None:
        """One finger, down and up at the middle."""
        touch = self.touch(*self.pressables()[widget_id].center)
        touch.touch_down()
        touch.touch_up()


def shown(widget: Widget) -> Iterator[Widget]:
    """`widget` and what is in it, without what is transparent or has no size."""
    if widget.opacity == 0:
        return
    yield widget
    for child in reversed(widget.children):
        yield from shown(child)


def made_picture(width: int, height: int, tint: int) -> LatestFrame:
    """A face-like picture in a box: enough to judge the layout by."""
    across = np.linspace(-1, 1, width)[None, :]
    along = np.linspace(-1, 1, height)[:, None]
    luma = np.full((height, width), 90.0) + 30 * (1 - along**2)
    luma[(across / 0.62) ** 2 + ((along - 1.15) / 0.75) ** 2 < 1] = 60
    luma[(across / 0.3) ** 2 + ((along + 0.05) / 0.5) ** 2 < 1] = 170
    box = LatestFrame()
    blue, red = np.full(width * height // 4, 118 + tint // 16), np.full(width * height // 4, 136)
    planes = np.concatenate([luma.ravel(), blue, red]).astype(np.uint8)
    box.put(YuvFrame.of(planes.reshape(height * 3 // 2, width), taken_at=0.0))
    return box
