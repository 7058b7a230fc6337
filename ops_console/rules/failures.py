"""Where a visit failed, read from its history: interruptions, late starts, and calls that never
came to be. Who is to blame is `ops_console.rules.whose_side`'s to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause, Slot

PATIENCE = timedelta(seconds=30)
"""Both were there and for longer than this no line came to be: that is a failure."""
RESTART_LOOKS_BACK = timedelta(minutes=5)
"""A terminal that restarted tells so when it is up again; the line broke when it went down."""
ADMITTED = "visitor-admitted"
_OVER = frozenset({VisitEvent.END, VisitEvent.MISS, VisitEvent.CANCEL})


class FailureKind(StrEnum):
    INTERRUPTED = "interrupted"
    LATE_START = "late-start"
    NEVER_CONNECTED = "never-connected"


class Step(NamedTuple):
    """One line of a visit's history that counted."""

    line: int
    at: datetime
    what: str
    actor: str
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since`; `until` is None while it lasts."""

    since: datetime
    until: datetime | None

    def meets(self, since: datetime, until: datetime) -> bool:
        return self.since <= until and (self.until is None or self.until >= since)


@dataclass(frozen=True, slots=True)
class Failure:
    """`line` is the history line that tells of it; 0 for a start that was late or never came."""

    line: int
    kind: FailureKind
    starts_at: datetime
    ends_at: datetime | None
    """None while it lasts."""
    restarted: bool = False
    """The terminal says that it restarted."""
    connected_at: datetime | None = None
    """When the call that broke had come to be: what was over before cannot have broken it."""


def failures(
    steps: Sequence[Step], slot: Slot, off: Sequence[Stretch], now: datetime
) -> tuple[Failure, ...]:
    """In order of time. `off`: when the visit's terminal could not be heard."""
    late = _late(steps, slot, off, now)
    dead = _dead_to_the_end(steps, slot, off)
    return (*late, *_interruptions(steps, slot, off), *dead)


def over_at(steps: Sequence[Step], slot: Slot) -> datetime | None:
    """When the visit was over; None while it is not. Never later than its slot."""
    ends = [step.at for step in steps if step.what in _OVER]
    return min(ends[-1], slot.ends_at) if ends else None


def _interruptions(
    steps: Sequence[Step], slot: Slot, off: Sequence[Stretch]
) -> tuple[Failure, ...]:
    found = []
    for place, step in enumerate(steps):
        if step.what != VisitEvent.LOSE:
            continue
        made = [it.at for it in steps[:place] if it.what == VisitEvent.CONNECT]
        again = next((it.at for it in steps[place:] if it.what == VisitEvent.CONNECT), None)
        restarted = step.cause is Cause.TERMINAL_RESTARTED
        starts = _went_down(step.at, off) if restarted else step.at
        ends = again or over_at(steps, slot)
        if starts < slot.ends_at:
            found.append(
                Failure(
                    step.line,
                    FailureKind.INTERRUPTED,
                    starts,
                    ends,
                    restarted,
                    connected_at=made[-1] if made else None,
                )
            )
    return tuple(found)


def _went_down(told_at: datetime, off: Sequence[Stretch]) -> datetime:
    near = [one.since for one in off if one.meets(told_at - RESTART_LOOKS_BACK, told_at)]
    return max(near, default=told_at)


def _dead_to_the_end(
    steps: Sequence[Step], slot: Slot, off: Sequence[Stretch]
) -> tuple[Failure, ...]:
    """A terminal that dies for good tells nothing: the console ends the visit at its time."""
    last = [step for step in steps if step.what in {VisitEvent.CONNECT, *_OVER}][-2:]
    if [step.what for step in last] != [VisitEvent.CONNECT, VisitEvent.END]:
        return ()
    connect, end = last
    gone = [one for one in off if connect.at < one.since < slot.ends_at]
    if end.actor != Actor.CONSOLE or not gone or (gone[-1].until or end.at) < slot.ends_at:
        return ()
    return (Failure(end.line, FailureKind.INTERRUPTED, gone[-1].since, slot.ends_at),)


def _late(
    steps: Sequence[Step], slot: Slot, off: Sequence[Stretch], now: datetime
) -> tuple[Failure, ...]:
    came = _first(steps, ADMITTED)
    if came is None:
        return ()
    connected = _first(steps, VisitEvent.CONNECT)
    end = connected or over_at(steps, slot)
    due = max(slot.starts_at, came)
    ready = _ready(steps, due, off, end or now)
    if ready is None or (end or now) - ready <= PATIENCE:
        return ()
    kind = FailureKind.LATE_START if connected else FailureKind.NEVER_CONNECTED
    return (Failure(0, kind, ready, end),)


def _ready(
    steps: Sequence[Step], due: datetime, off: Sequence[Stretch], end: datetime
) -> datetime | None:
    """Since when the visit could have begun, were it not for the terminal or the line; None
    where the inmate was not there although the terminal was."""
    if any(one.since <= due and (one.until or end) - due > PATIENCE for one in off):
        return due
    moves = [
        step
        for step in steps
        if step.at <= end and step.what in {VisitEvent.CHECK_IN, VisitEvent.STEP_AWAY}
    ]
    here = moves[-1] if moves else None
    return max(due, here.at) if here and here.what == VisitEvent.CHECK_IN else None


def _first(steps: Sequence[Step], what: str) -> datetime | None:
    return next((step.at for step in steps if step.what == what), None)
