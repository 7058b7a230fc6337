"""Find a recording, say what it is for, play or export it, and put down notes about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from ops_console.store import audit, facility, people, recordings, supervision, visits
from ops_console.store.visits import Visit
from ops_console.usecases import export_recording, note_on_visit, play_recording
from ops_console.usecases.export_recording import TICKET_LASTS as EXPORT_LASTS
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.found import Found
from ops_console.web.gate import LIVE_HEADER, SignedIn
from ops_console.web.layout.media import http_of, may_export, may_play
from ops_console.web.layout.words import KIND_WORDS
from ops_console.web.recordings.custodians import ForCustodians
from ops_console.web.recordings.keeping import keeping_of
from ops_console.web.recordings.rows import (
    PURPOSES,
    for_player,
    recorded_row,
    seen_rows,
    wanted_of,
    whole_length,
)
from ops_console.web.sessions import Exporting, Playing, Session
from ops_console.web.visit.rows import title_of
from visits.errors import OfficerMustAct, WaitAndRetry
from visits.model import VisitKind

router = APIRouter(dependencies=[ForCustodians])

NOT_PRIVATE = tuple(kind for kind in VisitKind if not kind.privileged)
MOST_LETTERS = 200
SAY_WHAT_FOR = "Choose or write what it is for. It is kept in the record."
NO_ERRORS: Mapping[str, str] = {"purpose": "", "export": ""}
TOO_LONG = f"Use {MOST_LETTERS} letters or fewer."


@router.get("/recordings")
def search(request: Request, desk: AtDesk, _: SignedIn) -> Response:
    """Visits that were recorded, the latest first; private ones are never among them."""
    asked, wall = dict(request.query_params), desk.pages.wall
    wanted = wanted_of(asked, desk.console.facility.time)
    with desk.console.readers.read() as db:
        found = recordings.search(db, wanted, NOT_PRIVATE)
        shown = [(it, visits.visit(db, it.visit_id)) for it in found]
        units = facility.units(db)
    values = {
        "rows": [recorded_row(it, visit, wall) for it, visit in shown if visit],
        "asked": {name: asked.get(name, "") for name in ("person", "first", "last", "noted")},
        "unit_id": wanted.unit_id,
        "units": units,
        "most": recordings.MOST_FOUND,
        "searched": any(asked.values()),
    }
    return desk.pages.show(request, "recordings/list.html", values, here="/recordings")


@router.get("/recordings/{visit_id}")
def show(request: Request, desk: AtDesk, session: SignedIn, visit: Found) -> Response:
    """What is known of it; pictures only once the officer has said what for."""
    live = LIVE_HEADER in request.headers
    playing = None if live else session.take_playing(visit.visit_id)
    return _page(request, desk, visit, playing=playing)


@router.get("/recordings/{visit_id}/play")
@router.get("/recordings/{visit_id}/export")
def stay(request: Request, desk: AtDesk, _: SignedIn, visit: Found) -> Response:
    """Where the browser stands after a form that was not complete: the page keeps itself current
    there, and can be loaded anew."""
    return _page(request, desk, visit)


@router.post("/recordings/{visit_id}/play")
def play(request: Request, desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    """Leads to the same page with a ticket in it."""
    _recorded(desk, visit)
    purpose, wrong = _purpose(typed)
    if wrong:
        return _page(request, desk, visit, errors={"purpose": wrong})
    ticket = play_recording(desk.console, session.officer_id, visit.visit_id, purpose)
    session.playing = Playing(visit.visit_id, ticket.model_dump_json(), " ".join(purpose.split()))
    return RedirectResponse(f"/recordings/{visit.visit_id}", status_code=303)


@router.post("/recordings/{visit_id}/export")
def export(
    request: Request, desk: AtDesk, session: SignedIn, typed: Typed, visit: Found
) -> Response:
    """Leads to the same page, whose script has the file made and shows how far it is."""
    _recorded(desk, visit)
    purpose, wrong = _purpose(typed)
    if wrong:
        return _page(request, desk, visit, errors={"export": wrong})
    try:
        leave = export_recording(desk.console, session.officer_id, visit.visit_id, purpose)
    except WaitAndRetry as why:
        return _page(request, desk, visit, errors={"export": str(why)})
    session.exporting[visit.visit_id] = Exporting(
        leave.ticket.model_dump_json(),
        leave.statement.model_dump_json(),
        " ".join(purpose.split()),
        desk.console.clock.monotonic() + EXPORT_LASTS.total_seconds(),
    )
    return RedirectResponse(f"/recordings/{visit.visit_id}#exporting", status_code=303)


@router.post("/recordings/{visit_id}/ticket")
def renew(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    """For a player that is open for longer than its ticket lasts; put down anew."""
    try:
        signed = play_recording(
            desk.console, session.officer_id, visit.visit_id, typed.get("purpose", "")
        )
    except OfficerMustAct as why:
        return JSONResponse({"why": str(why)}, status_code=409)
    return JSONResponse({"ticket": signed.model_dump(mode="json")})


@router.post("/recordings/{visit_id}/note")
def note(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    """About the instant at which the player stands; JSON, since the player goes on."""
    stands = typed.get("at", "")
    at = datetime.fromtimestamp(int(stands) / 1000, UTC) if stands.isdecimal() else None
    try:
        note_on_visit(desk.console, session.officer_id, visit.visit_id, typed.get("text", ""), at)
    except OfficerMustAct as why:
        return JSONResponse({"why": str(why)}, status_code=409)
    return RedirectResponse(f"/recordings/{visit.visit_id}", status_code=303)


def _purpose(typed: Mapping[str, str]) -> tuple[str, str]:
    """What was chosen or written, and what is wrong with it."""
    purpose = typed.get("more", "").strip() or typed.get("purpose", "").strip()
    if len(purpose) > MOST_LETTERS:
        return purpose, TOO_LONG
    return purpose, "" if purpose else SAY_WHAT_FOR


def _exporting(desk: Desk, session: Session, visit: Visit) -> Exporting | None:
    found = session.exporting.get(visit.visit_id)
    return found if found and desk.console.clock.monotonic() < found.until else None


def _recorded(desk: Desk, visit: Visit) -> list[recordings.Recording]:
    """There is no page of a private visit's recording, whatever the store says."""
    with desk.console.readers.read() as db:
        found = recordings.of_visit(db, visit.visit_id)
    if visit.kind.privileged or not found or desk.console.policy.recording is None:
        raise HTTPException(404)
    return found


