"""Alarms of terminals' camera helpers: raised by a machine, judged by an officer, or by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlite_utils import Database

from ops_console.store._values import (
    Row,
    all_rows,
    as_instant,
    as_text,
    maybe_instant,
    maybe_text,
    one_row,
)
from ops_console.store.grants import NOT_OVER
from visits.faces import FaceTrouble
from visits.messages import FaceTold
from visits.model import Id, UnitId, VisitId

MOST_OF_A_VISIT = 500
"""Whatever a terminal that goes wrong tells beyond is not kept."""


class Judgement(StrEnum):
    """What an officer says of an alarm."""

    RIGHT = "right"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One time that a camera did not see the inmate of a visit, as it thought."""

    alarm_id: Id
    visit_id: VisitId
    inmate_name: str
    visitor_name: str
    place: str
    """Unit and terminal."""
    trouble: FaceTrouble
    since: datetime
    until: datetime | None
    judged: Judgement | None
    judged_by: str
    """The officer's name; empty while nobody judged it."""


class Count(NamedTuple):
    """How many alarms of one unit were judged so, or by nobody (None)."""

    unit_id: UnitId
    unit_name: str
    judged: Judgement | None
    number: int


def save(db: Database, alarm_id: Id, told: FaceTold, heard_at: datetime) -> None:
    """A new alarm as `alarm_id`; of one that is known, when it was over. A repeat changes
    nothing, and of one visit no more than `MOST_OF_A_VISIT` are kept."""
    db.execute(
        "INSERT INTO face_alarms (alarm_id, visit_id, trouble, since, until, heard_at)"
        " SELECT :alarm, :visit, :trouble, :since, :until, :heard WHERE (SELECT count(*)"
        " FROM face_alarms WHERE visit_id = :visit AND since <> :since) < :most"
        " ON CONFLICT (visit_id, since)"
        " DO UPDATE SET until = coalesce(face_alarms.until, excluded.until)",
        {
            "alarm": alarm_id,
            "visit": told.visit_id,
            "trouble": told.trouble,
            "since": as_text(told.since),
            "until": maybe_text(told.until),
            "heard": as_text(heard_at),
            "most": MOST_OF_A_VISIT,
        },
    )


def judge(db: Database, alarm_id: Id, judged: Judgement, officer_id: Id, at: datetime) -> None:
    """In place of what was said of it before."""
    db.execute(
        "UPDATE face_alarms SET judged = ?, judged_by = ?, judged_at = ? WHERE alarm_id = ?",
        [judged, officer_id, as_text(at), alarm_id],
    )


def alarm(db: Database, alarm_id: Id) -> Alarm | None:
    row = one_row(db, f"{_ALARMS} WHERE alarm_id = :id", id=alarm_id)
    return None if row is None else _alarm(row)


def of_visit(db: Database, visit_id: VisitId) -> list[Alarm]:
    """The newest first."""
    rows = all_rows(
        db, f"{_ALARMS} WHERE face_alarms.visit_id = :visit ORDER BY since DESC", visit=visit_id
    )
    return [_alarm(row) for row in rows]


def standing(db: Database) -> list[Alarm]:
    """Those of visits that are not over, that go on and that nobody called false, the oldest
    first."""
    rows = all_rows(
        db,
        f"{_ALARMS} WHERE until IS NULL AND judged IS NOT 'false'"
        f" AND status IN {NOT_OVER} ORDER BY since",
    )
    return [_alarm(row) for row in rows]


def unjudged(db: Database, most: int) -> list[Alarm]:
    """The newest first."""
    rows = all_rows(
        db, f"{_ALARMS} WHERE judged IS NULL ORDER BY since DESC LIMIT :most", most=most
    )
    return [_alarm(row) for row in rows]


def counts(db: Database, since: datetime, until: datetime) -> list[Count]:
    """Of the alarms that began between the two instants, by unit."""
    rows = all_rows(
        db,
        "SELECT visits.unit_id, coalesce(units.name, visits.unit_id) AS unit_name, judged,"
        " count(*) AS number FROM face_alarms JOIN visits USING (visit_id)"
        " LEFT JOIN units ON units.unit_id = visits.unit_id"
        " WHERE since >= :since AND since < :until"
        " GROUP BY visits.unit_id, judged ORDER BY unit_name, visits.unit_id",
        since=as_text(since),
        until=as_text(until),
    )
    return [
        Count(row["unit_id"], row["unit_name"], _judgement(row["judged"]), row["number"])
        for row in rows
    ]


_ALARMS = """
SELECT face_alarms.*, coalesce(inmates.display_name, '') AS inmate_name,
  coalesce(visitors.full_name, 'Unknown visitor') AS visitor_name,
  coalesce(units.name, '') AS unit_name, coalesce(terminals.name, '') AS terminal_name,
  coalesce(officers.name, judged_by, '') AS officer_name
FROM face_alarms JOIN visits ON visits.visit_id = face_alarms.visit_id
LEFT JOIN inmates USING (inmate_id) LEFT JOIN visitors USING (visitor_id)
LEFT JOIN units ON units.unit_id = visits.unit_id
LEFT JOIN terminals ON terminals.terminal_id = visits.terminal_id
LEFT JOIN officers ON officers.officer_id = judged_by
"""


def _judgement(text: str | None) -> Judgement | None:
    return None if text is None else Judgement(text)


def _alarm(row: Row) -> Alarm:
    return Alarm(
        alarm_id=row["alarm_id"],
        visit_id=row["visit_id"],
        inmate_name=row["inmate_name"],
        visitor_name=row["visitor_name"],
        place=f"{row['unit_name']}, {row['terminal_name']}",
        trouble=FaceTrouble(row["trouble"]),
        since=as_instant(row["since"]),
        until=maybe_instant(row["until"]),
        judged=_judgement(row["judged"]),
        judged_by=row["officer_name"],
    )
