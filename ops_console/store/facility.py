"""Units and their terminals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from ops_console.store._values import all_rows, maybe_instant, maybe_text, one_row
from visits.model import HousingUnit, TerminalId, UnitId


@dataclass(frozen=True, slots=True)
class Terminal:
    """A kiosk's place on the wall of a unit."""

    terminal_id: TerminalId
    name: str
    unit_id: UnitId
    unit_name: str
    out_since: datetime | None = None
    """Since when it does not work; None while it does."""
    out_reason: str = ""


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
        "SELECT terminal_id, terminals.name AS name, unit_id, units.name AS unit_name,"
        " out_since, out_reason"
        " FROM terminals JOIN units USING (unit_id)"
        " WHERE :unit IS NULL OR unit_id = :unit ORDER BY unit_name, name, terminal_id",
        unit=unit_id,
    )
    return [Terminal(**{**row, "out_since": maybe_instant(row["out_since"])}) for row in rows]


def paths(db: Database) -> dict[UnitId, str]:
    """The housing path of every unit, as the rules name it."""
    return {row["unit_id"]: row["path"] for row in all_rows(db, "SELECT unit_id, path FROM units")}


def terminals_in_service(db: Database) -> dict[str, tuple[TerminalId, ...]]:
    """Every unit's path with the terminals that work, by name."""
    rows = all_rows(
        db,
        "SELECT path, terminal_id FROM units LEFT JOIN terminals"
        " ON terminals.unit_id = units.unit_id AND out_since IS NULL"
        " ORDER BY path, terminals.name, terminal_id",
    )
    found: dict[str, tuple[TerminalId, ...]] = {row["path"]: () for row in rows}
    for row in rows:
        if row["terminal_id"] is not None:
            found[row["path"]] += (row["terminal_id"],)
    return found


def save_unit(db: Database, unit: HousingUnit, path: str | None = None) -> None:
    """Adds or renames a unit; its path is its own id where nothing else is said."""
    db.execute(
        "INSERT INTO units (unit_id, name, path) VALUES (?, ?, ?)"
        " ON CONFLICT (unit_id) DO UPDATE SET name = excluded.name, path = excluded.path"
        " WHERE name <> excluded.name OR path <> excluded.path",
        [unit.unit_id, unit.name, path or unit.unit_id],
    )


def save_terminal(db: Database, terminal_id: TerminalId, unit_id: UnitId, name: str) -> None:
    db.execute(
        "INSERT INTO terminals (terminal_id, unit_id, name) VALUES (?, ?, ?)"
        " ON CONFLICT (terminal_id) DO UPDATE SET unit_id = excluded.unit_id, name = excluded.name"
        " WHERE unit_id <> excluded.unit_id OR name <> excluded.name",
        [terminal_id, unit_id, name],
    )


def save_service(
    db: Database, terminal_id: TerminalId, *, out_since: datetime | None, reason: str
) -> None:
    """Takes a terminal out of service, or with `out_since` None back into it."""
    db.execute(
        "UPDATE terminals SET out_since = ?, out_reason = ? WHERE terminal_id = ?",
        [maybe_text(out_since), reason, terminal_id],
    )
