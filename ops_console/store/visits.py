"""Visits as they stand, their history line by line, and the reasons of refusals."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlite_utils import Database

from ops_console.rules.refusing import Reason
from ops_console.store._history import (
    HistoryLine,
    HistoryWord,
    Standing,
    add_line,
    begin,
    history,
    refusals,
    save_refusals,
)
from ops_console.store._values import (
    all_rows,
    as_instant,
    as_text,
    each_row,
    maybe_instant,
    maybe_text,
)
from ops_console.store.grants import FITS
from visits.errors import OfficerMustAct
from visits.messages import VisitState
from visits.model import (
    ApprovalId,
    Cause,
    InmateId,
    PersonId,
    RefusalCode,
    Slot,
    TerminalId,
    UnitId,
    VisitChannel,
    VisitId,
    VisitKind,
    VisitorId,
    VisitStatus,
)
from visits.sync.database import savepoint

__all__ = [
    "HistoryLine",
    "HistoryWord",
    "Known",
    "Placed",
    "Reason",
    "Standing",
    "TimeTaken",
    "Visit",
    "a_hold_lapsed",
    "add",
    "add_line",
    "begin",
    "between",
    "coming",
    "confirm",
    "forget_hold",
    "forget_holds",
    "history",
    "holds_of",
    "known",
    "of_approval",
    "refusals",
    "running_with_leave",
    "save_inmate_came",
    "save_refusals",
    "save_seen",
    "save_sequence",
    "save_status",
    "save_time",
    "save_visitor_came",
    "save_waits_for",
    "unfinished_before",
    "visit",
    "waiting_for",
]


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit with the names a page shows. Inmate, unit and terminal may be missing from a
    refused one."""

    visit_id: VisitId
    revision: int
    kind: VisitKind
    channel: VisitChannel
    companions: tuple[PersonId, ...]
    companion_names: tuple[str, ...]
    slot: Slot
    status: VisitStatus
    cause: Cause | None
    visitor_id: VisitorId
    visitor_name: str
    approval_id: ApprovalId
    inmate_id: InmateId | None
    inmate_name: str
    inmate_number: str
    unit_id: UnitId | None
    unit_name: str
    terminal_id: TerminalId | None
    terminal_name: str
    asked_at: datetime
    seen_at: datetime | None
    """When the inmate confirmed that they know of it."""
    visitor_came_at: datetime | None
    """When the visitor was last admitted from a browser."""
    inmate_came_at: datetime | None
    """When the inmate first checked in."""
    last_sequence: int | None
    """The highest kiosk report that was taken into account."""
    held_until: datetime | None = None
    """When a hold lapses; None for everything else."""
    waits_for: str = ""
    """Whose yes a held visit still needs; empty while only its visitor fills in a form."""
    session: str | None = None
    """Of the rules, for which it was booked."""

    def __hash__(self) -> int:
        """By its number alone: what was written down of a visit is looked for by the visit."""
        return hash(self.visit_id)

    @property
    def state(self) -> VisitState:
        """As the visitor may see it."""
        return VisitState(
            visit_id=self.visit_id,
            revision=self.revision,
            visitor_id=self.visitor_id,
            approval_id=self.approval_id,
            kind=self.kind,
            channel=self.channel,
            companions=self.companions,
            slot=self.slot,
            status=self.status,
            cause=None if self.cause is None else _PUBLIC_CAUSES.get(self.cause, self.cause),
        )


_PUBLIC_CAUSES = dict.fromkeys(
    (
        Cause.INMATE_MOVED,
        Cause.INMATE_RELEASED,
        Cause.INMATE_ELSEWHERE,
        Cause.INMATE_MAY_NOT,
    ),
    Cause.OFFICER_CANCELLED,
)
"""What happened to an inmate is not for the public's machine, whatever words it would choose."""
_TAKEN = {
    RefusalCode.INMATE_ALREADY_BOOKED: "The inmate",
    RefusalCode.VISITOR_ALREADY_BOOKED: "The visitor",
    RefusalCode.NO_PLACE_FREE: "The terminal",
}


