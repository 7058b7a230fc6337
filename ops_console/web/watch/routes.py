"""The wall's page, and what its script asks for: leave to see, and word that it still looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlite_utils import Database

from ops_console.store import approvals, face_alarms, quality, supervision, visits
from ops_console.store.approvals import AccessStatus
from ops_console.store.visits import Visit
from ops_console.usecases import (
    Watching,
    keep_watching,
    look_again,
    stop_watching,
    watch_visit,
)
from ops_console.web.alarms.rows import alarm_rows
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.found import Found
from ops_console.web.gate import SignedIn
from ops_console.web.layout.media import may_play
from ops_console.web.visit.rows import END
from ops_console.web.watch.rows import (
    CANNED_WORDS,
    PURPOSES,
    SIZES,
    USUAL_SIZE,
    Tile,
    tile,
    wall_of,
)
from visits.errors import OfficerMustAct
from visits.model import VisitKind

router = APIRouter()

MOST_LETTERS = 200
MOST_AT_ONCE = 64
"""Watches of one page."""
SAY_WHAT_FOR = "Choose or write what you watch for. It is kept in the record."
TOO_LONG = f"Use {MOST_LETTERS} letters or fewer."


@dataclass(frozen=True)
class Choice:
    """How many tiles, which page of them, and which visit is looked at closely."""

    tiles: int = USUAL_SIZE
    page: int = 1
    chosen: str = ""


Chosen = Annotated[Choice, Depends()]


@router.get("/watch")
def show(request: Request, desk: AtDesk, session: SignedIn, choice: Chosen) -> Response:
    """The wall, once the officer has said what for."""
    if desk.console.policy.recording is None:
        return desk.pages.show(request, "watch/nothing.html", {}, here="/watch")
    if not session.watching:
        return _ask_purpose(request, desk)
    return _wall(request, desk, choice)


@router.post("/watch/begin")
def begin(request: Request, desk: AtDesk, session: SignedIn, typed: Typed) -> Response:
    """What for, asked once for as long as the officer goes on watching."""
    words = typed.get("more", "").strip() or typed.get("purpose", "")
    if not words.strip() or len(words) > MOST_LETTERS:
        return _ask_purpose(request, desk, TOO_LONG if words.strip() else SAY_WHAT_FOR)
    session.watching = " ".join(words.split())
    return RedirectResponse("/watch", status_code=303)


@router.post("/watch/end")
def end(session: SignedIn) -> Response:
    """The next time the officer is asked again."""
    session.watching = ""
    session.tell("You do not watch any more.")
    return RedirectResponse("/today", status_code=303)


@router.post("/watch/visits/{visit_id}/open")
def open_visit(desk: AtDesk, session: SignedIn, visit: Found) -> Response:
    """Leave to see one visit; the audit has it before this is answered."""
    return _leave(
        lambda: watch_visit(desk.console, session.officer_id, visit.visit_id, session.watching)
    )


@router.post("/watch/again")
def again(desk: AtDesk, session: SignedIn, typed: Typed) -> Response:
    """Leave to go on, after a line that broke."""
    watch_id = typed.get("watch", "")
    return _leave(lambda: look_again(desk.console, session.officer_id, watch_id))


@router.post("/watch/still")
def still(desk: AtDesk, session: SignedIn, typed: Typed) -> Response:
    """New leave for those of the page's watches that go on."""
    going = keep_watching(desk.console, session.officer_id, _ids(typed))
    leave = {it.watch_id: it.ticket.model_dump(mode="json") for it in going}
    return JSONResponse({"open": leave})


@router.post("/watch/left")
def left(desk: AtDesk, session: SignedIn, typed: Typed) -> Response:
    stop_watching(desk.console, session.officer_id, _ids(typed))
    return Response(status_code=204)


def _leave(ask: Callable[[], Watching]) -> Response:
    """For a script, which shows why not beside the picture that is missing."""
    try:
        watching = ask()
    except OfficerMustAct as why:
        return JSONResponse({"why": str(why)}, status_code=409)
    ticket = watching.ticket.model_dump(mode="json")
    return JSONResponse({"watch": watching.watch_id, "ticket": ticket})


def _ids(typed: Typed) -> list[str]:
    return typed.get("watches", "").split()[:MOST_AT_ONCE]


def _ask_purpose(request: Request, desk: Desk, error: str = "") -> Response:
    with desk.console.readers.read() as db:
        running = len(_watchable(desk, db))
    values = {"purposes": PURPOSES, "error": error, "running": running}
    status = 422 if error else 200
    return desk.pages.show(request, "watch/purpose.html", values, here="/watch", status=status)


def _watchable(desk: Desk, db: Database) -> list[Visit]:
    kinds = [kind for kind in _kinds(desk) if desk.console.policy.records(kind)]
    return visits.running_with_leave(db, kinds)


def _kinds(desk: Desk) -> frozenset[VisitKind]:
    recording = desk.console.policy.recording
    return frozenset() if recording is None else recording.kinds


def _tile(db: Database, visit: Visit, now: datetime) -> Tile:
    ends = (quality.last_sample(db, visit.visit_id, end) for end in ("terminal", "visitor"))
    return tile(
        visit,
        supervision.supervision(db, visit.visit_id),
        supervision.watches_of(db, visit.visit_id),
        [sample for sample in ends if sample is not None],
        now,
        alarms=face_alarms.of_visit(db, visit.visit_id),
    )


def _id_path(db: Database, shown: Iterable[Visit], chosen: str) -> str:
    """The request under which the visitor's ID photo was approved, if it is still kept."""
    visitors = [visit.visitor_id for visit in shown if visit.visit_id == chosen]
    asked = [it for visitor in visitors for it in approvals.requests_of(db, visitor)]
    kept = [it for it in asked if it.status is AccessStatus.APPROVED and it.has_document]
    return f"/access/{kept[-1].request_id}" if kept else ""


def _wall(request: Request, desk: Desk, choice: Choice) -> Response:
    recording, now = desk.console.policy.recording, desk.console.clock.now()
    if recording is None:
        raise HTTPException(404)
    with desk.console.readers.read() as db:
        board = wall_of(_watchable(desk, db), choice.tiles, choice.page)
        tiles = [_tile(db, visit, now) for visit in board.visits]
        picked = next((it for it in tiles if it.visit_id == choice.chosen), None)
        stands = supervision.supervision(db, choice.chosen) if picked else None
        notes = supervision.notes_of(db, choice.chosen) if picked else []
        alarms = face_alarms.of_visit(db, choice.chosen) if picked else []
        id_path = _id_path(db, board.visits, choice.chosen)
    values = {
        "board": board,
        "sizes": SIZES,
        "tiles": tiles,
        "picked": picked,
        "stands": stands,
        "notes": notes,
        "alarms": alarm_rows(alarms, now),
        "looks_for_faces": desk.console.policy.faces.warn_after is not None,
        "id_path": id_path,
        "canned": CANNED_WORDS,
        "end_reasons": END.reasons,
        "watch_url": recording.watch_url,
        "purpose": request.state.session.watching,
        "tells": recording.tell_watched,
    }
    shown = desk.pages.show(request, "watch/wall.html", values, here="/watch")
    return may_play(shown, recording.watch_url)
