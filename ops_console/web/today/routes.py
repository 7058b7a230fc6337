"""The day's page."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from ops_console.store import (
    approvals,
    devices,
    face_alarms,
    facility,
    grants,
    quality,
    recordings,
    visits,
)
from ops_console.web.desk import AtDesk
from ops_console.web.gate import SignedIn
from ops_console.web.layout.lost import lost_summary
from ops_console.web.layout.words import KIND_WORDS
from ops_console.web.today.alerts import alerts
from ops_console.web.today.rows import board, choose_day, how_words

router = APIRouter()


@router.get("/today")
def today(request: Request, desk: AtDesk, _: SignedIn, day: str = "", unit: str = "") -> Response:
    """What needs a person (of the whole facility), then the visits of one day, by time."""
    console, wall = desk.console, desk.pages.wall
    now, time = console.clock.now(), console.facility.time
    choice = choose_day(day, now, time)
    with console.readers.read() as db:
        units = facility.units(db)
        if unit and unit not in {it.unit_id for it in units}:
            raise HTTPException(404)
        of_day = visits.between(db, *time.day_bounds(choice.day))
        terminals = devices.terminal_board(db)
        requests = approvals.waiting_requests(db)
        undecided = visits.waiting_for(db, "officer")
        judged = quality.judged_between(db, *time.day_bounds(choice.day))
        unrecorded, contradicted = recordings.troubles(db), grants.refused(db)
        unseen = face_alarms.standing(db)
    with console.asking() as (_db, ready):
        unreadable = ready.unreadable_until(console.last_day(now))
    shown = [visit for visit in of_day if unit in {"", visit.unit_id}]
    values = {
        "choice": choice,
        "units": units,
        "unit_id": unit,
        "board": board(shown, terminals, now, wall),
        "lost": lost_summary(judged, frozenset(it.visit_id for it in shown), now),
        "undecided": undecided,
        "kind_words": KIND_WORDS,
        "how_words": how_words,
        "alerts": alerts(
            of_day,
            terminals,
            requests,
            now,
            wall,
            connected=console.connected(),
            unrecorded=unrecorded,
            contradicted=contradicted,
            unseen=unseen,
            unreadable=unreadable,
        ),
    }
    return desk.pages.show(request, "today/today.html", values, here="/today")
