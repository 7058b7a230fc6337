"""Booked visits that are not over, found by whom or what a change of the world is about."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from sqlite_utils import Database

from ops_console.store._values import all_rows, each_row
from ops_console.store.visits import _VISITS, Visit, _read
from visits.model import ApprovalId, InmateId, PersonId, TerminalId, UnitId, VisitId, VisitStatus

_UNFINISHED = ", ".join(
    f"'{one}'"
    for one in (
        VisitStatus.BOOKED,
        VisitStatus.CHECKED_IN,
        VisitStatus.WAITING,
        VisitStatus.IN_PROGRESS,
        VisitStatus.INTERRUPTED,
    )
)


def _found(db: Database, where: str, **values: object) -> list[Visit]:
    return each_row(
        db,
        f"{_VISITS} WHERE status IN ({_UNFINISHED}) AND {where} ORDER BY starts_at",
        _read,
        **values,
    )


def of_inmate(db: Database, inmate_id: InmateId) -> list[Visit]:
    return _found(db, "visits.inmate_id = :id", id=inmate_id)


def of_person(db: Database, person_id: PersonId) -> list[Visit]:
    """Visits to which the person comes."""
    return _found(
        db,
        "visit_id IN (SELECT visit_id FROM visit_people WHERE person_id = :id)",
        id=person_id,
    )


def of_approval(db: Database, approval_id: ApprovalId) -> list[Visit]:
    return _found(db, "approval_id = :id", id=approval_id)


def at_terminal(db: Database, terminal_id: TerminalId) -> list[Visit]:
    return _found(db, "visits.terminal_id = :id", id=terminal_id)


def in_units(db: Database, units: Iterable[UnitId]) -> list[Visit]:
    """Visits that were booked in one of these units, or whose inmate lives there now."""
    return _found(
        db,
        "(visits.unit_id IN (SELECT value FROM json_each(:units)) OR visits.inmate_id IN"
        " (SELECT inmate_id FROM inmates WHERE unit_id IN (SELECT value FROM json_each(:units))))",
        units=json.dumps([*units]),
    )


def everywhere(db: Database) -> list[Visit]:
    return _found(db, "1")


def among(db: Database, visits: Collection[VisitId]) -> list[Visit]:
    """Those of these visits that are not over."""
    return _found(
        db, "visit_id IN (SELECT value FROM json_each(:visits))", visits=json.dumps([*visits])
    )


def times_moved(db: Database, visits: Collection[VisitId]) -> dict[VisitId, int]:
    """How often each of these was moved; left out where it never was."""
    rows = all_rows(
        db,
        "SELECT visit_id, count(*) AS moved FROM visit_history WHERE what = 'move'"
        " AND visit_id IN (SELECT value FROM json_each(:visits)) GROUP BY visit_id",
        visits=json.dumps([*visits]),
    )
    return {row["visit_id"]: int(row["moved"]) for row in rows}


def forget_seen(db: Database, visit_id: VisitId) -> None:
    """The inmate has not confirmed the visit as it is now."""
    db.execute("UPDATE visits SET seen_at = NULL WHERE visit_id = ?", [visit_id])
