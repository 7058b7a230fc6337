"""Which terminals are taken when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from visits.model import InmateId, Slot, TerminalId, VisitorId


@dataclass(frozen=True, slots=True)
class HeldTime:
    """A visit that holds its inmate, visitor and terminal from `starts_at` until `ends_at`."""

    starts_at: datetime
    ends_at: datetime
    inmate_id: InmateId
    visitor_id: VisitorId
    terminal_id: TerminalId

    def overlaps(self, starts: datetime, ends: datetime) -> bool:
        return self.starts_at < ends and starts < self.ends_at


def free_terminals(
    slot: Slot, terminals: Iterable[TerminalId], held: Iterable[HeldTime], gap: timedelta
) -> tuple[TerminalId, ...]:
    """The terminals that nothing holds for the slot and the gap on both sides of it."""
    starts, ends = slot.starts_at - gap, slot.ends_at + gap
    taken = {one.terminal_id for one in held if one.overlaps(starts, ends)}
    return tuple(one for one in terminals if one not in taken)


def free_places(
    slots: Sequence[Slot],
    terminals: Collection[TerminalId],
    held: Iterable[HeldTime],
    gap: timedelta,
) -> list[int]:
    """For each slot, how many terminals `free_terminals` would name.

    `slots` are in order and do not overlap; so only those are looked at that a held time meets.
    """
    taken: list[set[TerminalId]] = [set() for _ in slots]
    starts = [slot.starts_at for slot in slots]
    ends = [slot.ends_at for slot in slots]
    for one in held:
        first, last = (
            bisect_right(ends, one.starts_at - gap),
            bisect_left(starts, one.ends_at + gap),
        )
        for met in taken[first:last]:
            met.add(one.terminal_id)
    return [len(terminals) - len(met.intersection(terminals)) for met in taken]
