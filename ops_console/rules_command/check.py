"""`rules check`: whether a rules file can be used."""

from __future__ import annotations

import argparse

from ops_console.rules.rulebook import Rulebook
from ops_console.rules_command.files import read_rules


def check(arguments: argparse.Namespace) -> int:
    """Print what the file holds. Raises `FileRefused`, which ends the program with 2."""
    book = read_rules(arguments.file)
    print(f"{arguments.file}: {summary(book)}")
    return 0


def summary(book: Rulebook) -> str:
    """How many entries of each list there are, sessions always."""
    counts = {
        name: len(getattr(book, name)) for name in type(book).model_fields if _list(book, name)
    }
    shown = [
        _count(count, name.rstrip("_")) for name, count in counts.items() if name != "sessions"
    ]
    return ", ".join([_count(len(book.sessions), "sessions"), *shown])


def _list(book: Rulebook, name: str) -> bool:
    value = getattr(book, name)
    return isinstance(value, tuple | dict) and len(value) > 0


def _count(count: int, name: str) -> str:
    same = {"booking", "party", "list", "eligibility", "arrival", "housing"}
    one = count == 1 and name not in same
    return f"{count} {name.removesuffix('s') if one else name}".replace("_", " ")
