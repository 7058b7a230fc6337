"""Reading a rules file from the disk, and saying what is wrong with it."""

from __future__ import annotations

import sys
from pathlib import Path

from ops_console.rules.rulebook import Rulebook, RulesFileWrong, read_rulebook
from visits.errors import SettingsWrong


class FileRefused(SettingsWrong):
    """The file cannot be used; the message has one line for every fault."""


def read_rules(path: Path) -> Rulebook:
    """Raises `FileRefused` with every fault as FILE:LINE: path: reason."""
    try:
        return read_rulebook(read_text(path))
    except RulesFileWrong as wrong:
        raise FileRefused("\n".join(f"{path}:{fault}" for fault in wrong.faults)) from wrong


def read_text(path: Path) -> str:
    """The text of a file, or of standard input for `-`. Raises `FileRefused`."""
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except OSError as cause:
        raise FileRefused(f"{path}: cannot be read ({cause.strerror}). Check the name.") from cause
    except UnicodeDecodeError as cause:
        raise FileRefused(f"{path}: is not UTF-8 text. Save it as UTF-8.") from cause