class TimeTaken(OfficerMustAct):
    """The store itself refused a double booking."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(
            f"{_TAKEN.get(code, 'The time')} is taken at this time. Choose another time."
        )
        self.code = code


@dataclass(frozen=True, slots=True)
class Placed:
    """Who and where a visit is for; all None for one that was refused before that was known."""

    inmate_id: InmateId | None
    unit_id: UnitId | None
    terminal_id: TerminalId | None
    session: str | None = None
    """Of the rules, that offers the time."""


_VISITS = """
SELECT visits.*, (
    SELECT json_group_array(json_array(person_id, full_name)) FROM (
      SELECT visit_people.person_id, coalesce(companions.full_name, others.full_name, 'Unknown')
        AS full_name
      FROM visit_people LEFT JOIN companions USING (person_id)
      LEFT JOIN visitors AS others ON others.visitor_id = visit_people.person_id
      WHERE visit_people.visit_id = visits.visit_id AND place > 0 ORDER BY place)
  ) AS companions, coalesce(visitors.full_name, 'Unknown visitor') AS visitor_name,
  coalesce(inmates.display_name, '') AS inmate_name, coalesce(inmates.number, '') AS inmate_number,
  coalesce(units.name, '') AS unit_name, coalesce(terminals.name, '') AS terminal_name
FROM visits LEFT JOIN visitors USING (visitor_id) LEFT JOIN inmates USING (inmate_id)
LEFT JOIN units ON units.unit_id = visits.unit_id
LEFT JOIN terminals ON terminals.terminal_id = visits.terminal_id
"""


_LAPSED = "status = 'held' AND waits_for = '' AND held_until <= ?"


def visit(db: Database, visit_id: VisitId) -> Visit | None:
    return next(iter(each_row(db, f"{_VISITS} WHERE visit_id = :id", _read, id=visit_id)), None)


class Known(NamedTuple):
    """Enough of a visit to tell what a request for it means."""

    visitor_id: VisitorId
    status: VisitStatus
    waits_for: str
    unit_id: UnitId | None


def known(db: Database, visit_id: VisitId) -> Known | None:
    """As `visit`, without what pages show: every decision asks."""
    row = db.conn.execute(
        "SELECT visitor_id, status, waits_for, unit_id FROM visits WHERE visit_id = ?", (visit_id,)
    ).fetchone()
    return None if row is None else Known(row[0], VisitStatus(row[1]), row[2], row[3])


def between(
    db: Database, starts: datetime, ends: datetime, unit_id: UnitId | None = None
) -> list[Visit]:
    """Visits that overlap the half-open stretch, by start, unit and terminal: of any status,
    but for what is only held."""
    there = "" if unit_id is None else " AND visits.unit_id = :unit"
    return each_row(
        db,
        f"{_VISITS} WHERE starts_at < :ends AND ends_at > :starts{there}"
        " AND (status <> 'held' OR waits_for <> '')"
        " ORDER BY starts_at, unit_name, terminal_name, visit_id",
        _read,
        starts=as_text(starts),
        ends=as_text(ends),
        unit=unit_id,
    )


def of_approval(db: Database, approval_id: ApprovalId) -> list[Visit]:
    """Every visit under one approval, the latest start first."""
    return each_row(
        db, f"{_VISITS} WHERE approval_id = :id ORDER BY starts_at DESC", _read, id=approval_id
    )


def coming(db: Database, unit_id: UnitId, after: datetime) -> list[Visit]:
    """Booked visits of a unit that start after `after`, by start."""
    return each_row(
        db,
        f"{_VISITS} WHERE visits.unit_id = :unit AND status = 'booked' AND starts_at > :after"
        " AND ends_at > :after ORDER BY starts_at",
        _read,
        unit=unit_id,
        after=as_text(after),
    )


def running_with_leave(db: Database, kinds: Collection[VisitKind]) -> list[Visit]:
    """Visits of these kinds that run, and that leave was given to record where and when they
    are; by start."""
    return each_row(
        db,
        f"{_VISITS} WHERE status IN ('in-progress','interrupted')"  # noqa: S608 - constant parts
        " AND kind IN (SELECT value FROM json_each(:kinds))"
        f" AND EXISTS (SELECT 1 FROM recording_grants AS grants WHERE {FITS})"
        " ORDER BY starts_at, unit_name, terminal_name, visit_id",
        _read,
        kinds=json.dumps([str(kind) for kind in kinds]),
    )


def unfinished_before(db: Database, ended_before: datetime) -> list[Visit]:
    """Visits that hold time, are not over, and whose slot ended before `ended_before`."""
    return each_row(
        db,
        f"{_VISITS} WHERE ends_at < :before AND status IN"
        " ('booked','checked-in','waiting','in-progress','interrupted') ORDER BY ends_at",
        _read,
        before=as_text(ended_before),
    )


def add(
    db: Database,
    visit: VisitState,
    *,
    placed: Placed,
    asked_at: datetime,
    held_until: datetime | None = None,
) -> None:
    """Adds a visit. Raises `TimeTaken` when inmate, visitors or terminal are not free; nothing
    is added then. A visit that is held says until when."""
    if not visit.status.holds_time:  # Nothing can be taken by it, so nothing has to be undone.
        _insert(db, visit, placed, asked_at, held_until)
        return
    with _unless_taken(db):
        _insert(db, visit, placed, asked_at, held_until)


def confirm(db: Database, visit: VisitState, placed: Placed) -> None:
    """Books a visit that was held, with the people, the kind and the place of now. Raises
    `TimeTaken` as `add` does."""
    with _unless_taken(db):
        db.execute("DELETE FROM visit_people WHERE visit_id = ?", [visit.visit_id])
        db.execute(
            "UPDATE visits SET status = ?, held_until = NULL, approval_id = ?, inmate_id = ?,"
            " unit_id = ?, kind = ?, channel = ?, session = ?, terminal_id = ?, starts_at = ?,"
            " ends_at = ?, waits_for = '', revision = revision + 1 WHERE visit_id = ?",
            [
                visit.status,
                visit.approval_id,
                placed.inmate_id,
                placed.unit_id,
                visit.kind,
                visit.channel,
                placed.session,
                placed.terminal_id,
                as_text(visit.slot.starts_at),
                as_text(visit.slot.ends_at),
                visit.visit_id,
            ],
        )
        _insert_people(db, visit)


def save_time(db: Database, visit_id: VisitId, slot: Slot, placed: Placed) -> None:
    """Moves a visit to another time, unit or terminal. Raises `TimeTaken` as `add` does."""
    with _unless_taken(db):
        db.execute(
            "UPDATE visits SET starts_at = ?, ends_at = ?, unit_id = ?, terminal_id = ?,"
            " session = ?, revision = revision + 1 WHERE visit_id = ?",
            [
                as_text(slot.starts_at),
                as_text(slot.ends_at),
                placed.unit_id,
                placed.terminal_id,
                placed.session,
                visit_id,
            ],
        )


def forget_holds(db: Database, lapsed_by: datetime) -> dict[VisitId, UnitId]:
    """Forgets the holds that lapse by then; their ids, each with its unit."""
    if not a_hold_lapsed(db, lapsed_by):  # Every decision asks, and looking costs less.
        return {}
    rows = db.execute(
        f"DELETE FROM visits WHERE {_LAPSED} RETURNING visit_id, unit_id",  # noqa: S608 - constant
        [as_text(lapsed_by)],
    ).fetchall()
    return dict(rows)


def a_hold_lapsed(db: Database, lapsed_by: datetime) -> bool:
    """Whether a hold's time was up by then, and it was not forgotten yet."""
    query = f"SELECT EXISTS (SELECT 1 FROM visits WHERE {_LAPSED})"  # noqa: S608 - constant
    return bool(db.execute(query, [as_text(lapsed_by)]).fetchone()[0])


