"""Which booked visits go beyond what is free, and by which limits of the rules."""

from __future__ import annotations

import json

from sqlite_utils import Database

from visits.model import VisitId


def of(db: Database, visit_id: VisitId) -> tuple[str, ...]:
    """The names of the limits; none for a visit that is free of charge."""
    row = db.conn.execute("SELECT entries FROM charges WHERE visit_id = ?", [visit_id]).fetchone()
    return tuple(json.loads(row[0])) if row else ()


def save(db: Database, visit_id: VisitId, entries: tuple[str, ...]) -> None:
    """Puts down what was found when the visit was booked, or moved."""
    db.execute(
        "INSERT OR REPLACE INTO charges (visit_id, entries) VALUES (?, ?)",
        [visit_id, json.dumps(entries)],
    )
