"""What is published of each unit, numbered: the signed agenda and the public calendar."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlite_utils import Database

from ops_console.store._values import all_rows, one_row
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
    """JSON of the statement itself, to tell whether anything changed."""
    notice: str
    """JSON of the notice that travels."""


def published(db: Database, kind: Publication, unit_id: UnitId) -> Published | None:
    row = one_row(
        db,
        "SELECT * FROM publications WHERE kind = :kind AND unit_id = :unit",
        kind=kind,
        unit=unit_id,
    )
    return None if row is None else _published(row)


def all_published(db: Database) -> list[Published]:
    return [_published(row) for row in all_rows(db, "SELECT * FROM publications")]


def save_published(db: Database, published: Published) -> None:
    db.execute(
        "INSERT OR REPLACE INTO publications (kind, unit_id, revision, content, notice)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            published.kind,
            published.unit_id,
            published.revision,
            published.content,
            published.notice,
        ],
    )


def _published(row: dict[str, object]) -> Published:
    return Published(
        kind=Publication(str(row["kind"])),
        unit_id=str(row["unit_id"]),
        revision=int(str(row["revision"])),
        content=str(row["content"]),
        notice=str(row["notice"]),
    )