def waiting_for(db: Database, whom: str) -> list[Visit]:
    """The visits that wait for somebody's yes, by start."""
    return each_row(
        db,
        f"{_VISITS} WHERE status = 'held' AND waits_for = :whom ORDER BY starts_at",
        _read,
        whom=whom,
    )


def save_waits_for(db: Database, visit_id: VisitId, whom: str, until: datetime) -> None:
    """A visit that is held until then for want of somebody's yes."""
    db.execute(
        "UPDATE visits SET status = 'held', waits_for = ?, held_until = ? WHERE visit_id = ?",
        [whom, as_text(until), visit_id],
    )


def forget_hold(db: Database, visit_id: VisitId) -> None:
    db.execute("DELETE FROM visits WHERE status = 'held' AND visit_id = ?", [visit_id])


def holds_of(db: Database, visitor_id: VisitorId) -> list[VisitId]:
    """What is held for a visitor while they fill in a form; not what an officer has to answer."""
    rows = all_rows(
        db,
        "SELECT visit_id FROM visits WHERE status = 'held' AND waits_for = '' AND visitor_id = :id"
        " AND visit_id NOT IN (SELECT visit_id FROM waiting WHERE visit_id IS NOT NULL)",
        id=visitor_id,
    )
    return [row["visit_id"] for row in rows]


