"""What terminals state of recordings that are closed, and where recording failed."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from ops_console.store._values import Row, all_rows, as_instant, as_text, one_row
from ops_console.store.grants import NOT_OVER
from visits.model import Id, UnitId, VisitId, VisitKind
from visits.recordings import RecordingStatement
from visits.signing import Signed

MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class Recording:
    """One connection of one visit, as its terminal closed it."""

    recording_id: Id
    visit_id: VisitId
    pieces: int
    last_link: str
    began_at: datetime
    ended_at: datetime
    cut_off: bool
    """The terminal stopped in mid-visit and closed it afterwards."""
    statement: Signed


@dataclass(frozen=True, slots=True)
class Trouble:
    """A visit that should be recorded was not, or no longer."""

    visit_id: VisitId
    at: datetime
    why: str
    blocked: bool


def save(db: Database, said: RecordingStatement, signed: Signed, heard_at: datetime) -> None:
    db.execute(
        "INSERT INTO recordings (recording_id, visit_id, grant_id, pieces, last_link, began_at,"
        " ended_at, cut_off, statement, heard_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            said.recording_id,
            said.visit_id,
            said.grant_id,
            said.pieces,
            said.last_link,
            as_text(said.began_at),
            as_text(said.ended_at),
            int(said.cut_off),
            signed.model_dump_json(),
            as_text(heard_at),
        ],
    )


def recording(db: Database, recording_id: Id) -> Recording | None:
    row = one_row(db, "SELECT * FROM recordings WHERE recording_id = :id", id=recording_id)
    return None if row is None else _recording(row)


def of_visit(db: Database, visit_id: VisitId) -> list[Recording]:
    """By begin."""
    rows = all_rows(
        db, "SELECT * FROM recordings WHERE visit_id = :visit ORDER BY began_at", visit=visit_id
    )
    return [_recording(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; empty or None takes everything."""

    person: str = ""
    """Part of an inmate's or visitor's name, or the inmate's number."""
    unit_id: UnitId = ""
    since: datetime | None = None
    until: datetime | None = None
    noted: str = ""
    """Part of a note about it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit of which there is a recording, or was."""

    visit_id: VisitId
    recordings: int
    began_at: datetime
    ended_at: datetime
    cut_off: bool
    notes: int
    held: bool
    """By law; it is kept whatever its age."""
    purged: bool


def search(db: Database, wanted: Wanted, kinds: Collection[VisitKind]) -> list[Recorded]:
    """Of visits of these kinds, the latest first, at most `MOST_FOUND`."""
    rows = all_rows(
        db,
        _SEARCH,
        kinds=json.dumps([str(kind) for kind in kinds]),
        person=wanted.person.strip().lower(),
        unit=wanted.unit_id,
        since=as_text(wanted.since) if wanted.since else "",
        until=as_text(wanted.until) if wanted.until else "9999",
        noted=wanted.noted.strip().lower(),
        most=MOST_FOUND,
    )
    return [
        Recorded(
            visit_id=row["visit_id"],
            recordings=row["recordings"],
            began_at=as_instant(row["began_at"]),
            ended_at=as_instant(row["ended_at"]),
            cut_off=bool(row["cut_off"]),
            notes=row["notes"],
            held=bool(row["held"]),
            purged=bool(row["purged"]),
        )
        for row in rows
    ]


def note_trouble(db: Database, trouble: Trouble) -> None:
    db.execute(
        "INSERT OR IGNORE INTO recording_troubles (visit_id, at, why, blocked) VALUES (?, ?, ?, ?)",
        [trouble.visit_id, as_text(trouble.at), trouble.why, int(trouble.blocked)],
    )


def troubles(db: Database) -> list[Trouble]:
    """The last of each visit that is not over, by time."""
    rows = all_rows(
        db,
        "SELECT visit_id, max(at) AS at, why, blocked FROM recording_troubles"  # noqa: S608 - constant
        f" JOIN visits USING (visit_id) WHERE status IN {NOT_OVER} GROUP BY visit_id ORDER BY at",
    )
    return [
        Trouble(row["visit_id"], as_instant(row["at"]), row["why"], bool(row["blocked"]))
        for row in rows
    ]


_SEARCH = """
SELECT visits.visit_id, count(*) AS recordings, min(began_at) AS began_at,
  max(recordings.ended_at) AS ended_at, max(cut_off) AS cut_off,
  (SELECT count(*) FROM visit_notes WHERE visit_notes.visit_id = visits.visit_id) AS notes,
  EXISTS (SELECT 1 FROM legal_holds AS holds WHERE holds.visit_id = visits.visit_id
    AND lifted_at IS NULL) AS held,
  EXISTS (SELECT 1 FROM purges WHERE purges.visit_id = visits.visit_id
    AND done_at IS NOT NULL) AS purged
FROM recordings JOIN visits USING (visit_id) LEFT JOIN inmates USING (inmate_id)
LEFT JOIN visitors USING (visitor_id)
WHERE kind IN (SELECT value FROM json_each(:kinds))
  AND (:person = '' OR instr(lower(coalesce(display_name, '')), :person)
    OR instr(lower(coalesce(full_name, '')), :person) OR lower(number) = :person)
  AND (:unit = '' OR visits.unit_id = :unit)
  AND began_at >= :since AND began_at < :until
  AND (:noted = '' OR EXISTS (SELECT 1 FROM visit_notes WHERE
    visit_notes.visit_id = visits.visit_id AND instr(lower(text), :noted)))
GROUP BY visits.visit_id ORDER BY began_at DESC LIMIT :most
"""


def _recording(row: Row) -> Recording:
    return Recording(
        recording_id=row["recording_id"],
        visit_id=row["visit_id"],
        pieces=row["pieces"],
        last_link=row["last_link"],
        began_at=as_instant(row["began_at"]),
        ended_at=as_instant(row["ended_at"]),
        cut_off=bool(row["cut_off"]),
        statement=Signed.model_validate_json(row["statement"]),
    )
