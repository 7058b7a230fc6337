"""The booked visits that a new text of the rules would touch."""

from __future__ import annotations

from dataclasses import dataclass

from ops_console.store.visits import Visit
from ops_console.usecases import Console, RulesChange, preview_change


@dataclass(frozen=True)
class Touched:
    """A booked visit, and why it would not be booked as it is."""

    visit: Visit
    reasons: tuple[str, ...]


def touched_visits(console: Console, text: str) -> tuple[Touched, ...]:
    """What runs or begins soon first, then by start. Raises `RulesRefused` for faults."""
    impact = preview_change(console, RulesChange(text))
    return tuple(Touched(one.visit, one.reasons) for one in impact.affected)