def _page(
    request: Request,
    desk: Desk,
    visit: Visit,
    *,
    errors: Mapping[str, str] = NO_ERRORS,
    playing: Playing | None = None,
) -> Response:
    recorded, recording = _recorded(desk, visit), desk.console.policy.recording
    exporting = _exporting(desk, request.state.session, visit)
    if recording is None:
        raise HTTPException(404)
    with desk.console.readers.read() as db:
        notes = supervision.notes_of(db, visit.visit_id)
        lines = audit.about(db, "visit", visit.visit_id)
        officers = {it.officer_id: it.name for it in people.officers(db)}
        kept = keeping_of(
            db,
            recorded,
            recording.retention,
            officers,
            desk.pages.wall,
            officer_id=request.state.session.officer_id,
        )
    values = {
        "visit": visit,
        "title": title_of(visit),
        "kind_words": KIND_WORDS[visit.kind],
        "recorded": recorded,
        "length": whole_length(recorded),
        "notes": notes,
        "seen": seen_rows(lines, officers, desk.pages.wall),
        "purposes": PURPOSES,
        "kept": kept,
        "errors": {**NO_ERRORS, **errors},
        "exporting": exporting,
        "purpose": playing.purpose if playing else "",
        "ticket": playing.ticket if playing else "",
        "base": http_of(recording.watch_url),
        "player": for_player(notes, recorded),
    }
    status = 422 if any(errors.values()) else 200
    shown = desk.pages.show(
        request, "recordings/visit.html", values, here="/recordings", status=status
    )
    if playing:
        may_play(shown, recording.watch_url)
    return may_export(shown, recording.watch_url) if exporting else shown
