"""People looked for by number or by part of a name, for officers' forms."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from ops_console.store._values import all_rows
from visits.model import Id

MOST = 12
"""Beyond so many an officer has to write more of the name."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a form may mean."""

    id: Id
    name: str
    detail: str
    """What tells them from others of the same name."""


def inmates(db: Database, text: str) -> list[Person]:
    """By number, else by part of the name; by name."""
    rows = all_rows(
        db,
        "SELECT inmate_id, display_name, number, coalesce(units.name, 'No unit') AS unit"
        " FROM inmates LEFT JOIN units USING (unit_id)"
        " WHERE number = :text COLLATE NOCASE OR (instr(lower(display_name), :part)"
        " AND NOT EXISTS (SELECT 1 FROM inmates WHERE number = :text COLLATE NOCASE))"
        " ORDER BY display_name, number LIMIT :most",
        text=text.strip(),
        part=text.strip().lower(),
        most=MOST,
    )
    return [
        Person(row["inmate_id"], row["display_name"], f"Inmate {row['number']}, {row['unit']}")
        for row in rows
    ]


def visitors(db: Database, text: str) -> list[Person]:
    """Visitors and companions, by part of the name."""
    rows = all_rows(
        db,
        "SELECT visitor_id AS id, full_name, born_on, 'Visitor' AS who FROM visitors"
        " WHERE instr(lower(full_name), :part)"
        " UNION ALL SELECT person_id, full_name, born_on, 'Comes along' FROM companions"
        " WHERE instr(lower(full_name), :part) ORDER BY full_name, born_on LIMIT :most",
        part=text.strip().lower(),
        most=MOST,
    )
    return [
        Person(row["id"], row["full_name"], f"{row['who']}, born {row['born_on']}") for row in rows
    ]
