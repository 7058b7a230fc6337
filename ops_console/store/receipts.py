"""Statements of terminals on privileged visits, and the receipts that were issued for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from ops_console.store import grants
from ops_console.store._values import all_rows, as_instant, as_text
from visits.model import VisitId
from visits.signing import Signed


@dataclass(frozen=True, slots=True)
class IssuedReceipt:
    """One receipt; of several for a visit the last stands."""

    statement: Signed
    receipt: Signed
    issued_at: datetime


def of_visit(db: Database, visit_id: VisitId) -> list[IssuedReceipt]:
    """Oldest first."""
    rows = all_rows(
        db, "SELECT * FROM receipts WHERE visit_id = :visit ORDER BY number", visit=visit_id
    )
    return [
        IssuedReceipt(
            statement=Signed.model_validate_json(row["statement"]),
            receipt=Signed.model_validate_json(row["receipt"]),
            issued_at=as_instant(row["issued_at"]),
        )
        for row in rows
    ]


def recording_grants(db: Database, visit_id: VisitId) -> int:
    """How many leaves to record this visit were ever signed; the store drops none."""
    return grants.count(db, visit_id)


def save(
    db: Database, visit_id: VisitId, statement: Signed, receipt: Signed, issued_at: datetime
) -> None:
    db.execute(
        "INSERT INTO receipts (visit_id, number, statement, receipt, issued_at)"
        " SELECT :visit, coalesce(max(number), 0) + 1, :statement, :receipt, :at"
        " FROM receipts WHERE visit_id = :visit",
        {
            "visit": visit_id,
            "statement": statement.model_dump_json(),
            "receipt": receipt.model_dump_json(),
            "at": as_text(issued_at),
        },
    )
