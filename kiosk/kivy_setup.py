"""How Kivy starts: it reads its environment and its settings while it is being imported."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.settings import KioskSettings


def prepare(settings: KioskSettings) -> None:
    """Call this before anything imports Kivy's window."""
    os.environ.update(environment(settings))
    os.environ.setdefault("KIVY_WINDOW", "sdl2")
    from kivy.config import Config  # noqa: PLC0415 - reads the environment that was just set

    Config.remove_section("input")
    Config.add_section("input")
    if _pointer(settings) == "mouse":
        Config.set("input", "mouse", "mouse,disable_multitouch")


def environment(settings: KioskSettings) -> dict[str, str]:
    """`KIVY_NO_CONSOLELOG` is left alone: set to anything at all it hides tracebacks."""
    screen = settings.screen
    options: dict[str, dict[str, int | str]] = {
        "graphics": {
            "width": screen.width,
            "height": screen.height,
            "fullscreen": int(screen.fullscreen),
            "borderless": int(screen.fullscreen),
            "show_cursor": int(_pointer(settings) == "mouse"),
            "resizable": 0,
            "multisamples": 4,
            "maxfps": 60,
        },
        "kivy": {"exit_on_escape": 0, "desktop": 0, "log_level": "warning"},
    }
    return {
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_NO_CONFIG": "1",
        "KIVY_LOG_MODE": "MIXED",
        "KIVY_HOME": str(_home(settings)),
        **{
            f"KCFG_{section}_{key}".upper(): str(value)
            for section, values in options.items()
            for key, value in values.items()
        },
    }


def _home(settings: KioskSettings) -> Path:
    """Kivy insists on a folder of its own; beside the store this program may write."""
    home = settings.store.path.parent / "kivy"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _pointer(settings: KioskSettings) -> str:
    return settings.screen.pointer or ("mouse" if settings.mode == "bench" else "touch")
