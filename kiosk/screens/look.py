"""How the terminal looks: the shared palette, type scale and grid in Kivy's units.

Sizes pass through `dp`, so a panel of another density is served by `KIVY_METRICS_DENSITY`;
at density 1 they are the pixels of the reference terminal.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from kivy.lang.parser import global_idmap
from kivy.metrics import dp

from visits.design import PALETTE, SPACE_PX, TYPE_SCALE_REM, touch_target_px

LINE_HEIGHT = 1.12
"""Between lines of text, in line heights."""

REM_PX = 22
"""One rem on the terminal: 5.5 mm of type size at arm's length."""

SCALE: tuple[str, ...] = tuple(TYPE_SCALE_REM)
"""Type sizes by name, smallest first."""


class Ink(NamedTuple):
    """What something pressable is made of, by palette name: fill, text, edge."""

    fill: str
    ink: str
    edge: str


BUTTONS: dict[str, tuple[Ink, Ink]] = {
    "primary": (Ink("brand", "paper", "brand"), Ink("brand-dark", "paper", "brand-dark")),
    "plain": (Ink("paper", "brand", "line"), Ink("brand-tint", "ink", "brand")),
    "go": (Ink("go", "paper", "go"), Ink("go-tint", "go", "go")),
    "stop": (Ink("stop", "paper", "stop"), Ink("stop-tint", "stop", "stop")),
    "on-brand": (Ink("brand-dark", "paper", "paper"), Ink("paper", "brand", "paper")),
    "chosen-on-brand": (Ink("paper", "brand", "paper"), Ink("paper", "brand", "paper")),
    "night": (
        Ink("night-raised", "night-ink", "night-line"),
        Ink("night-brand", "night", "night-brand"),
    ),
    "quiet": (Ink("mist", "ink-soft", "line"), Ink("mist", "ink-soft", "line")),
    "night-chosen": (
        Ink("night", "night-brand", "night-brand"),
        Ink("night", "night-brand", "night-brand"),
    ),
    "night-primary": (
        Ink("night-brand", "night", "night-brand"),
        Ink("night-raised", "night-ink", "night-brand"),
    ),
    "night-stop": (
        Ink("night-stop", "night", "night-stop"),
        Ink("night-raised", "night-stop", "night-stop"),
    ),
    "night-warn": (
        Ink("night-warn", "night", "night-warn"),
        Ink("night-raised", "night-warn", "night-warn"),
    ),
}
"""Every kind of button: at rest, and under a finger."""


@cache
def rgba(name: str) -> tuple[float, float, float, float]:
    """A palette colour as Kivy takes it; the empty name is transparent."""
    if not name:
        return (0.0, 0.0, 0.0, 0.0)
    value = PALETTE[name]
    red, green, blue = (int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (red, green, blue, 1.0)


def type_px(name: str) -> float:
    """The font size of a step of the type scale."""
    return float(dp(round(REM_PX * TYPE_SCALE_REM[name])))


def space(times: float) -> float:
    """A multiple of the grid."""
    return float(dp(SPACE_PX * times))


def touch_px() -> float:
    """The smallest side of anything that is pressed."""
    return float(dp(touch_target_px()))


global_idmap.update(
    dp=dp, rgba=rgba, space=space, touch_px=touch_px, type_px=type_px, LINE_HEIGHT=LINE_HEIGHT
)
# The .kv files are read while this package is still being imported, so they cannot import it.
