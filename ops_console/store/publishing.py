"""What is published of each unit, numbered: the signed agenda and the public calendar."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlite_utils import Database

from ops_console.store._values import all_rows, as_instant, as_text, one_row
from visits.model import UnitId


class Publication(StrEnum):
    """Which of a unit's two retained notices."""

    AGENDA = "agenda"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Published:
    """One retained notice as it last left."""

    kind: Publication
    unit_id: UnitId
    revision: int
    content: str
    """SHA-256 of the statement without its number and time, to tell whether it changed."""
    notice: str
    """JSON of the notice that travels."""
    checked_at: datetime
    """When it was last compared with the facts."""
    due_at: datetime
    """When the passing of time alone may change it."""


def published(db: Database, kind: Publication, unit_id: UnitId) -> Published | None:
    row = one_row(
        db,
        "SELECT * FROM publications WHERE kind = :kind AND unit_id = :unit",
        kind=kind,
        unit=unit_id,
    )
    return None if row is None else _published(row)


def of_units(db: Database, units: Collection[UnitId] | None) -> list[Published]:
    """What is published of these units; of every unit for None."""
    rows = all_rows(
        db,
        "SELECT * FROM publications"
        " WHERE :units IS NULL OR unit_id IN (SELECT value FROM json_each(:units))",
        units=None if units is None else json.dumps(list(units)),
    )
    return [_published(row) for row in rows]


class Revision(NamedTuple):
    """How far one publication has come."""

    kind: Publication
    unit_id: UnitId
    revision: int


def revisions(db: Database) -> list[Revision]:
    """Every publication's revision."""
    rows = all_rows(db, "SELECT kind, unit_id, revision FROM publications")
    return [Revision(Publication(row["kind"]), row["unit_id"], row["revision"]) for row in rows]


def units_due(db: Database, now: datetime) -> list[UnitId]:
    """Units that time has overtaken, that were never published, or whose clock was set back."""
    rows = all_rows(
        db,
        "SELECT unit_id FROM units WHERE (SELECT count(*) FROM publications AS current"
        " WHERE current.unit_id = units.unit_id AND due_at > :now AND checked_at <= :now) < 2",
        now=as_text(now),
    )
    return [row["unit_id"] for row in rows]


class Stale(NamedTuple):
    """A unit whose publications something has overtaken."""

    unit_id: UnitId
    agenda: bool
    """The agenda too, not the open times alone."""
    stamp: str


def mark_stale(db: Database, unit_id: UnitId, *, agenda: bool) -> None:
    """Inside the work that overtakes what is published: it is to be made anew."""
    db.execute(
        "INSERT INTO stale_units (unit_id, agenda, stamp)"
        " SELECT unit_id, ?, hex(randomblob(8)) FROM units WHERE unit_id = ?"
        " ON CONFLICT (unit_id) DO UPDATE SET agenda = max(agenda, excluded.agenda),"
        " stamp = excluded.stamp",
        [int(agenda), unit_id],
    )


def stale(db: Database, most: int) -> list[Stale]:
    """Units that wait to be published anew."""
    rows = all_rows(db, "SELECT * FROM stale_units LIMIT :most", most=most)
    return [Stale(row["unit_id"], bool(row["agenda"]), row["stamp"]) for row in rows]


def no_longer_stale(db: Database, mark: Stale) -> None:
    """Unless something has overtaken it again."""
    db.execute(
        "DELETE FROM stale_units WHERE unit_id = ? AND stamp = ?", [mark.unit_id, mark.stamp]
    )


def save_published(db: Database, published: Published) -> None:
    db.execute(
        "INSERT OR REPLACE INTO publications (kind, unit_id, revision, content, notice,"
        " checked_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            published.kind,
            published.unit_id,
            published.revision,
            published.content,
            published.notice,
            as_text(published.checked_at),
            as_text(published.due_at),
        ],
    )


def _published(row: dict[str, object]) -> Published:
    return Published(
        kind=Publication(str(row["kind"])),
        unit_id=str(row["unit_id"]),
        revision=int(str(row["revision"])),
        content=str(row["content"]),
        notice=str(row["notice"]),
        checked_at=as_instant(str(row["checked_at"])),
        due_at=as_instant(str(row["due_at"])),
    )
