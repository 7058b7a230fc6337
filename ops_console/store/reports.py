"""Kiosk reports that came before an earlier one, kept until their turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from ops_console.store._values import all_rows, as_text, one_row
from visits.messages import VisitReported
from visits.model import VisitId


@dataclass(frozen=True, slots=True)
class EarlyReport:
    """A report and the terminal that sent it."""

    report: VisitReported
    terminal_id: str


def keep(db: Database, report: VisitReported, terminal_id: str, came_at: datetime) -> None:
    """Keeps the first report of a number."""
    db.execute(
        "INSERT OR IGNORE INTO early_reports (visit_id, sequence, terminal_id, report, came_at)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            report.visit_id,
            report.sequence,
            terminal_id,
            report.model_dump_json(),
            as_text(came_at),
        ],
    )


def take(db: Database, visit_id: VisitId, sequence: int | None = None) -> EarlyReport | None:
    """Removes and answers the report of this number, or the lowest kept one for None."""
    row = one_row(
        db,
        "SELECT * FROM early_reports WHERE visit_id = :visit"
        " AND (:sequence IS NULL OR sequence = :sequence) ORDER BY sequence LIMIT 1",
        visit=visit_id,
        sequence=sequence,
    )
    if row is None:
        return None
    db.execute(
        "DELETE FROM early_reports WHERE visit_id = ? AND sequence = ?",
        [visit_id, row["sequence"]],
    )
    return _early(row)


def waiting_since(db: Database, before: datetime) -> list[VisitId]:
    """Visits with a report that has waited since before `before`."""
    rows = all_rows(
        db,
        "SELECT DISTINCT visit_id FROM early_reports WHERE came_at < :before",
        before=as_text(before),
    )
    return [row["visit_id"] for row in rows]


def _early(row: dict[str, Any]) -> EarlyReport:
    return EarlyReport(VisitReported.model_validate_json(row["report"]), row["terminal_id"])