@contextmanager
def _unless_taken(db: Database) -> Iterator[None]:
    try:
        with savepoint(db):
            yield
    except sqlite3.IntegrityError as clash:
        if str(clash) in tuple(RefusalCode):
            raise TimeTaken(RefusalCode(str(clash))) from clash
        raise


def _insert(
    db: Database,
    visit: VisitState,
    placed: Placed,
    asked_at: datetime,
    held_until: datetime | None,
) -> None:
    db.conn.execute(
        "INSERT INTO visits (visit_id, revision, kind, channel, session, starts_at, ends_at,"
        " status, cause, visitor_id, approval_id, inmate_id, unit_id, terminal_id, asked_at,"
        " held_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            visit.visit_id,
            visit.revision,
            visit.kind,
            visit.channel,
            placed.session,
            as_text(visit.slot.starts_at),
            as_text(visit.slot.ends_at),
            visit.status,
            visit.cause,
            visit.visitor_id,
            visit.approval_id,
            placed.inmate_id,
            placed.unit_id,
            placed.terminal_id,
            as_text(asked_at),
            maybe_text(held_until),
        ],
    )
    _insert_people(db, visit)


def _insert_people(db: Database, visit: VisitState) -> None:
    people = enumerate((visit.visitor_id, *visit.companions))
    db.conn.executemany(
        "INSERT INTO visit_people (visit_id, person_id, place) VALUES (?, ?, ?)",
        [(visit.visit_id, person, place) for place, person in people],
    )


def save_status(db: Database, visit_id: VisitId, status: VisitStatus, cause: Cause | None) -> None:
    """A new status, which nobody's hold is any more; raises the revision."""
    db.execute(
        "UPDATE visits SET status = ?, cause = ?, held_until = NULL, waits_for = '',"
        " revision = revision + 1 WHERE visit_id = ?",
        [status, cause, visit_id],
    )


def save_sequence(db: Database, visit_id: VisitId, sequence: int) -> None:
    db.execute("UPDATE visits SET last_sequence = ? WHERE visit_id = ?", [sequence, visit_id])


def save_seen(db: Database, visit_id: VisitId, at: datetime) -> None:
    """Keeps the first confirmation."""
    db.execute(
        "UPDATE visits SET seen_at = coalesce(seen_at, ?) WHERE visit_id = ?",
        [as_text(at), visit_id],
    )


def save_visitor_came(db: Database, visit_id: VisitId, at: datetime) -> None:
    db.execute("UPDATE visits SET visitor_came_at = ? WHERE visit_id = ?", [as_text(at), visit_id])


def save_inmate_came(db: Database, visit_id: VisitId, at: datetime) -> None:
    """Keeps the first time."""
    db.execute(
        "UPDATE visits SET inmate_came_at = coalesce(inmate_came_at, ?) WHERE visit_id = ?",
        [as_text(at), visit_id],
    )


@lru_cache(maxsize=16_384)
def _slot(starts_at: str, ends_at: str) -> Slot:
    """The same few times are read for every page and publication."""
    return Slot(starts_at=as_instant(starts_at), ends_at=as_instant(ends_at))


@lru_cache(maxsize=16_384)
def _read(columns: tuple[str, ...], values: tuple[Any, ...]) -> Visit:
    """The same columns are the same visit: whatever is shown anew was mostly shown before."""
    row = dict(zip(columns, values, strict=True))
    companions = json.loads(row["companions"])
    return Visit(
        visit_id=row["visit_id"],
        revision=row["revision"],
        kind=VisitKind(row["kind"]),
        channel=VisitChannel(row["channel"]),
        companions=tuple(person for person, _ in companions),
        companion_names=tuple(name for _, name in companions),
        slot=_slot(row["starts_at"], row["ends_at"]),
        status=VisitStatus(row["status"]),
        cause=Cause(row["cause"]) if row["cause"] else None,
        visitor_id=row["visitor_id"],
        visitor_name=row["visitor_name"],
        approval_id=row["approval_id"],
        inmate_id=row["inmate_id"],
        inmate_name=row["inmate_name"],
        inmate_number=row["inmate_number"],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        terminal_id=row["terminal_id"],
        terminal_name=row["terminal_name"],
        asked_at=as_instant(row["asked_at"]),
        seen_at=maybe_instant(row["seen_at"]),
        visitor_came_at=maybe_instant(row["visitor_came_at"]),
        inmate_came_at=maybe_instant(row["inmate_came_at"]),
        last_sequence=row["last_sequence"],
        held_until=maybe_instant(row["held_until"]),
        waits_for=row["waits_for"],
        session=row["session"],
    )
