"""The page of camera alarms."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlite_utils import Database

from ops_console.store import face_alarms
from ops_console.usecases import judge_alarm
from ops_console.web.alarms.rows import (
    JUDGED_WORDS,
    UnitFigures,
    alarm_rows,
    in_all,
    judgement_of,
    months_before,
    unit_figures,
)
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SignedIn

router = APIRouter()

MOST_LISTED = 20


@router.get("/alarms")
def show(request: Request, desk: AtDesk, _: SignedIn) -> Response:
    """What waits to be judged, and the last twelve months by housing unit."""
    console, now = desk.console, desk.console.clock.now()
    with console.readers.read() as db:
        waiting = face_alarms.unjudged(db, MOST_LISTED)
        rows = list(_figures(desk, db))
    values = {
        "waiting": alarm_rows(waiting, now),
        "rows": rows,
        "total": in_all(rows),
        "most": MOST_LISTED,
        "helps": console.policy.faces,
    }
    return desk.pages.show(request, "alarms/alarms.html", values, here="/alarms")


@router.post("/alarms/{alarm_id}")
def judge(desk: AtDesk, session: SignedIn, typed: Typed, alarm_id: str) -> Response:
    with desk.console.readers.read() as db:
        if face_alarms.alarm(db, alarm_id) is None:
            raise HTTPException(404)
    judged = judgement_of(typed)
    judge_alarm(desk.console, session.officer_id, alarm_id, judged)
    session.tell(JUDGED_WORDS[judged])
    return RedirectResponse("/alarms", status_code=303)


def _figures(desk: Desk, db: Database) -> Iterator[UnitFigures]:
    time = desk.console.facility.time
    for first, following in months_before(time.day(desk.console.clock.now())):
        begins, ends = time.day_bounds(first)[0], time.day_bounds(following)[0]
        yield from unit_figures(first, face_alarms.counts(db, begins, ends))
