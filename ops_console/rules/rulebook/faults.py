"""What is wrong with a rules file, each fault with its line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from visits.errors import OfficerMustAct

Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """One thing to correct. `line` counts from 1; `path` is written like sessions[0].hours."""

    line: int
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.line}: {self.path}: {self.reason}"


class RulesFileWrong(OfficerMustAct):
    """A rules file cannot be used; `faults` are all of its errors, in the order of the lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def shown(path: Path) -> str:
    """`("sessions", 0, "hours")` as `sessions[0].hours`; the whole file is `file`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "file"


def meant(name: object, known: Iterable[str]) -> str:
    """`; did you mean sessions?` where one of the known words is near, else nothing."""
    near = get_close_matches(str(name), list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
