"""The `rules` commands, for whoever mounts them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ops_console.rules_command.check import check

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the only name that argparse gives it


def add_commands(subparsers: Commands) -> None:
    """Add `rules` with its commands; each sets `run`, from parsed arguments to an exit code."""
    rules = subparsers.add_parser("rules", help="try a rules file").add_subparsers(
        required=True, metavar="COMMAND"
    )
    _on_file(rules, "check", "say what is wrong with a rules file").set_defaults(run=check)


def _on_file(commands: Commands, name: str, help_text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text)
    parser.add_argument("file", type=Path, metavar="FILE", help="rules file, or - for stdin")
    return parser
