"""One palette, one type scale, one spacing grid, for kiosk, console and portal alike.

Colours are sRGB hex. `tests/visits/test_design.py` holds every pairing in `PAIRS` to the
WCAG 2.2 AA contrast ratio (4.5 to 1 for text, 3 to 1 for edges and large marks).
"""

from __future__ import annotations

from math import hypot
from typing import NamedTuple

PALETTE: dict[str, str] = {
    "ink": "#14212b",
    "ink-soft": "#4a5a66",
    "paper": "#ffffff",
    "mist": "#f2f5f7",
    "line": "#7d8c97",
    "line-soft": "#d5dde2",
    "brand": "#0b5566",
    "brand-dark": "#083d4a",
    "brand-tint": "#e0f0f3",
    "go": "#1b6e3c",
    "go-tint": "#e2f3e8",
    "warn": "#8a5300",
    "warn-tint": "#fdf1dc",
    "stop": "#a8201a",
    "stop-tint": "#fbe6e4",
    "focus": "#ffb703",
    "night": "#0d171e",
    "night-raised": "#1b2a34",
    "night-line": "#6f8492",
    "night-ink": "#f4f8fa",
    "night-ink-soft": "#b7c5ce",
    "night-brand": "#5cc8de",
    "night-go": "#6fd796",
    "night-warn": "#ffc861",
    "night-stop": "#ff9d94",
}

TYPE_SCALE_REM: dict[str, float] = {
    "small": 0.875,
    "body": 1.0,
    "lead": 1.25,
    "title": 1.5625,
    "display": 1.953,
    "hero": 2.441,
}
"""A major-third scale (ratio 1.25). On paper pages 1 rem is 17 px; on the kiosk, 22 px."""

SPACE_PX = 8
"""Every gap and padding is a multiple of this."""

TOUCH_TARGET_CM = 2.0
"""The smallest side of anything that is pressed on a terminal."""

TERMINAL_PIXELS = (1280, 800)
TERMINAL_DIAGONAL_INCHES = 15.0


class Pair(NamedTuple):
    """Two palette names that are shown on one another, and the ratio they must reach."""

    over: str
    under: str
    ratio: float


PAIRS: tuple[Pair, ...] = (
    *(Pair("ink", under, 4.5) for under in ("paper", "mist", "brand-tint", "go-tint", "warn-tint")),
    *(Pair("ink-soft", under, 4.5) for under in ("paper", "mist", "brand-tint")),
    *(Pair("paper", under, 4.5) for under in ("brand", "brand-dark", "go", "warn", "stop")),
    Pair("brand", "paper", 4.5),
    Pair("brand", "mist", 4.5),
    Pair("go", "go-tint", 4.5),
    Pair("warn", "warn-tint", 4.5),
    Pair("stop", "stop-tint", 4.5),
    Pair("stop", "paper", 4.5),
    Pair("line", "paper", 3.0),
    Pair("line", "mist", 3.0),
    *(
        Pair(over, under, 4.5)
        for over in (
            "night-ink",
            "night-ink-soft",
            "night-brand",
            "night-go",
            "night-warn",
            "night-stop",
        )
        for under in ("night", "night-raised")
    ),
    Pair("night", "night-brand", 4.5),
    Pair("night", "night-go", 4.5),
    Pair("night", "night-warn", 4.5),
    Pair("night", "night-stop", 4.5),
    Pair("night-line", "night-raised", 3.0),
)


def touch_target_px() -> int:
    """`TOUCH_TARGET_CM` in pixels of the reference terminal (about 79 at 100.6 per inch)."""
    width, height = TERMINAL_PIXELS
    per_inch = hypot(width, height) / TERMINAL_DIAGONAL_INCHES
    return round(TOUCH_TARGET_CM / 2.54 * per_inch)


def contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast ratio of two hex colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(hex_colour: str) -> float:
    channels = [int(hex_colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def css_tokens() -> str:
    """The palette, scale and grid as CSS custom properties (`--ink`, `--text-body`, `--space`)."""
    lines = [f"  --{name}: {value};" for name, value in PALETTE.items()]
    lines += [f"  --text-{name}: {size}rem;" for name, size in TYPE_SCALE_REM.items()]
    lines.append(f"  --space: {SPACE_PX}px;")
    return ":root {\n" + "\n".join(lines) + "\n}\n"
