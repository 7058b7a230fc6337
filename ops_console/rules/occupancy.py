"""Which terminals are taken when, asked often and quickly."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from visits.model import InmateId, Slot, TerminalId, VisitorId


@dataclass(frozen=True, slots=True)
class HeldTime:
    """A visit that holds its inmate, visitor and terminal for its slot."""

    starts_at: datetime
    ends_at: datetime
    inmate_id: InmateId
    visitor_id: VisitorId
    terminal_id: TerminalId

    def overlaps(self, slot: Slot) -> bool:
        return self.starts_at < slot.ends_at and slot.starts_at < self.ends_at


class Occupancy:
    """Held times by terminal. Relies on no two of one terminal overlapping."""

    def __init__(self, held: Iterable[HeldTime]) -> None:
        self._ends: dict[TerminalId, list[datetime]] = {}
        self._starts: dict[TerminalId, list[datetime]] = {}
        for one in sorted(held, key=lambda one: one.starts_at):
            self._starts.setdefault(one.terminal_id, []).append(one.starts_at)
            self._ends.setdefault(one.terminal_id, []).append(one.ends_at)

    def free(self, terminal_id: TerminalId, starts: datetime, ends: datetime) -> bool:
        """Whether nothing holds the terminal in the half-open stretch."""
        begun = bisect_left(self._starts.get(terminal_id, []), ends)
        return begun == 0 or self._ends[terminal_id][begun - 1] <= starts
