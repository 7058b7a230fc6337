"""Visits as they stand, their history line by line, and the reasons of refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from ops_console.store._values import all_rows, as_instant, as_text, maybe_instant, one_row
from visits.messages import VisitState
from visits.model import (
    ApprovalId,
    Cause,
    InmateId,
    RefusalCode,
    Slot,
    TerminalId,
    UnitId,
    VisitId,
    VisitKind,
    VisitorId,
    VisitStatus,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit with the names a page shows. Inmate, unit and terminal may be missing from a
    refused one."""

    visit_id: VisitId
    revision: int
    kind: VisitKind
    slot: Slot
    status: VisitStatus
    cause: Cause | None
    visitor_id: VisitorId
    visitor_name: str
    approval_id: ApprovalId
    inmate_id: InmateId | None
    inmate_name: str
    inmate_number: str
    unit_id: UnitId | None
    unit_name: str
    terminal_id: TerminalId | None
    terminal_name: str
    asked_at: datetime
    seen_at: datetime | None
    """When the inmate confirmed that they know of it."""
    visitor_came_at: datetime | None
    """When the visitor was last admitted from a browser."""
    inmate_came_at: datetime | None
    """When the inmate first checked in."""
    last_sequence: int | None
    """The highest kiosk report that was taken into account."""

    @property
    def state(self) -> VisitState:
        """As the visitor may see it."""
        return VisitState(
            visit_id=self.visit_id,
            revision=self.revision,
            visitor_id=self.visitor_id,
            approval_id=self.approval_id,
            kind=self.kind,
            slot=self.slot,
            status=self.status,
            cause=self.cause,
        )


class HistoryWord(StrEnum):
    """What a history line tells, beside the lifecycle's own events."""

    ASKED = "asked"
    SEEN = "seen"
    VISITOR_ADMITTED = "visitor-admitted"
    VISITOR_TURNED_AWAY = "visitor-turned-away"
    INMATE_TURNED_AWAY = "inmate-turned-away"


class Standing(StrEnum):
    """Whether a history line counted."""

    COUNTED = "counted"
    LATE = "late"
    """It came after a later report, or after the visit was over."""
    UNLAWFUL = "unlawful"
    """The lifecycle has no such change, or the sender may not cause it."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to a visit."""

    line: int
    at: datetime
    """When it happened, by the clock of whoever told it."""
    saved_at: datetime
    what: str
    """A `VisitEvent` or a `HistoryWord`."""
    actor: str
    """A `visits.lifecycle.Actor`."""
    actor_id: str | None
    """The officer's or terminal's id."""
    actor_name: str | None
    """The officer's name."""
    before: VisitStatus | None
    after: VisitStatus | None
    cause: Cause | None
    standing: Standing
    note: str
    """An officer's reason, or why the line did not count."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for which a visit was refused, in the words for each side."""

    code: RefusalCode
    visitor_text: str
    officer_text: str


_VISITS = """
SELECT visits.*, coalesce(visitors.full_name, 'Unknown visitor') AS visitor_name,
  coalesce(inmates.display_name, '') AS inmate_name, coalesce(inmates.number, '') AS inmate_number,
  coalesce(units.name, '') AS unit_name, coalesce(terminals.name, '') AS terminal_name
FROM visits LEFT JOIN visitors USING (visitor_id) LEFT JOIN inmates USING (inmate_id)
LEFT JOIN units ON units.unit_id = visits.unit_id
LEFT JOIN terminals ON terminals.terminal_id = visits.terminal_id
"""

HOLDING = "('booked','checked-in','waiting','in-progress','interrupted','ended','no-show')"
"""SQL list of the statuses for which `VisitStatus.holds_time` is true; a test compares them."""


def visit(db: Database, visit_id: VisitId) -> Visit | None:
    row = one_row(db, f"{_VISITS} WHERE visit_id = :id", id=visit_id)
    return None if row is None else _visit(row)


