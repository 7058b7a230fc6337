"""Builds the portal's process: store, lines to the facilities, web; stops in reverse."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from visitor_portal.seed import reset_password, seed
from visitor_portal.serve import run
from visitor_portal.settings import load_settings
from visits.errors import SettingsWrong, VisitlineError

SETTINGS_FAULT = 2


def main(argv: Sequence[str] | None = None) -> int:
    """`visitline-portal run|seed|reset-password --config FILE ...`; the exit code."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    try:
        settings = load_settings(arguments.config)
        if arguments.command == "run":
            run(settings)
        elif arguments.command == "seed":
            print(seed(settings, arguments.file))
        else:
            print(reset_password(settings, arguments.email))
    except SettingsWrong as wrong:
        print(wrong, file=sys.stderr)
        return SETTINGS_FAULT
    except VisitlineError as no:
        print(no, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="visitline-portal", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="serve the website until told to stop")
    seeding = commands.add_parser("seed", help="make accounts from a JSON file")
    seeding.add_argument("file", type=Path, help="see visitor_portal/seed.py for its form")
    resetting = commands.add_parser("reset-password", help="give an account a new password")
    resetting.add_argument("email")
    for command in (running, seeding, resetting):
        command.add_argument("--config", type=Path, required=True, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
