"""The history of a visit line by line, and the reasons of a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from ops_console.rules.refusing import Reason
from ops_console.store._values import all_rows, as_instant, as_text
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause, RefusalCode, VisitId, VisitStatus


class HistoryWord(StrEnum):
    """What a history line tells, beside the lifecycle's own events."""

    ASKED = "asked"
    SEEN = "seen"
    VISITOR_ADMITTED = "visitor-admitted"
    VISITOR_TURNED_AWAY = "visitor-turned-away"
    INMATE_TURNED_AWAY = "inmate-turned-away"
    NOT_RECORDED = "not-recorded"
    WATCHED = "watched"
    PLAYED = "played"
    EXPORTED = "exported"
    PAUSED = "paused"
    RESUMED = "resumed"
    MUTED = "muted"
    UNMUTED = "unmuted"
    WARNED = "warned"
    NOTED = "noted"
    HELD_BACK = "held-back"
    """Its recordings are kept, whatever their age."""
    LET_GO = "let-go"
    PURGE_ASKED = "purge-asked"
    PURGE_WITHDRAWN = "purge-withdrawn"
    PURGED = "purged"
    BLAMED = "blamed"
    """Whose side broke, as the evidence then was; a later line may say otherwise."""


class Standing(StrEnum):
    """Whether a history line counted."""

    COUNTED = "counted"
    LATE = "late"
    """It came after a later report, or after the visit was over."""
    UNLAWFUL = "unlawful"
    """The lifecycle has no such change, or the sender may not cause it."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to a visit."""

    line: int
    at: datetime
    """When it happened, by the clock of whoever told it."""
    saved_at: datetime
    what: str
    """A `VisitEvent` or a `HistoryWord`."""
    actor: str
    """A `visits.lifecycle.Actor`."""
    actor_id: str | None
    """The officer's or terminal's id."""
    actor_name: str | None
    """The officer's name."""
    before: VisitStatus | None
    after: VisitStatus | None
    cause: Cause | None
    standing: Standing
    note: str
    """An officer's reason, or why the line did not count."""


def history(db: Database, visit_id: VisitId) -> list[HistoryLine]:
    """What happened to a visit, in the order in which it was saved."""
    rows = all_rows(
        db,
        "SELECT visit_history.*, officers.name AS actor_name FROM visit_history"
        " LEFT JOIN officers ON actor = 'officer' AND officer_id = actor_id"
        " WHERE visit_id = :id ORDER BY line",
        id=visit_id,
    )
    return [_line(row) for row in rows]


def refusals(db: Database, visit_id: VisitId) -> list[Reason]:
    """Why a visit was refused; empty for one that was not."""
    rows = all_rows(
        db,
        "SELECT code, entry, visitor_text, officer_text FROM visit_refusals"
        " WHERE visit_id = :id ORDER BY place",
        id=visit_id,
    )
    return [
        Reason(RefusalCode(row["code"]), row["entry"], row["visitor_text"], row["officer_text"])
        for row in rows
    ]


_COLUMNS = (
    "visit_id, line, at, saved_at, what, actor, actor_id, before, after, cause, standing, note"
)


def add_line(
    db: Database,
    visit_id: VisitId,
    what: VisitEvent | HistoryWord,
    actor: Actor,
    *,
    at: datetime,
    saved_at: datetime,
    actor_id: str | None = None,
    change: tuple[VisitStatus, VisitStatus] | None = None,
    cause: Cause | None = None,
    standing: Standing = Standing.COUNTED,
    note: str = "",
) -> None:
    """Appends to a visit's history. `change` is the status before and after."""
    before, after = change or (None, None)
    db.execute(
        f"INSERT INTO visit_history ({_COLUMNS}) SELECT :visit, coalesce(max(line), 0) + 1, :at,"  # noqa: S608 - constant columns
        " :saved_at, :what, :actor, :actor_id, :before, :after, :cause, :standing, :note"
        " FROM visit_history WHERE visit_id = :visit",
        {
            "visit": visit_id,
            "at": as_text(at),
            "saved_at": as_text(saved_at),
            "what": what,
            "actor": actor,
            "actor_id": actor_id,
            "before": before,
            "after": after,
            "cause": cause,
            "standing": standing,
            "note": note,
        },
    )


def begin(
    db: Database,
    visit_id: VisitId,
    event: VisitEvent,
    *,
    asked_at: datetime,
    saved_at: datetime,
    change: tuple[VisitStatus, VisitStatus],
) -> None:
    """The first two lines of a visit that has none: that it was asked for, and what the console
    did with it. In a rush that is done thousands of times."""
    said, now = Standing.COUNTED, as_text(saved_at)
    asked: tuple[object, ...] = (as_text(asked_at), now, HistoryWord.ASKED, Actor.VISITOR)
    db.conn.executemany(
        f"INSERT INTO visit_history ({_COLUMNS})"  # noqa: S608 - constant columns
        " VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, NULL, ?, '')",
        [
            (visit_id, 1, *asked, None, None, said),
            (visit_id, 2, now, now, event, Actor.CONSOLE, *change, said),
        ],
    )


def save_refusals(db: Database, visit_id: VisitId, reasons: Sequence[Reason]) -> None:
    if reasons:
        db.conn.executemany(
            "INSERT INTO visit_refusals (visit_id, place, code, entry, visitor_text, officer_text)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (visit_id, place, reason.code, reason.entry, reason.visitor, reason.officer)
                for place, reason in enumerate(reasons)
            ],
        )


def _line(row: dict[str, Any]) -> HistoryLine:
    return HistoryLine(
        line=row["line"],
        at=as_instant(row["at"]),
        saved_at=as_instant(row["saved_at"]),
        what=row["what"],
        actor=row["actor"],
        actor_id=row["actor_id"],
        actor_name=row["actor_name"],
        before=VisitStatus(row["before"]) if row["before"] else None,
        after=VisitStatus(row["after"]) if row["after"] else None,
        cause=Cause(row["cause"]) if row["cause"] else None,
        standing=Standing(row["standing"]),
        note=row["note"],
    )
