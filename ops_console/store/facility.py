"""Units, their terminals and their weekly hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlite_utils import Database

from ops_console.rules.hours import WeeklyHours, Window
from ops_console.store._values import all_rows, as_instant, as_text, one_row
from visits.model import HousingUnit, TerminalId, UnitId


@dataclass(frozen=True, slots=True)
class Terminal:
    """A kiosk's place on the wall of a unit."""

    terminal_id: TerminalId
    name: str
    unit_id: UnitId
    unit_name: str


@dataclass(frozen=True, slots=True)
class UnitHours:
    """A unit's hours as they stand."""

    unit_id: UnitId
    revision: int
    hours: WeeklyHours
    changed_at: datetime


def units(db: Database) -> list[HousingUnit]:
    """Every unit, by name."""
    rows = all_rows(db, "SELECT unit_id, name FROM units ORDER BY name")
    return [HousingUnit(unit_id=row["unit_id"], name=row["name"]) for row in rows]


def unit(db: Database, unit_id: UnitId) -> HousingUnit | None:
    row = one_row(db, "SELECT unit_id, name FROM units WHERE unit_id = :id", id=unit_id)
    return None if row is None else HousingUnit(unit_id=row["unit_id"], name=row["name"])


def terminals(db: Database, unit_id: UnitId | None = None) -> list[Terminal]:
    """Every terminal, or those of one unit, by unit and name."""
    rows = all_rows(
        db,
        "SELECT terminal_id, terminals.name AS name, unit_id, units.name AS unit_name"
        " FROM terminals JOIN units USING (unit_id)"
        " WHERE :unit IS NULL OR unit_id = :unit ORDER BY unit_name, name, terminal_id",
        unit=unit_id,
    )
    return [Terminal(**row) for row in rows]


def hours(db: Database, unit_id: UnitId) -> UnitHours | None:
    """The hours of a unit; None until somebody has set them."""
    row = one_row(db, "SELECT * FROM unit_hours WHERE unit_id = :id", id=unit_id)
    if row is None:
        return None
    windows = all_rows(
        db,
        "SELECT weekday, opens, closes FROM unit_windows WHERE unit_id = :id"
        " ORDER BY weekday, opens",
        id=unit_id,
    )
    return UnitHours(
        unit_id=unit_id,
        revision=row["revision"],
        changed_at=as_instant(row["changed_at"]),
        hours=WeeklyHours(
            windows=tuple(_window(window) for window in windows),
            visit_minutes=row["visit_minutes"],
            gap_minutes=row["gap_minutes"],
            notice_minutes=row["notice_minutes"],
            horizon_days=row["horizon_days"],
        ),
    )


def _window(row: dict[str, str]) -> Window:
    return Window(
        weekday=int(row["weekday"]),
        opens=time.fromisoformat(row["opens"]),
        closes=time.fromisoformat(row["closes"]),
    )


def save_unit(db: Database, unit: HousingUnit) -> None:
    db.execute(
        "INSERT INTO units (unit_id, name) VALUES (?, ?)"
        " ON CONFLICT (unit_id) DO UPDATE SET name = excluded.name",
        [unit.unit_id, unit.name],
    )


def save_terminal(db: Database, terminal_id: TerminalId, unit_id: UnitId, name: str) -> None:
    db.execute(
        "INSERT INTO terminals (terminal_id, unit_id, name) VALUES (?, ?, ?)"
        " ON CONFLICT (terminal_id) DO UPDATE SET unit_id = excluded.unit_id, name = excluded.name",
        [terminal_id, unit_id, name],
    )


def save_hours(db: Database, unit_id: UnitId, hours: WeeklyHours, now: datetime) -> int:
    """Replaces the whole week; answers the new revision (1 for the first)."""
    row = one_row(db, "SELECT revision FROM unit_hours WHERE unit_id = :id", id=unit_id)
    revision = 1 if row is None else int(row["revision"]) + 1
    db.execute("DELETE FROM unit_windows WHERE unit_id = ?", [unit_id])
    db.execute("DELETE FROM unit_hours WHERE unit_id = ?", [unit_id])
    db.execute(
        "INSERT INTO unit_hours (unit_id, revision, visit_minutes, gap_minutes, notice_minutes,"
        " horizon_days, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            unit_id,
            revision,
            hours.visit_minutes,
            hours.gap_minutes,
            hours.notice_minutes,
            hours.horizon_days,
            as_text(now),
        ],
    )
    for window in hours.windows:
        db.execute(
            "INSERT INTO unit_windows (unit_id, weekday, opens, closes) VALUES (?, ?, ?, ?)",
            [unit_id, window.weekday, f"{window.opens:%H:%M}", f"{window.closes:%H:%M}"],
        )
    return revision
