"""Reading the files that a command is given, and saying what is wrong with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from ops_console.rules.facts import Known
from ops_console.rules.reading import StatedWrong, read_stated
from ops_console.rules.rulebook import Rulebook, RulesFileWrong, read_rulebook
from visits.clock import FacilityTime
from visits.errors import SettingsWrong

LARGEST_BYTES = 200_000_000
"""Facts of a whole state's visits fit many times; anything beyond is another kind of file."""
K = TypeVar("K", bound=Known)


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
        if str(path) == "-":
            content = sys.stdin.buffer.read(LARGEST_BYTES + 1)
        else:
            with path.open("rb") as file:
                content = file.read(LARGEST_BYTES + 1)
    except OSError as cause:
        raise FileRefused(f"{path}: cannot be read ({cause.strerror}). Check the name.") from cause
    if len(content) > LARGEST_BYTES:
        raise FileRefused(
            f"{path}: is larger than {LARGEST_BYTES // 1_000_000} MB. Check the name."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = content.count(b"\n", 0, cause.start) + 1
        raise FileRefused(f"{path}:{line}: is not UTF-8 text. Save it as UTF-8.") from cause


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises `FileRefused`."""
    text = read_text(path)
    if not text.strip():
        raise FileRefused(f"{path}: is empty. Write a JSON object, such as {{}}.")
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as cause:
        raise FileRefused(f"{path}:{cause.lineno}: is not JSON ({cause.msg}).") from cause
    except ValueError as cause:
        raise FileRefused(f"{path}: {cause}") from cause
    except RecursionError as cause:
        raise FileRefused(f"{path}: is nested too deeply.") from cause


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == one for one, _ in pairs) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object. Keep one of them.")
    return found


def refuse_faults(path: Path, faults: Iterable[str]) -> None:
    """Raises `FileRefused` with every fault, if there is any, as FILE: path: reason."""
    if lines := [f"{path}: {fault}" for fault in faults]:
        raise FileRefused("\n".join(lines))


def known(kind: type[K], data: object, path: Path, facility: FacilityTime) -> K:
    """Facts or a request from parsed JSON. Raises `FileRefused` with every fault as FILE: path:
    reason."""
    try:
        return read_stated(kind, data, facility)
    except StatedWrong as wrong:
        raise FileRefused("\n".join(f"{path}: {fault}" for fault in wrong.faults)) from wrong
