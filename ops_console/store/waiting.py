"""Who waits for a time to come free, the longest waiting first."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from ops_console.store._values import all_rows, as_instant, as_text, one_row
from visits.messages import TimeOffered, WaitingRequested, WaitingState
from visits.model import Refusal, Slot, Standing, VisitChannel, VisitId, VisitKind, WaitingId

_WAITING = """
SELECT waiting.*, visits.starts_at, visits.ends_at, visits.held_until
FROM waiting LEFT JOIN visits ON visits.visit_id = waiting.visit_id
"""


def waiting(db: Database, waiting_id: WaitingId) -> WaitingState | None:
    row = one_row(db, f"{_WAITING} WHERE waiting_id = :id", id=waiting_id)
    return None if row is None else _state(row)


def standing(db: Database, standing: Standing) -> list[WaitingState]:
    """Everybody who stands so, the longest waiting first."""
    rows = all_rows(
        db,
        f"{_WAITING} WHERE standing = :standing ORDER BY waiting.asked_at, waiting.rowid",
        standing=standing,
    )
    return [_state(row) for row in rows]


def offered_by(db: Database, visit_id: VisitId) -> WaitingState | None:
    """The place on the list to which this held time was offered."""
    row = one_row(db, f"{_WAITING} WHERE waiting.visit_id = :id", id=visit_id)
    return None if row is None else _state(row)


def add(db: Database, asked: WaitingRequested) -> None:
    db.execute(
        "INSERT INTO waiting (waiting_id, revision, visitor_id, approval_id, kind, channel,"
        " companions, first_day, last_day, standing, asked_at)"
        " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            asked.waiting_id,
            asked.visitor_id,
            asked.approval_id,
            asked.kind,
            asked.channel,
            json.dumps(asked.companions),
            asked.first_day.isoformat(),
            asked.last_day.isoformat(),
            Standing.WAITING,
            as_text(asked.asked_at),
        ],
    )


def save_standing(
    db: Database, waiting_id: WaitingId, standing: Standing, visit_id: VisitId | None = None
) -> None:
    """A new standing; raises the revision. `visit_id` names the time that is held."""
    db.execute(
        "UPDATE waiting SET standing = ?, visit_id = ?, revision = revision + 1"
        " WHERE waiting_id = ?",
        [standing, visit_id, waiting_id],
    )


def save_last_day(db: Database, waiting_id: WaitingId, last_day: date) -> None:
    """Waiting beyond that day is of no use."""
    db.execute(
        "UPDATE waiting SET last_day = ?, revision = revision + 1 WHERE waiting_id = ?",
        [last_day.isoformat(), waiting_id],
    )


def with_reasons(state: WaitingState, refusals: tuple[Refusal, ...]) -> WaitingState:
    """The state as it is told, with why it ended."""
    return state.model_copy(update={"refusals": refusals})


def _state(row: dict[str, Any]) -> WaitingState:
    return WaitingState(
        waiting_id=row["waiting_id"],
        revision=row["revision"],
        visitor_id=row["visitor_id"],
        approval_id=row["approval_id"],
        kind=VisitKind(row["kind"]),
        channel=VisitChannel(row["channel"]),
        companions=tuple(json.loads(row["companions"])),
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        standing=Standing(row["standing"]),
        offer=_offer(row),
    )


def _offer(row: dict[str, Any]) -> TimeOffered | None:
    until: datetime | None = None if row["held_until"] is None else as_instant(row["held_until"])
    if row["standing"] != Standing.OFFERED or until is None:
        return None
    slot = Slot(starts_at=as_instant(row["starts_at"]), ends_at=as_instant(row["ends_at"]))
    return TimeOffered(visit_id=row["visit_id"], slot=slot, held_until=until)
