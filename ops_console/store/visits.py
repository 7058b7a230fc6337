"""Visits as they stand, their history line by line, and the reasons of refusals."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from ops_console.rules.reasons import Reason, reason
from ops_console.store._history import (
    HistoryLine,
    HistoryWord,
    Standing,
    add_line,
    history,
    refusals,
    save_refusals,
)
from ops_console.store._values import all_rows, as_instant, as_text, maybe_instant, one_row
from visits.errors import OfficerMustAct
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

__all__ = [
    "HistoryLine",
    "HistoryWord",
    "Placed",
    "Reason",
    "Standing",
    "TimeTaken",
    "Visit",
    "add",
    "add_line",
    "between",
    "coming",
    "history",
    "of_approval",
    "refusals",
    "save_inmate_came",
    "save_refusals",
    "save_seen",
    "save_sequence",
    "save_status",
    "save_visitor_came",
    "unfinished_before",
    "visit",
]


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


class TimeTaken(OfficerMustAct):
    """The store itself refused a double booking."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(f"{reason(code).officer_text} Choose another time.")
        self.code = code


@dataclass(frozen=True, slots=True)
class Placed:
    """Who and where a visit is for; all None for one that was refused before that was known."""

    inmate_id: InmateId | None
    unit_id: UnitId | None
    terminal_id: TerminalId | None


_VISITS = """
SELECT visits.*, coalesce(visitors.full_name, 'Unknown visitor') AS visitor_name,
  coalesce(inmates.display_name, '') AS inmate_name, coalesce(inmates.number, '') AS inmate_number,
  coalesce(units.name, '') AS unit_name, coalesce(terminals.name, '') AS terminal_name
FROM visits LEFT JOIN visitors USING (visitor_id) LEFT JOIN inmates USING (inmate_id)
LEFT JOIN units ON units.unit_id = visits.unit_id
LEFT JOIN terminals ON terminals.terminal_id = visits.terminal_id
"""


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


def add(db: Database, visit: VisitState, *, placed: Placed, asked_at: datetime) -> None:
    """Adds a visit. Raises `TimeTaken` when inmate, visitor or terminal is not free."""
    try:
        _insert(db, visit, placed, asked_at)
    except sqlite3.IntegrityError as clash:
        if str(clash) in tuple(RefusalCode):
            raise TimeTaken(RefusalCode(str(clash))) from clash
        raise


def _insert(db: Database, visit: VisitState, placed: Placed, asked_at: datetime) -> None:
    db.execute(
        "INSERT INTO visits (visit_id, revision, kind, starts_at, ends_at, status, cause,"
        " visitor_id, approval_id, inmate_id, unit_id, terminal_id, asked_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            visit.visit_id,
            visit.revision,
            visit.kind,
            as_text(visit.slot.starts_at),
            as_text(visit.slot.ends_at),
            visit.status,
            visit.cause,
            visit.visitor_id,
            visit.approval_id,
            placed.inmate_id,
            placed.unit_id,
            placed.terminal_id,
            as_text(asked_at),
        ],
    )


def save_status(db: Database, visit_id: VisitId, status: VisitStatus, cause: Cause | None) -> None:
    """A new status; raises the revision."""
    db.execute(
        "UPDATE visits SET status = ?, cause = ?, revision = revision + 1 WHERE visit_id = ?",
        [status, cause, visit_id],
    )


def save_sequence(db: Database, visit_id: VisitId, sequence: int) -> None:
    db.execute("UPDATE visits SET last_sequence = ? WHERE visit_id = ?", [sequence, visit_id])


def save_seen(db: Database, visit_id: VisitId, at: datetime) -> None:
    """Keeps the first confirmation."""
    db.execute(
        "UPDATE visits SET seen_at = coalesce(seen_at, ?) WHERE visit_id = ?",
        [as_text(at), visit_id],
    )


def save_visitor_came(db: Database, visit_id: VisitId, at: datetime) -> None:
    db.execute("UPDATE visits SET visitor_came_at = ? WHERE visit_id = ?", [as_text(at), visit_id])


def save_inmate_came(db: Database, visit_id: VisitId, at: datetime) -> None:
    """Keeps the first time."""
    db.execute(
        "UPDATE visits SET inmate_came_at = coalesce(inmate_came_at, ?) WHERE visit_id = ?",
        [as_text(at), visit_id],
    )


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
