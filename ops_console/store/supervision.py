"""What officers do to visits that run: pause, silence, words to both sides; notes; who watches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from ops_console.store._values import Row, all_rows, as_instant, as_text, maybe_instant, one_row
from ops_console.store.grants import NOT_OVER
from visits.model import Id, UnitId, VisitId
from visits.supervision import Supervision


@dataclass(frozen=True, slots=True)
class Watch:
    """One officer's look at one visit."""

    watch_id: Id
    visit_id: VisitId
    officer_id: Id
    officer_name: str
    purpose: str
    began_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """What an officer put down about one instant of a visit."""

    note_id: Id
    visit_id: VisitId
    officer_id: Id
    officer_name: str
    at: datetime
    text: str


# --- what is done to a visit --------------------------------------------------------------


def supervision(db: Database, visit_id: VisitId) -> Supervision:
    """As it stands; says nothing of who watches."""
    row = one_row(db, "SELECT * FROM supervisions WHERE visit_id = :visit", visit=visit_id)
    return Supervision() if row is None else _supervision(row, watched=False)


def save(db: Database, visit_id: VisitId, stands: Supervision) -> None:
    db.execute(
        "INSERT OR REPLACE INTO supervisions (visit_id, paused, muted, why, notice_id, notice)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            visit_id,
            int(stands.paused),
            int(stands.muted),
            stands.why,
            stands.notice_id,
            stands.notice,
        ],
    )


def of_unit(db: Database, unit_id: UnitId) -> dict[VisitId, Supervision]:
    """Of its visits that are not over; those that nobody does anything to are left out."""
    rows = all_rows(
        db,
        "SELECT visits.visit_id, coalesce(paused, 0) AS paused, coalesce(muted, 0) AS muted,"  # noqa: S608 - constant
        " coalesce(why, '') AS why, notice_id, coalesce(notice, '') AS notice,"
        " EXISTS (SELECT 1 FROM watches WHERE watches.visit_id = visits.visit_id"
        " AND ended_at IS NULL) AS watched"
        " FROM visits LEFT JOIN supervisions USING (visit_id)"
        f" WHERE unit_id = :unit AND status IN {NOT_OVER}"
        " AND (supervisions.visit_id IS NOT NULL OR watched)",
        unit=unit_id,
    )
    return {row["visit_id"]: _supervision(row, watched=bool(row["watched"])) for row in rows}


# --- who watches --------------------------------------------------------------------------


def begin_watch(
    db: Database, watch_id: Id, visit_id: VisitId, officer_id: Id, *, purpose: str, at: datetime
) -> None:
    db.execute(
        "INSERT INTO watches (watch_id, visit_id, officer_id, purpose, began_at, last_seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [watch_id, visit_id, officer_id, purpose, as_text(at), as_text(at)],
    )


def watch(db: Database, watch_id: Id) -> Watch | None:
    row = one_row(db, f"{_WATCHES} WHERE watch_id = :id", id=watch_id)
    return None if row is None else _watch(row)


def watches_of(db: Database, visit_id: VisitId) -> list[Watch]:
    """By begin, those that are over too."""
    rows = all_rows(db, f"{_WATCHES} WHERE visit_id = :id ORDER BY began_at", id=visit_id)
    return [_watch(row) for row in rows]


def open_watches(db: Database, heard_before: datetime | None = None) -> list[Watch]:
    """Those that are not over; with `heard_before` only what was not heard of since."""
    rows = all_rows(
        db,
        f"{_WATCHES} WHERE ended_at IS NULL AND (:before IS NULL OR last_seen_at < :before)",
        before=as_text(heard_before) if heard_before else None,
    )
    return [_watch(row) for row in rows]


def still_watches(db: Database, watch_ids: Collection[Id], at: datetime) -> None:
    db.conn.executemany(
        "UPDATE watches SET last_seen_at = ? WHERE watch_id = ? AND ended_at IS NULL",
        [(as_text(at), watch_id) for watch_id in watch_ids],
    )


def end_watch(db: Database, watch_id: Id, at: datetime) -> None:
    db.execute(
        "UPDATE watches SET ended_at = ? WHERE watch_id = ? AND ended_at IS NULL",
        [as_text(at), watch_id],
    )


# --- notes --------------------------------------------------------------------------------


def save_note(db: Database, note: Note, saved_at: datetime) -> None:
    db.execute(
        "INSERT INTO visit_notes (note_id, visit_id, officer_id, at, text, saved_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            note.note_id,
            note.visit_id,
            note.officer_id,
            as_text(note.at),
            note.text,
            as_text(saved_at),
        ],
    )


def notes_of(db: Database, visit_id: VisitId) -> list[Note]:
    """By the instant that they are about."""
    rows = all_rows(
        db,
        "SELECT visit_notes.*, coalesce(officers.name, officer_id) AS officer_name"
        " FROM visit_notes LEFT JOIN officers USING (officer_id)"
        " WHERE visit_id = :visit ORDER BY at",
        visit=visit_id,
    )
    return [
        Note(
            note_id=row["note_id"],
            visit_id=row["visit_id"],
            officer_id=row["officer_id"],
            officer_name=row["officer_name"],
            at=as_instant(row["at"]),
            text=row["text"],
        )
        for row in rows
    ]


_WATCHES = (
    "SELECT watches.*, coalesce(officers.name, officer_id) AS officer_name"
    " FROM watches LEFT JOIN officers USING (officer_id)"
)


def _supervision(row: Row, *, watched: bool) -> Supervision:
    return Supervision(
        paused=bool(row["paused"]),
        muted=bool(row["muted"]),
        why=row["why"],
        notice_id=row["notice_id"],
        notice=row["notice"],
        watched=watched,
    )


def _watch(row: Row) -> Watch:
    return Watch(
        watch_id=row["watch_id"],
        visit_id=row["visit_id"],
        officer_id=row["officer_id"],
        officer_name=row["officer_name"],
        purpose=row["purpose"],
        began_at=as_instant(row["began_at"]),
        last_seen_at=as_instant(row["last_seen_at"]),
        ended_at=maybe_instant(row["ended_at"]),
    )
