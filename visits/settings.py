"""Settings files: TOML in, a validated model out, or an error with file, line and reason."""

from __future__ import annotations

import re
import tomllib
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from visits.errors import SettingsWrong


class Settings(BaseModel):
    """Base of every settings model: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


S = TypeVar("S", bound=Settings)


def parse_settings(text: str, file_name: str, model: type[S]) -> S:
    """`text` as a `model`.

    Raises `SettingsWrong`, one line for each fault: file, line, key and reason.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        line = re.search(r"at line (\d+)", str(cause))
        where = f"{file_name}:{line[1] if line else 1}"
        raise SettingsWrong(f"{where}: not TOML: {cause}") from cause
    try:
        return model.model_validate(values)
    except ValidationError as cause:
        faults = [
            f"{file_name}:{_line_of(text, fault['loc'])}: "
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in cause.errors()
        ]
        raise SettingsWrong("\n".join(faults)) from cause


def _line_of(text: str, path: tuple[int | str, ...]) -> int:
    """The line (from 1) where the deepest part of `path` that `text` mentions stands.

    Good enough to put a cursor near the fault: tables are followed by their headers, an
    array of tables by counting its headers, a key by its first appearance in the table.
    """
    lines, start = text.splitlines(), 0
    table: list[str] = []
    for position, part in enumerate(path):
        if isinstance(part, int):
            continue
        index = path[position + 1] if position + 1 < len(path) else None
        header = re.escape(".".join([*table, part]))
        if isinstance(index, int):
            found = _find(lines, rf"\s*\[\[\s*{header}\s*\]\]", start, skip=index)
        else:
            found = _find(lines, rf"\s*\[\s*{header}\s*\]", start)
        if found is not None:
            start, table = found, [*table, part]
            continue
        key = _find(lines, rf"\s*\"?{re.escape(part)}\"?\s*=", start)
        return (key if key is not None else start) + 1
    return start + 1


def _find(lines: list[str], pattern: str, start: int, skip: int = 0) -> int | None:
    matching = [n for n in range(start, len(lines)) if re.match(pattern, lines[n])]
    return matching[skip] if skip < len(matching) else None
