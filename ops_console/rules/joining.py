"""Whether a visitor may join a visit now. Checked anew at every opening of the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ops_console.rules.booking import Refused
from ops_console.rules.reasons import reason
from visits.model import RefusalCode, Slot, TerminalId, VisitKind, VisitorId, VisitStatus

DOOR_OPENS = timedelta(minutes=15)
"""Before the start; it stays open until the end."""


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


def decide_join(
    visitor_id: VisitorId, facts: JoinFacts | None, now: datetime
) -> Admitted | Refused:
    """`facts` is None for a visit that does not exist. A stranger learns nothing more."""
    if (
        facts is None
        or facts.visitor_id != visitor_id
        or facts.terminal_id is None
        or facts.status in {VisitStatus.REQUESTED, VisitStatus.REFUSED}
    ):
        return Refused((reason(RefusalCode.VISIT_UNKNOWN),))
    codes = _about_visit(facts, now)
    if codes:
        return Refused(tuple(reason(code) for code in codes))
    return Admitted(facts.terminal_id, facts.slot.starts_at - DOOR_OPENS, facts.slot.ends_at)


def _about_visit(facts: JoinFacts, now: datetime) -> list[RefusalCode]:
    codes = []
    if not facts.approved:
        codes.append(RefusalCode.NOT_APPROVED)
    if facts.status is VisitStatus.CANCELLED:
        codes.append(RefusalCode.CANCELLED)
    elif facts.status.over or now >= facts.slot.ends_at:
        codes.append(RefusalCode.VISIT_OVER)
    elif now < facts.slot.starts_at - DOOR_OPENS:
        codes.append(RefusalCode.TOO_EARLY)
    return codes
