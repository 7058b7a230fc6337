"""`rules short`: which inmates have less visiting than the rules promise them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops_console.rules.allowances import Shortfall, falls_short
from ops_console.rules.facts import Facts
from ops_console.rules_command.files import known, read_json, read_rules, refuse_faults
from ops_console.rules_command.moments import read_day
from ops_console.rules_command.stating import facts_faults

if TYPE_CHECKING:
    from ops_console.rules_command.commands import Commands


def add_short(commands: Commands) -> None:
    """Add `short` to the commands of `rules`."""
    parser = commands.add_parser("short", help="say who has less visiting than `least` promises")
    parser.add_argument("file", type=Path, metavar="FILE", help="rules file")
    parser.add_argument("--facts", type=Path, required=True, metavar="FACTS.json")
    parser.add_argument("--on", required=True, metavar="DATE", help="a day of the period")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=short)


def short(arguments: argparse.Namespace) -> int:
    """Print one row for every inmate and entry. Raises `FileRefused` and `QuestionWrong`."""
    book = read_rules(arguments.file)
    day = read_day("--on", arguments.on)
    facts = known(Facts, read_json(arguments.facts), arguments.facts, book.facility.time)
    refuse_faults(arguments.facts, facts_faults(book, facts))
    found = falls_short(book, facts, day)
    if arguments.json:
        print(json.dumps([_row(one) for one in found], indent=1, ensure_ascii=False))
    else:
        print("\n".join(_line(one) for one in found) or "Nobody falls short.")
    return 0


def _row(one: Shortfall) -> dict[str, Any]:
    return {
        "inmate": one.inmate,
        "entry": one.entry,
        "count": one.count,
        "has": one.has,
        "least": one.least,
        "from": one.first.isoformat(),
        "to": one.last.isoformat(),
    }


def _line(one: Shortfall) -> str:
    return (
        f"{one.inmate}: {one.has:g} of {one.least} {one.count}"
        f" from {one.first} to {one.last} ({one.entry})"
    )
