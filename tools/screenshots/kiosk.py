"""Photographs every kiosk screen in every state and language, off-screen.

`python -m tools.screenshots.kiosk [--only PART] [--names short|long|world]` writes
`build/screenshots/kiosk/<language>/<name>.png`.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

for _name, _value in {
    "SDL_VIDEODRIVER": "offscreen",
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_LOG_MODE": "MIXED",
    "KIVY_WINDOW": "sdl2",
}.items():
    os.environ.setdefault(_name, _value)

from tests.harness.kiosk_screens import Stage  # noqa: E402  (Kivy reads its surroundings once)
from tests.harness.kiosk_states import (  # noqa: E402
    LONG_NAMES,
    NOW,
    SHORT_NAMES,
    WORLD_NAMES,
    made_states,
)

NAMES = {"short": SHORT_NAMES, "long": LONG_NAMES, "world": WORLD_NAMES}


def photograph(folder: Path, only: str, names: str) -> int:
    """Take the pictures; their number."""
    stage, taken = Stage(), 0
    for language in ("en", "es"):
        for name, state in made_states(NAMES[names]).items():
            if only in name:
                stage.show(state, NOW, language)
                path = folder / language / f"{name}{'' if names == 'short' else '-' + names}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                stage.photograph(path)
                taken += 1
    return taken


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--names", choices=sorted(NAMES), default="short")
    parser.add_argument("--folder", type=Path, default=Path("build/screenshots/kiosk"))
    asked = parser.parse_args(argv)
    taken = photograph(asked.folder, asked.only, asked.names)
    print(f"{taken} pictures in {asked.folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
