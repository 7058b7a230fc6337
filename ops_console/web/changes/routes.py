"""What changed? One short form for each answer, and the lockdowns that are in force."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlite_utils import Database

from ops_console.store import devices, facility, facts
from ops_console.store import facts as store_facts
from ops_console.usecases import LockdownLifted
from ops_console.web.changes import preview_routes
from ops_console.web.changes.kinds import KINDS, NO_UNIT, WHATS, Further, Kind, places
from ops_console.web.changes.previews import AtPreviews, previews_of
from ops_console.web.changes.reading import Reading
from ops_console.web.changes.rows import closure_rows, terminal_rows
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SignedIn
from ops_console.web.layout.words import KIND_WORDS
from visits.model import VisitKind

router = APIRouter()
HERE = "/changes"


@router.get("/changes")
def start(request: Request, desk: AtDesk, _: SignedIn) -> Response:
    """The choices, and every lockdown that is not over."""
    now = desk.console.clock.now()
    with desk.console.readers.read() as db:
        closures = facts.closures_by_id(db, now)
        names = dict(places(_reading(desk, db, {})))
    values = {
        "kinds": KINDS.values(),
        "closures": closure_rows(closures, names, now, desk.pages.wall),
    }
    return desk.pages.show(request, "changes/changes.html", values, here=HERE)


@router.get("/changes/new/{slug}")
def form(request: Request, desk: AtDesk, _: SignedIn, slug: str) -> Response:
    kind = _kind(slug)
    with desk.console.readers.read() as db:
        typed = dict(request.query_params) or _usual(desk)
        return _form(request, desk, kind, _reading(desk, db, typed))


@router.post("/changes/new/{slug}")
def look(request: Request, desk: AtDesk, session: SignedIn, typed: Typed, slug: str) -> Response:
    """Reads the form; the preview begins."""
    kind = _kind(slug)
    with desk.console.readers.read() as db:
        reading = _reading(desk, db, typed)
        change = kind.read(reading)
        if change is None:
            return _form(request, desk, kind, reading, status=422)
        if isinstance(change, Further):
            return RedirectResponse(change.path, status_code=303)
        title = kind.said(reading)
    back = f"/changes/new/{slug}"
    preview = previews_of(request).begin(session.officer_id, change, title, back)
    return RedirectResponse(f"/changes/previews/{preview.preview_id}", status_code=303)


@router.post("/changes/lockdowns/{closure_id}/lift")
def lift(desk: AtDesk, session: SignedIn, previews: AtPreviews, closure_id: str) -> Response:
    """The lockdown is to end now."""
    now = desk.console.clock.now()
    with desk.console.readers.read() as db:
        if closure_id not in store_facts.closures_by_id(db, now):
            raise HTTPException(404)
    change = LockdownLifted(closure_id, now)
    preview = previews.begin(session.officer_id, change, "The lockdown is lifted", HERE)
    return RedirectResponse(f"/changes/previews/{preview.preview_id}", status_code=303)


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise HTTPException(404)
    return KINDS[slug]


def _reading(desk: Desk, db: Database, typed: Any) -> Reading:
    console = desk.console
    return Reading(db, typed, console.facility.time, console.clock.now())


def _usual(desk: Desk) -> dict[str, str]:
    """What a fresh form shows: from now on, for every kind of visit."""
    wall = desk.console.facility.time.local(desk.console.clock.now())
    kinds = {f"kind-{kind}": "yes" for kind in VisitKind}
    today, now = wall.date().isoformat(), f"{wall:%H:%M}"
    return {**kinds, "start-day": today, "start-time": now, "end-day": "", "end-time": ""}


def _form(
    request: Request, desk: Desk, kind: Kind, reading: Reading, status: int = 200
) -> Response:
    now = desk.console.clock.now()
    values = {
        "kind": kind,
        "typed": reading.typed,
        "errors": reading.errors,
        "found": reading.found,
        "units": [
            *((one.unit_id, one.name) for one in facility.units(reading.db)),
            (NO_UNIT, "No unit as yet"),
        ],
        "places": places(reading),
        "whats": WHATS,
        "visit_kinds": tuple(KIND_WORDS.items()),
        "terminals": terminal_rows(devices.terminal_board(reading.db), now),
    }
    return desk.pages.show(request, "changes/form.html", values, here=HERE, status=status)


router.include_router(preview_routes.router)
