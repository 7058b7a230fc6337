"""Reading the files that a command is given, and saying what is wrong with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ops_console.rules.facts import Known
from ops_console.rules.rulebook import Rulebook, RulesFileWrong, read_rulebook
from ops_console.rules.rulebook.faults import Path as At
from ops_console.rules.rulebook.faults import meant, shown
from ops_console.rules.rulebook.keys import keys_beside
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


def known(kind: type[K], data: object, path: Path, facility: FacilityTime) -> K:
    """Facts or a request from parsed JSON. Raises `FileRefused` with every fault as FILE: path:
    reason."""
    skipped = [f"{path}: {shown(at)}: {said}" for at, said in _skipped(data, (), facility)]
    try:
        found = kind.model_validate(data, context={"facility": facility})
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_context=False)
        faults = [f"{path}: {shown(error['loc'])}: {_reason(kind, error)}" for error in errors]
        raise FileRefused("\n".join(dict.fromkeys([*faults, *skipped]))) from wrong
    if skipped:
        raise FileRefused("\n".join(skipped))
    return found


def _reason(kind: type[Known], error: ErrorDetails) -> str:
    at = error["loc"]
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "extra_forbidden":
        return f"is not a key that belongs here{meant(at[-1], keys_beside(kind, at))}"
    if error["type"] in {"model_type", "model_attributes_type", "dict_type"}:
        return f"must be an object, not {str(error['input'])[:60]!r}"
    said = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{said}, not {str(error['input'])[:60]!r}" if at else said


def _skipped(data: object, at: At, facility: FacilityTime) -> Iterator[tuple[At, str]]:
    """Every time without an offset that the facility's clocks never show."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _skipped(value, (*at, key), facility)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _skipped(value, (*at, place), facility)
    elif isinstance(data, str) and (said := never_shown(data, facility)):
        yield at, said


def never_shown(text: str, facility: FacilityTime) -> str | None:
    """Why a reading of the facility's wall clock is none, for an officer; None if it is one, or
    no reading at all."""
    if not 13 <= len(text) <= 32 or text[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None or facility.exists(moment.date(), moment.time()):
        return None
    return f"{text}: the clocks of {facility.zone_name} skip this time. Write one that they show."