def between(
    db: Database, starts: datetime, ends: datetime, unit_id: UnitId | None = None
) -> list[Visit]:
    """Visits of any status that overlap the half-open stretch, by start, unit and terminal."""
    rows = all_rows(
        db,
        f"{_VISITS} WHERE starts_at < :ends AND ends_at > :starts"
        " AND (:unit IS NULL OR visits.unit_id = :unit)"
        " ORDER BY starts_at, unit_name, terminal_name, visit_id",
        starts=as_text(starts),
        ends=as_text(ends),
        unit=unit_id,
    )
    return [_visit(row) for row in rows]


def of_approval(db: Database, approval_id: ApprovalId) -> list[Visit]:
    """Every visit under one approval, the latest start first."""
    rows = all_rows(
        db, f"{_VISITS} WHERE approval_id = :id ORDER BY starts_at DESC", id=approval_id
    )
    return [_visit(row) for row in rows]


def coming(db: Database, unit_id: UnitId, after: datetime) -> list[Visit]:
    """Booked visits of a unit that start after `after`, by start."""
    rows = all_rows(
        db,
        f"{_VISITS} WHERE visits.unit_id = :unit AND status = 'booked' AND starts_at > :after"
        " ORDER BY starts_at",
        unit=unit_id,
        after=as_text(after),
    )
    return [_visit(row) for row in rows]


def unfinished_before(db: Database, ended_before: datetime) -> list[Visit]:
    """Visits that hold time, are not over, and whose slot ended before `ended_before`."""
    rows = all_rows(
        db,
        f"{_VISITS} WHERE ends_at < :before AND status IN"
        " ('booked','checked-in','waiting','in-progress','interrupted') ORDER BY ends_at",
        before=as_text(ended_before),
    )
    return [_visit(row) for row in rows]


def history(db: Database, visit_id: VisitId) -> list[HistoryLine]:
    """What happened to a visit, in the order in which it was saved."""
    rows = all_rows(
        db,
        "SELECT visit_history.*, officers.name AS actor_name FROM visit_history"
        " LEFT JOIN officers ON actor = 'officer' AND officer_id = actor_id"
        " WHERE visit_id = :id ORDER BY line",
        id=visit_id,
    )
    return [_line(row) for row in rows]


def refusals(db: Database, visit_id: VisitId) -> list[Reason]:
    """Why a visit was refused; empty for one that was not."""
    rows = all_rows(
        db,
        "SELECT code, visitor_text, officer_text FROM visit_refusals"
        " WHERE visit_id = :id ORDER BY place",
        id=visit_id,
    )
    return [
        Reason(RefusalCode(row["code"]), row["visitor_text"], row["officer_text"]) for row in rows
    ]


def _visit(row: dict[str, Any]) -> Visit:
    return Visit(
        visit_id=row["visit_id"],
        revision=row["revision"],
        kind=VisitKind(row["kind"]),
        slot=Slot(starts_at=as_instant(row["starts_at"]), ends_at=as_instant(row["ends_at"])),
        status=VisitStatus(row["status"]),
        cause=Cause(row["cause"]) if row["cause"] else None,
        visitor_id=row["visitor_id"],
        visitor_name=row["visitor_name"],
        approval_id=row["approval_id"],
        inmate_id=row["inmate_id"],
        inmate_name=row["inmate_name"],
        inmate_number=row["inmate_number"],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        terminal_id=row["terminal_id"],
        terminal_name=row["terminal_name"],
        asked_at=as_instant(row["asked_at"]),
        seen_at=maybe_instant(row["seen_at"]),
        visitor_came_at=maybe_instant(row["visitor_came_at"]),
        inmate_came_at=maybe_instant(row["inmate_came_at"]),
        last_sequence=row["last_sequence"],
    )


def _line(row: dict[str, Any]) -> HistoryLine:
    return HistoryLine(
        line=row["line"],
        at=as_instant(row["at"]),
        saved_at=as_instant(row["saved_at"]),
        what=row["what"],
        actor=row["actor"],
        actor_id=row["actor_id"],
        actor_name=row["actor_name"],
        before=VisitStatus(row["before"]) if row["before"] else None,
        after=VisitStatus(row["after"]) if row["after"] else None,
        cause=Cause(row["cause"]) if row["cause"] else None,
        standing=Standing(row["standing"]),
        note=row["note"],
    )
