"""The `rules` commands, for whoever mounts them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ops_console.rules_command.asking import add_question
from ops_console.rules_command.check import check
from ops_console.rules_command.decide import add_decide
from ops_console.rules_command.explain import explain
from ops_console.rules_command.hours import hours
from ops_console.rules_command.schema import schema
from ops_console.rules_command.short import add_short

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the only name that argparse gives it


def add_commands(subparsers: Commands) -> None:
    """Add `rules` with its commands; each sets `run`, from parsed arguments to an exit code."""
    rules = subparsers.add_parser("rules", help="try a rules file").add_subparsers(
        required=True, metavar="COMMAND"
    )
    _on_file(rules, "check", "say what is wrong with a rules file").set_defaults(run=check)
    listing = _on_file(rules, "hours", "list the sessions of some days")
    add_question(listing)
    listing.add_argument("--from", dest="start", required=True, metavar="DATE")
    listing.add_argument("--days", type=int, default=7, metavar="N", help="default: 7")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=hours)
    why = _on_file(rules, "explain", "say which entries apply at a time, and why not the others")
    add_question(why)
    why.add_argument("--at", required=True, metavar='"DATE HH:MM"')
    why.add_argument("--json", action="store_true")
    why.set_defaults(run=explain)
    add_decide(rules)
    add_short(rules)
    printing = rules.add_parser("schema", help="print the JSON Schema of rules files")
    printing.set_defaults(run=schema)


def _on_file(commands: Commands, name: str, help_text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text)
    parser.add_argument("file", type=Path, metavar="FILE", help="rules file, or - for stdin")
    return parser
