"""Who holds which time, for the ledger that the rules decide on."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlite_utils import Database

from ops_console.rules.ledger import BookedVisit
from ops_console.store._values import all_rows, as_instant, as_text, one_row
from visits.model import VisitChannel, VisitId, VisitKind, VisitStatus


class ChangeMark(NamedTuple):
    """How far somebody has read the changes. The stamp tells whether what was read still stands."""

    number: int
    stamp: str


NOTHING_READ = ChangeMark(0, "")
_HOLDING = ", ".join(f"'{one}'" for one in VisitStatus if one.holds_time)
_BOOKED = f"""
SELECT visit_id, visitor_id, visits.inmate_id, starts_at, ends_at, kind, channel, status, session,
  terminal_id, path, (
    SELECT group_concat(person_id, ' ') FROM (
      SELECT person_id FROM visit_people WHERE visit_people.visit_id = visits.visit_id
      ORDER BY place)
  ) AS people
FROM visits LEFT JOIN units ON units.unit_id = visits.unit_id
WHERE status IN ({_HOLDING})
"""  # noqa: S608 - constant parts


def last_change(db: Database) -> ChangeMark:
    """The mark of who has read everything."""
    row = db.execute(
        "SELECT number, stamp FROM visit_changes ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return NOTHING_READ if row is None else ChangeMark(*row)


def still_stands(db: Database, mark: ChangeMark) -> bool:
    """Whether everything up to the mark is as it was when it was read."""
    if mark == NOTHING_READ:
        return True
    row = one_row(db, "SELECT stamp FROM visit_changes WHERE number = :number", number=mark.number)
    return row is not None and row["stamp"] == mark.stamp


def standing(db: Database, mark: ChangeMark) -> tuple[bool, ChangeMark]:
    """`still_stands` and `last_change` at once, since every decision asks for both."""
    found = dict(
        db.conn.execute(
            "SELECT number, stamp FROM visit_changes"
            " WHERE number IN (?, (SELECT max(number) FROM visit_changes))",
            (mark.number,),
        ).fetchall()
    )
    last = max(found, default=None)
    stands = mark == NOTHING_READ or found.get(mark.number) == mark.stamp
    return stands, NOTHING_READ if last is None else ChangeMark(last, found[last])


def changed_since(db: Database, mark: ChangeMark) -> dict[VisitId, BookedVisit | None]:
    """The visits that changed after the mark: as they hold time now, or None."""
    after = "SELECT visit_id FROM visit_changes WHERE number > :number"
    found = all_rows(db, f"SELECT DISTINCT * FROM ({after})", number=mark.number)  # noqa: S608
    rows = all_rows(db, f"{_BOOKED} AND visit_id IN ({after})", number=mark.number)
    booked = {row["visit_id"]: _booked(row) for row in rows}
    return {row["visit_id"]: booked.get(row["visit_id"]) for row in found}


def ending_after(db: Database, moment: datetime) -> list[BookedVisit]:
    """Every visit that holds time and ends after the moment."""
    rows = all_rows(db, f"{_BOOKED} AND ends_at > :moment", moment=as_text(moment))
    return [_booked(row) for row in rows]


def older(
    db: Database, people: frozenset[str], *, since: datetime, until: datetime
) -> list[BookedVisit]:
    """The visits of these people, inmate or visitors, that ended between the two moments."""
    found: dict[str, BookedVisit] = {}
    for who in people:
        rows = all_rows(
            db,
            f"{_BOOKED} AND ends_at > :since AND ends_at <= :until AND (visits.inmate_id = :who"  # noqa: S608
            " OR visit_id IN (SELECT visit_id FROM visit_people WHERE person_id = :who))",
            since=as_text(since),
            until=as_text(until),
            who=who,
        )
        found |= {row["visit_id"]: _booked(row) for row in rows}
    return list(found.values())


def _booked(row: dict[str, Any]) -> BookedVisit:
    return BookedVisit(
        id=row["visit_id"],
        inmate=row["inmate_id"],
        people=tuple((row["people"] or row["visitor_id"]).split(" ")),
        start=as_instant(row["starts_at"]),
        end=as_instant(row["ends_at"]),
        kind=VisitKind(row["kind"]),
        channel=VisitChannel(row["channel"]),
        status=VisitStatus(row["status"]),
        unit=row["path"],
        session=row["session"],
        terminal=row["terminal_id"],
    )
