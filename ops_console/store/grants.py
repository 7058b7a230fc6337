"""Leave to record that was given, and where none could be."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from ops_console.store._values import all_rows, as_instant, as_text, number, one_row
from visits.grants import RecordingGrant
from visits.model import Id, Slot, TerminalId, UnitId, VisitId, VisitKind
from visits.signing import Signed

NOT_OVER = "('booked','checked-in','waiting','in-progress','interrupted')"
FITS = (
    "grants.visit_id = visits.visit_id AND grants.terminal_id = visits.terminal_id"
    " AND grants.starts_at = visits.starts_at AND grants.ends_at = visits.ends_at"
)
"""A grant is for one terminal and hour; of a visit that was moved the former are worth nothing."""


@dataclass(frozen=True, slots=True)
class ToGrant:
    """A visit that policy records and that has no leave for where and when it is."""

    visit_id: VisitId
    terminal_id: TerminalId
    unit_id: UnitId
    kind: VisitKind
    slot: Slot


@dataclass(frozen=True, slots=True)
class Refused:
    """A visit that policy would record and that gets no leave."""

    visit_id: VisitId
    why: str


def to_grant(
    db: Database,
    kinds: Collection[VisitKind],
    evidence_key: str,
    now: datetime,
    until: datetime,
) -> list[ToGrant]:
    """Visits of these kinds that start by `until` and are not over, by start."""
    rows = all_rows(
        db,
        "SELECT visit_id, terminal_id, unit_id, kind, starts_at, ends_at FROM visits"  # noqa: S608 - constant parts
        " WHERE kind IN (SELECT value FROM json_each(:kinds)) AND terminal_id IS NOT NULL"
        f" AND status IN {NOT_OVER} AND starts_at <= :until AND ends_at > :now"
        f" AND NOT EXISTS (SELECT 1 FROM recording_grants AS grants WHERE {FITS}"
        " AND grants.evidence_key = :key) ORDER BY starts_at, visit_id",
        kinds=json.dumps([str(kind) for kind in kinds]),
        until=as_text(until),
        now=as_text(now),
        key=evidence_key,
    )
    return [
        ToGrant(
            row["visit_id"],
            row["terminal_id"],
            row["unit_id"],
            VisitKind(row["kind"]),
            Slot(starts_at=as_instant(row["starts_at"]), ends_at=as_instant(row["ends_at"])),
        )
        for row in rows
    ]


def save(db: Database, grant: RecordingGrant, slot: Slot, signed: Signed) -> None:
    """The store itself refuses one for a kind that is private by law."""
    db.execute(
        "INSERT INTO recording_grants (grant_id, visit_id, terminal_id, starts_at, ends_at,"
        " evidence_key, signed, issued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            grant.grant_id,
            grant.visit_id,
            grant.terminal_id,
            as_text(slot.starts_at),
            as_text(slot.ends_at),
            grant.evidence_key,
            signed.model_dump_json(),
            as_text(grant.issued_at),
        ],
    )


def of_unit(db: Database, unit_id: UnitId) -> dict[VisitId, Signed]:
    """The newest that fits each visit of a unit that is not over."""
    rows = all_rows(
        db,
        "SELECT grants.visit_id, signed FROM visits JOIN recording_grants AS grants"  # noqa: S608 - constant parts
        f" ON {FITS} WHERE visits.unit_id = :unit AND status IN {NOT_OVER}"
        " ORDER BY grants.issued_at",
        unit=unit_id,
    )
    return {row["visit_id"]: Signed.model_validate_json(row["signed"]) for row in rows}


def terminal_of_grant(db: Database, visit_id: VisitId, grant_id: Id) -> TerminalId | None:
    """Which terminal was given this leave for this visit; None when it never was."""
    row = one_row(
        db,
        "SELECT terminal_id FROM recording_grants WHERE grant_id = :grant AND visit_id = :visit",
        grant=grant_id,
        visit=visit_id,
    )
    return None if row is None else row["terminal_id"]


def has_leave(db: Database, visit_id: VisitId) -> bool:
    """Whether leave was given for where and when the visit is now."""
    row = one_row(
        db,
        f"SELECT 1 FROM visits JOIN recording_grants AS grants ON {FITS}"  # noqa: S608 - constant
        " WHERE visits.visit_id = :visit",
        visit=visit_id,
    )
    return row is not None


def count(db: Database, visit_id: VisitId) -> int:
    """How many were ever given."""
    return number(
        db, "SELECT count(*) FROM recording_grants WHERE visit_id = :visit", visit=visit_id
    )


def note_refused(db: Database, visit_id: VisitId, why: str, at: datetime) -> bool:
    """Whether this was not known yet."""
    changed = db.execute(
        "INSERT INTO grants_refused (visit_id, why, at) VALUES (:visit, :why, :at)"
        " ON CONFLICT (visit_id) DO UPDATE SET why = excluded.why, at = excluded.at"
        " WHERE why <> excluded.why",
        {"visit": visit_id, "why": why, "at": as_text(at)},
    )
    return changed.rowcount > 0


def refused(db: Database) -> list[Refused]:
    """Of visits that are not over."""
    rows = all_rows(
        db,
        "SELECT visit_id, why FROM grants_refused JOIN visits USING (visit_id)"  # noqa: S608 - constant
        f" WHERE status IN {NOT_OVER} ORDER BY starts_at",
    )
    return [Refused(row["visit_id"], row["why"]) for row in rows]
