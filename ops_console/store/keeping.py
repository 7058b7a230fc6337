"""How long recordings stay: legal holds, and purges that two people or age have decided."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from ops_console.store._values import (
    Row,
    all_rows,
    as_instant,
    as_text,
    maybe_instant,
    one_row,
)
from visits.model import Id, VisitId


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody needs the recordings of a visit: nothing of them is purged until it is lifted."""

    hold_id: Id
    visit_id: VisitId
    reason: str
    placed_by: Id
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Purge:
    """A decision to take a visit's recordings away; what is left of them once it is done."""

    purge_id: Id
    visit_id: VisitId
    reason: str
    asked_by: Id | None
    """None: the console, since the recordings are too old."""
    asked_at: datetime
    confirmed_by: Id | None
    confirmed_at: datetime | None
    done_at: datetime | None
    stones: tuple[dict[str, Any], ...]


def hold_on(db: Database, visit_id: VisitId) -> Hold | None:
    """The one in force."""
    row = one_row(
        db, "SELECT * FROM legal_holds WHERE visit_id = :id AND lifted_at IS NULL", id=visit_id
    )
    if row is None:
        return None
    return Hold(
        hold_id=row["hold_id"],
        visit_id=row["visit_id"],
        reason=row["reason"],
        placed_by=row["placed_by"],
        placed_at=as_instant(row["placed_at"]),
    )


def place_hold(db: Database, hold: Hold) -> None:
    """One at a time for a visit."""
    db.execute(
        "INSERT INTO legal_holds (hold_id, visit_id, reason, placed_by, placed_at)"
        " VALUES (?, ?, ?, ?, ?)",
        [hold.hold_id, hold.visit_id, hold.reason, hold.placed_by, as_text(hold.placed_at)],
    )


def lift_hold(db: Database, hold_id: Id, by: Id, why: str, at: datetime) -> None:
    db.execute(
        "UPDATE legal_holds SET lifted_by = ?, lifted_at = ?, lifted_why = ?"
        " WHERE hold_id = ? AND lifted_at IS NULL",
        [by, as_text(at), why, hold_id],
    )


def purge_of(db: Database, visit_id: VisitId) -> Purge | None:
    """The last one that was not withdrawn."""
    row = one_row(
        db,
        "SELECT * FROM purges WHERE visit_id = :id AND withdrawn_at IS NULL"
        " ORDER BY asked_at DESC LIMIT 1",
        id=visit_id,
    )
    return None if row is None else _purge(row)


def confirmed_purges(db: Database) -> list[Purge]:
    """Those that are still to be carried out."""
    rows = all_rows(
        db,
        "SELECT * FROM purges WHERE confirmed_at IS NOT NULL AND done_at IS NULL"
        " AND withdrawn_at IS NULL ORDER BY confirmed_at",
    )
    return [_purge(row) for row in rows]


def save_purge(db: Database, purge: Purge) -> None:
    """Adds it, or says anew how it stands."""
    db.execute(
        "INSERT OR REPLACE INTO purges (purge_id, visit_id, reason, asked_by, asked_at,"
        " confirmed_by, confirmed_at, done_at, stones) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            purge.purge_id,
            purge.visit_id,
            purge.reason,
            purge.asked_by,
            as_text(purge.asked_at),
            purge.confirmed_by,
            as_text(purge.confirmed_at) if purge.confirmed_at else None,
            as_text(purge.done_at) if purge.done_at else None,
            json.dumps(list(purge.stones)),
        ],
    )


def withdraw_purge(db: Database, purge_id: Id, at: datetime) -> None:
    db.execute("UPDATE purges SET withdrawn_at = ? WHERE purge_id = ?", [as_text(at), purge_id])


def too_old(db: Database, ended_before: datetime, most: int) -> Sequence[VisitId]:
    """Visits whose recordings all ended before then, with no hold, and no purge since the last of
    them was heard of."""
    rows = all_rows(
        db,
        "SELECT visit_id FROM (SELECT visit_id, max(ended_at) AS ended, max(heard_at) AS heard"
        " FROM recordings GROUP BY visit_id) AS kept WHERE ended <= :before"
        " AND visit_id NOT IN (SELECT visit_id FROM legal_holds WHERE lifted_at IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM purges WHERE purges.visit_id = kept.visit_id"
        " AND withdrawn_at IS NULL AND confirmed_at >= heard) LIMIT :most",
        before=as_text(ended_before),
        most=most,
    )
    return [row["visit_id"] for row in rows]


def _purge(row: Row) -> Purge:
    return Purge(
        purge_id=row["purge_id"],
        visit_id=row["visit_id"],
        reason=row["reason"],
        asked_by=row["asked_by"],
        asked_at=as_instant(row["asked_at"]),
        confirmed_by=row["confirmed_by"],
        confirmed_at=maybe_instant(row["confirmed_at"]),
        done_at=maybe_instant(row["done_at"]),
        stones=tuple(json.loads(row["stones"])),
    )
