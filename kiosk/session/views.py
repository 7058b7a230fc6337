"""What screens draw: values taken from the agenda, already judged against the hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from visits.model import InmateId, Slot, TerminalId, VisitId, VisitKind


class Standing(StrEnum):
    """What an inmate may expect of a visit at this minute."""

    LATER = "later"
    """Check-in has not opened."""
    OPEN = "open"
    """Can be checked in now, at its terminal."""
    RUNNING = "running"
    """Checked in, waiting or in progress."""
    MISSED = "missed"
    """Check-in has closed and nobody came."""
    CANCELLED = "cancelled"
    OVER = "over"


class Reason(StrEnum):
    """Why a terminal turns somebody away. Travels as `CheckInRefused.reason`."""

    NOT_LISTED = "not-listed"
    """The number or card is unknown to this unit's agenda. Says nothing about elsewhere."""
    WRONG_PIN = "wrong-pin"
    LOCKED_OUT = "locked-out"
    NO_VISIT = "no-visit"
    TOO_EARLY = "too-early"
    TOO_LATE = "too-late"
    OTHER_TERMINAL = "other-terminal"
    CANCELLED = "cancelled"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Inmate:
    """Who is at the terminal."""

    inmate_id: InmateId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVisit:
    """A line on the unit's board, which anybody in the unit may read: no visitor, no kind."""

    visit_id: VisitId
    slot: Slot
    inmate_name: str
    terminal_id: TerminalId
    here: bool
    """At this very terminal."""
    standing: Standing
    visitor_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MyVisit:
    """One of the logged-in inmate's own visits."""

    visit_id: VisitId
    slot: Slot
    visitor_name: str
    kind: VisitKind
    terminal_id: TerminalId
    here: bool
    standing: Standing
    seen: bool
    recorded: bool
    check_in_from: datetime
    check_in_until: datetime
    visitor_here: bool
