"""The window as a bench sees and touches it. Kivy's thread only.

Touches are Kivy's own motion events, posted where an input provider would post them, so they
walk through window, gate and widgets exactly as a finger does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
from kivy.input.motionevent import MotionEvent
from kivy.uix.label import Label
from kivy.uix.widget import Widget


class Pixels(NamedTuple):
    """RGBA, four bytes a pixel, bottom row first."""

    width: int
    height: int
    rgba: bytes


class BenchTouch(MotionEvent):  # type: ignore[misc] # Kivy brings no types
    """One finger, at window pixels from the top left."""

    def __init__(self, x: float, y: float) -> None:
        width, height = Window.size
        place = {"x": x / width, "y": 1 - y / height}
        super().__init__("bench", f"bench-{id(self)}", place, is_touch=True, type_id="touch")

    def depack(self, args: dict[str, float]) -> None:
        self.sx, self.sy = args["x"], args["y"]
        self.profile = ["pos"]
        super().depack(args)

    def down(self) -> None:
        EventLoop.post_dispatch_input("begin", self)

    def up(self) -> None:
        EventLoop.post_dispatch_input("end", self)


def snapshot() -> Pixels:
    """What the window shows, drawn anew."""
    Window.on_draw()
    width, height = Window.size
    pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    return Pixels(width, height, bytes(pixels))


def visible() -> Iterator[Widget]:
    """Every widget that is shown, the frontmost last."""
    for root in reversed(Window.children):
        yield from _shown(root)


def _shown(widget: Widget) -> Iterator[Widget]:
    if widget.opacity == 0:
        return
    yield widget
    for child in reversed(widget.children):
        yield from _shown(child)


def pressable() -> dict[str, tuple[float, float]]:
    """What can be pressed: `widget_id` to its middle, in window pixels from the top left."""
    found: dict[str, tuple[float, float]] = {}
    for widget in visible():
        name = getattr(widget, "widget_id", "")
        if name and not widget.disabled:
            x, y = widget.to_window(*widget.center)
            found[name] = (x, Window.height - y)
    return found


def texts() -> list[str]:
    """Every word on the window, in drawing order."""
    return [widget.text for widget in visible() if _says_something(widget)]


def _says_something(widget: Any) -> bool:
    return isinstance(widget, Label) and bool(widget.text.strip())
