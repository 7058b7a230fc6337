"""`visitline-kiosk run --config FILE`: one terminal, until it is told to stop."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.kivy_setup import prepare
from kiosk.sealed_memory import seal_memory
from kiosk.settings import KioskSettings, read_settings
from visits.errors import SettingsWrong

_logger = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """0 after a clean stop, 2 when the settings cannot be used (standard error says why). After a
    privileged visit the same process begins again as a new program, and nothing is returned."""
    arguments = _arguments().parse_args(argv)
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    try:
        again = _run(read_settings(arguments.config))
    except SettingsWrong as problem:
        print(problem, file=sys.stderr)
        return 2
    if again:
        _logger.info("starting anew, so that nothing of a private visit stays in memory")
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - itself, as it was started
    return 0


def _run(settings: KioskSettings) -> bool:
    seal_memory()
    prepare(settings)
    from kiosk.running import run  # noqa: PLC0415 - Kivy must be prepared before it is imported

    return run(settings)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="visitline-kiosk", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="show the terminal's window until SIGTERM or SIGINT")
    run.add_argument("--config", type=Path, required=True, help="kiosk.toml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
