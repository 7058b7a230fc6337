"""Which visits hold time, for the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlite_utils import Database

from ops_console.rules.occupancy import HeldTime
from ops_console.store._values import all_rows, as_instant, as_text
from visits.model import InmateId, UnitId, VisitorId


def near(
    db: Database,
    *,
    starts: datetime,
    ends: datetime,
    visitor_id: VisitorId,
    inmate_id: InmateId | None,
    unit_id: UnitId | None,
) -> tuple[HeldTime, ...]:
    """Held times in the stretch that concern the visitor, the inmate or a terminal of the unit."""
    rows = all_rows(
        db,
        "SELECT * FROM held_times WHERE starts_at < :ends AND ends_at > :starts"
        " AND (visitor_id = :visitor OR inmate_id = :inmate OR terminal_id IN"
        " (SELECT terminal_id FROM terminals WHERE unit_id = :unit))",
        starts=as_text(starts),
        ends=as_text(ends),
        visitor=visitor_id,
        inmate=inmate_id,
        unit=unit_id,
    )
    return tuple(_held(row) for row in rows)


def on_terminals(db: Database, unit_id: UnitId, *, after: datetime) -> tuple[HeldTime, ...]:
    """Held times on the unit's terminals that end after `after`."""
    rows = all_rows(
        db,
        "SELECT * FROM held_times WHERE ends_at > :after AND terminal_id IN"
        " (SELECT terminal_id FROM terminals WHERE unit_id = :unit)",
        after=as_text(after),
        unit=unit_id,
    )
    return tuple(_held(row) for row in rows)


def _held(row: dict[str, Any]) -> HeldTime:
    return HeldTime(
        starts_at=as_instant(row["starts_at"]),
        ends_at=as_instant(row["ends_at"]),
        inmate_id=row["inmate_id"],
        visitor_id=row["visitor_id"],
        terminal_id=row["terminal_id"],
    )
