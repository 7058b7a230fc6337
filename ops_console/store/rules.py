"""The versions of the facility's rules file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from ops_console.store._values import all_rows, as_instant, as_text, number, one_row
from visits.model import Id


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """One version as it was saved."""

    number: int
    text: str
    """The file itself."""
    saved_at: datetime
    saved_by: Id | None
    """The officer's id; None for the console itself."""
    saved_by_name: str
    reason: str


_VERSIONS = (
    "SELECT rules_versions.*, coalesce(officers.name, 'Console') AS saved_by_name"
    " FROM rules_versions LEFT JOIN officers ON officer_id = saved_by"
)


def versions(db: Database) -> list[RulesVersion]:
    """Every version, the oldest first."""
    return [_version(row) for row in all_rows(db, f"{_VERSIONS} ORDER BY number")]


def version(db: Database, number: int) -> RulesVersion | None:
    row = one_row(db, f"{_VERSIONS} WHERE number = :number", number=number)
    return None if row is None else _version(row)


def latest(db: Database) -> RulesVersion | None:
    """The version that was saved last; None until somebody has saved one."""
    row = one_row(db, f"{_VERSIONS} ORDER BY number DESC LIMIT 1")
    return None if row is None else _version(row)


def stamp(db: Database) -> str:
    """Another text whenever the rules, the units or the terminals have changed."""
    return str(db.execute("SELECT stamp FROM rules_stamp").fetchone()[0])


def save_version(db: Database, text: str, *, by: Id | None, reason: str, now: datetime) -> int:
    """Adds a version and answers its number."""
    db.execute(
        "INSERT INTO rules_versions (text, saved_at, saved_by, reason) VALUES (?, ?, ?, ?)",
        [text, as_text(now), by, reason],
    )
    return number(db, "SELECT max(number) FROM rules_versions")


def _version(row: dict[str, object]) -> RulesVersion:
    return RulesVersion(
        number=int(str(row["number"])),
        text=str(row["text"]),
        saved_at=as_instant(str(row["saved_at"])),
        saved_by=None if row["saved_by"] is None else str(row["saved_by"]),
        saved_by_name=str(row["saved_by_name"]),
        reason=str(row["reason"]),
    )
