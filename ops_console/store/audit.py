"""The audit lines as a page shows them. Only `ops_console.audit` writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from ops_console.store._values import all_rows


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what to what, and when."""

    number: int
    at: datetime
    subject_kind: str
    subject_id: str
    verb: str
    object_kind: str
    object_id: str
    details: dict[str, str]
    hash: str


def latest(
    db: Database,
    limit: int = 100,
    before: int | None = None,
    *,
    verb: str | None = None,
    subject_id: str | None = None,
) -> list[AuditLine]:
    """The newest lines first; `before` is the last page's lowest number.

    `verb` and `subject_id` keep only lines that say exactly this of what was done and by whom.
    """
    rows = all_rows(
        db,
        "SELECT * FROM audit WHERE (:before IS NULL OR number < :before)"
        " AND (:verb IS NULL OR verb = :verb)"
        " AND (:subject IS NULL OR subject_id = :subject)"
        " ORDER BY number DESC LIMIT :limit",
        before=before,
        limit=limit,
        verb=verb,
        subject=subject_id,
    )
    return [_line(row) for row in rows]


def about(db: Database, object_kind: str, object_id: str) -> list[AuditLine]:
    """Every line about one object, oldest first."""
    rows = all_rows(
        db,
        "SELECT * FROM audit WHERE object_kind = :kind AND object_id = :id ORDER BY number",
        kind=object_kind,
        id=object_id,
    )
    return [_line(row) for row in rows]


def booked_kinds(db: Database, visit_id: str) -> frozenset[str]:
    """Of which kind a visit was booked, as its own booking lines say; empty where they do not."""
    rows = all_rows(
        db,
        "SELECT DISTINCT json_extract(details, '$.kind') AS kind FROM audit"
        " WHERE object_kind = 'visit' AND object_id = :id AND verb = 'book'",
        id=visit_id,
    )
    return frozenset(row["kind"] for row in rows if row["kind"])


def _line(row: dict[str, Any]) -> AuditLine:
    return AuditLine(
        number=row["number"],
        at=datetime.fromisoformat(row["at"]),
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        verb=row["verb"],
        object_kind=row["object_kind"],
        object_id=row["object_id"],
        details=json.loads(row["details"]),
        hash=row["hash"],
    )
