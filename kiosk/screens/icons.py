"""Small drawings: strokes on a grid of 24 by 24, y upwards, drawn in the colour of their text."""

from __future__ import annotations

from kivy.clock import Clock
from kivy.graphics import Color, Line, SmoothEllipse, SmoothLine
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.screens.look import rgba

Stroke = tuple[tuple[float, float], ...]

_CIRCLE = ((12.0, 12.0, 9.0),)

STROKES: dict[str, tuple[Stroke, ...]] = {
    "": (),
    "check": (((4, 12), (10, 6), (20, 18)),),
    "cross": (((6, 6), (18, 18)), ((6, 18), (18, 6))),
    "back": (((10, 19), (3, 12), (10, 5)), ((3, 12), (21, 12))),
    "next": (((14, 19), (21, 12), (14, 5)), ((3, 12), (21, 12))),
    "up": (((5, 10), (12, 3 + 14), (19, 10)),),
    "down": (((5, 14), (12, 7), (19, 14)),),
    "clock": (((12, 17), (12, 12), (16, 10)),),
    "wait": (
        ((7, 21), (17, 21)),
        ((7, 3), (17, 3)),
        ((8, 21), (8, 17), (16, 7), (16, 3)),
        ((16, 21), (16, 17), (8, 7), (8, 3)),
    ),
    "person": (
        (
            (3, 3),
            (3.6, 6.4),
            (5.6, 9),
            (8.6, 10.6),
            (12, 11),
            (15.4, 10.6),
            (18.4, 9),
            (20.4, 6.4),
            (21, 3),
        ),
    ),
    "erase": (
        ((8, 19), (2, 12), (8, 5), (22, 5), (22, 19), (8, 19)),
        ((11, 9), (17, 15)),
        ((11, 15), (17, 9)),
    ),
    "warning": (((12, 21), (2, 4), (22, 4), (12, 21)), ((12, 15), (12, 10)), ((12, 7), (12, 6.9))),
    "info": (((12, 12), (12, 7)), ((12, 16.4), (12, 16.3))),
    "lock": (
        ((5, 12), (19, 12), (19, 3), (5, 3), (5, 12)),
        ((8, 12), (8, 16), (9.2, 19), (12, 20.4), (14.8, 19), (16, 16), (16, 12)),
    ),
    "video": (
        ((1, 18), (16, 18), (16, 6), (1, 6), (1, 18)),
        ((16, 13), (23, 17), (23, 7), (16, 11)),
    ),
    "mic": (
        (
            (9, 12),
            (9, 18),
            (10, 20.4),
            (12, 21.4),
            (14, 20.4),
            (15, 18),
            (15, 12),
            (14, 9.8),
            (12, 8.8),
            (10, 9.8),
            (9, 12),
        ),
        ((5, 12), (5.8, 8.6), (8.2, 6), (12, 5), (15.8, 6), (18.2, 8.6), (19, 12)),
        ((12, 5), (12, 2)),
        ((8, 2), (16, 2)),
    ),
    "mic-off": (
        (
            (9, 12),
            (9, 18),
            (10, 20.4),
            (12, 21.4),
            (14, 20.4),
            (15, 18),
            (15, 12),
            (14, 9.8),
            (12, 8.8),
            (10, 9.8),
            (9, 12),
        ),
        ((5, 12), (5.8, 8.6), (8.2, 6), (12, 5), (15.8, 6), (18.2, 8.6), (19, 12)),
        ((12, 5), (12, 2)),
        ((8, 2), (16, 2)),
        ((3, 3), (21, 21)),
    ),
    "phone-down": (
        (
            (2, 9),
            (3, 12),
            (7, 14.4),
            (12, 15.2),
            (17, 14.4),
            (21, 12),
            (22, 9),
            (17, 8),
            (16, 11),
            (12, 11.8),
            (8, 11),
            (7, 8),
            (2, 9),
        ),
    ),
    "line": (
        ((2, 13), (6, 16.6), (12, 18), (18, 16.6), (22, 13)),
        ((6, 9), (9, 11.2), (12, 12), (15, 11.2), (18, 9)),
        ((12, 5), (12, 4.9)),
    ),
    "line-off": (
        ((2, 13), (6, 16.6), (12, 18), (18, 16.6), (22, 13)),
        ((6, 9), (9, 11.2), (12, 12), (15, 11.2), (18, 9)),
        ((12, 5), (12, 4.9)),
        ((4, 3), (20, 21)),
    ),
    "eye": (
        (
            (2, 12),
            (6, 16.4),
            (12, 18.2),
            (18, 16.4),
            (22, 12),
            (18, 7.6),
            (12, 5.8),
            (6, 7.6),
            (2, 12),
        ),
    ),
    "out": (
        ((10, 21), (3, 21), (3, 3), (10, 3)),
        ((15, 17), (21, 12), (15, 7)),
        ((8, 12), (21, 12)),
    ),
    "calendar": (
        ((3, 19), (21, 19), (21, 3), (3, 3), (3, 19)),
        ((3, 14), (21, 14)),
        ((8, 22), (8, 17)),
        ((16, 22), (16, 17)),
    ),
}

ROUND: dict[str, tuple[tuple[float, float, float], ...]] = {
    "clock": _CIRCLE,
    "info": _CIRCLE,
    "person": ((12, 17, 4.4),),
    "eye": ((12, 12, 3),),
}
"""Circles: centre and radius."""


class Icon(Widget):
    """One of `STROKES`, filling its square."""

    icon = StringProperty("")
    ink = StringProperty("ink")
    weight = NumericProperty(2.2)
    """Stroke width in grid units."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self._redraw = Clock.create_trigger(self._draw, -1)
        self.bind(icon=self._redraw, ink=self._redraw, pos=self._redraw, size=self._redraw)
        self._redraw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        unit = min(self.size) / 24
        left, bottom = self.center_x - 12 * unit, self.center_y - 12 * unit
        width = self.weight * unit / 2
        with self.canvas:
            Color(*rgba(self.ink))
            for stroke in STROKES[self.icon]:
                points = [(left + x * unit, bottom + y * unit) for x, y in stroke]
                SmoothLine(points=[value for point in points for value in point], width=width)
                for x, y in points:
                    SmoothEllipse(pos=(x - width, y - width), size=(2 * width, 2 * width))
            for x, y, radius in ROUND.get(self.icon, ()):
                Line(circle=(left + x * unit, bottom + y * unit, radius * unit), width=width)
