"""Whether a visitor may join a visit now. Checked anew at every opening of the door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ops_console.rules.refusing import Code, Reason, refuse
from visits.model import Slot, TerminalId, VisitKind, VisitorId, VisitStatus

DOOR_OPENS = timedelta(minutes=15)
"""Before the start; it stays open until the end."""
NO_DOOR = frozenset({VisitStatus.REQUESTED, VisitStatus.HELD, VisitStatus.REFUSED})


@dataclass(frozen=True, slots=True)
class JoinFacts:
    """The visit as it stands, and whether its approval stands too."""

    visitor_id: VisitorId
    status: VisitStatus
    kind: VisitKind
    slot: Slot
    terminal_id: TerminalId | None
    approved: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """Yes, at this terminal and within this stretch."""

    terminal_id: TerminalId
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """No, for all these reasons."""

    reasons: tuple[Reason, ...]


def decide_join(
    visitor_id: VisitorId, facts: JoinFacts | None, now: datetime
) -> Admitted | TurnedAway:
    """`facts` is None for a visit that does not exist. A stranger learns nothing more."""
    if (
        facts is None
        or facts.visitor_id != visitor_id
        or facts.terminal_id is None
        or facts.status in NO_DOOR
    ):
        return TurnedAway(
            (refuse(Code.VISIT_UNKNOWN, "No booked visit of this visitor has this number."),)
        )
    found = tuple(_about_visit(facts, now))
    if found:
        return TurnedAway(found)
    return Admitted(facts.terminal_id, facts.slot.starts_at - DOOR_OPENS, facts.slot.ends_at)


def _about_visit(facts: JoinFacts, now: datetime) -> Iterator[Reason]:
    if not facts.approved:
        yield refuse(Code.NOT_APPROVED, "The visitor has no active approval for this inmate.")
    if facts.status is VisitStatus.CANCELLED:
        yield refuse(Code.CANCELLED, "The visit had been cancelled when the visitor came.")
    elif facts.status.over or now >= facts.slot.ends_at:
        yield refuse(Code.VISIT_OVER, "The visit was over when the visitor came.")
    elif now < facts.slot.starts_at - DOOR_OPENS:
        yield refuse(Code.TOO_EARLY, "The visitor came before the door of the visit opened.")
