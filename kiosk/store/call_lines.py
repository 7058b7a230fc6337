"""The lines of privileged visits, kept until they are stated; statement and parcel together."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from visits.messages import CONSOLE, CallStated
from visits.model import Id, VisitId, VisitKind
from visits.receipts import StatedLine
from visits.sync.database import Readers, Writer
from visits.sync.mailbox import SqliteMailbox

KEPT_FOR = timedelta(days=30)
"""After it was secured, once it is stated."""
OVERDUE_AFTER = timedelta(seconds=30)
"""After its visit's booked end, a line that nobody stated is stated as it is known."""

Make = Callable[[VisitKind, Sequence[StatedLine]], CallStated]


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line as it was secured."""

    visit_id: VisitId
    kind: VisitKind
    attempt: Id
    kiosk_fingerprint: str
    visitor_fingerprint: str
    secured_at: datetime
    ends_at: datetime


class CallLines:
    """Every method may be called from any thread; those that save return once it is durable."""

    def __init__(self, writer: Writer, readers: Readers, mailbox: SqliteMailbox) -> None:
        self._writer = writer
        self._readers = readers
        self._mailbox = mailbox

    def keep(self, line: KeptLine) -> None:
        """Once for each attempt."""
        self._writer.run(
            lambda db: db.execute(
                "INSERT OR IGNORE INTO call_lines (attempt, visit_id, kind, ends_at, secured_at,"
                " kiosk_fingerprint, visitor_fingerprint, sent_bytes, stated)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, '{}', 0)",
                (
                    *(line.attempt, line.visit_id, line.kind, line.ends_at.isoformat()),
                    *(line.secured_at.isoformat(), line.kiosk_fingerprint),
                    line.visitor_fingerprint,
                ),
            )
        )

    def count(self, attempt: Id, sent: Mapping[str, int], closed_at: datetime | None) -> None:
        """What was sent so far; the last word once `closed_at` is given. Other attempts than
        those that were kept are passed over."""
        closed = closed_at.isoformat() if closed_at else None
        self._writer.run(
            lambda db: db.execute(
                "UPDATE call_lines SET sent_bytes = ?, closed_at = ?"
                " WHERE attempt = ? AND closed_at IS NULL",
                (json.dumps(dict(sent), sort_keys=True), closed, attempt),
            )
        )

    def overdue(self, now: datetime) -> tuple[VisitId, ...]:
        """Visits past their end with lines that were never stated."""
        with self._readers.read() as db:
            rows = db.execute(
                "SELECT DISTINCT visit_id FROM call_lines WHERE NOT stated AND ends_at < ?",
                ((now - OVERDUE_AFTER).isoformat(),),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def state(self, visit_id: VisitId, make: Make, now: datetime) -> bool:
        """Queue what `make` says of the visit's lines; False when none is new."""

        def save(db: Database) -> bool:
            rows = list(
                db.query(
                    "SELECT * FROM call_lines WHERE visit_id = ? ORDER BY secured_at, rowid",
                    [visit_id],
                )
            )
            if all(row["stated"] for row in rows):
                return False
            parcel = make(VisitKind(rows[0]["kind"]), [_stated(row) for row in rows])
            self._mailbox.put(db, parcel, CONSOLE, now)
            db.execute("UPDATE call_lines SET stated = 1 WHERE visit_id = ?", (visit_id,))
            db.execute(
                "DELETE FROM call_lines WHERE stated AND secured_at < ?",
                ((now - KEPT_FOR).isoformat(),),
            )
            return True

        return self._writer.run(save)


def _stated(row: dict[str, Any]) -> StatedLine:
    return StatedLine(
        attempt=row["attempt"],
        secured_at=row["secured_at"],
        closed_at=row["closed_at"],
        kiosk_fingerprint=row["kiosk_fingerprint"],
        visitor_fingerprint=row["visitor_fingerprint"],
        sent_bytes=json.loads(row["sent_bytes"]),
    )
