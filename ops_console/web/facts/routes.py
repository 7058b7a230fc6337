"""The form of one person's facts; what it changes is looked at before it is made."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.store import known_people
from ops_console.web.changes.previews import previews_of
from ops_console.web.changes.reading import Reading
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.facts.sheet import Sheet, inmate_sheet, person_sheet, read_change
from ops_console.web.gate import SignedIn
from ops_console.web.sessions import Session

router = APIRouter()
NOTHING = "Nothing is different from what is known already. Change a fact first."


@router.get("/facts/inmates/{inmate_id}")
def inmate(request: Request, desk: AtDesk, _: SignedIn, inmate_id: str) -> Response:
    """What is known of an inmate, in the facts that the rules ask for."""
    sheet = _found(inmate_sheet(desk.console, inmate_id))
    return _page(request, desk, sheet)


@router.post("/facts/inmates/{inmate_id}")
def look_at_inmate(
    request: Request,
    desk: AtDesk,
    session: SignedIn,
    typed: Typed,
    inmate_id: str,
) -> Response:
    """Reads the form; the preview begins."""
    sheet = _found(inmate_sheet(desk.console, inmate_id))
    return _look(request, desk, session, sheet, typed)


@router.get("/facts/people/{person_id}")
def person(request: Request, desk: AtDesk, _: SignedIn, person_id: str) -> Response:
    """The same of a visitor, or of somebody who comes along."""
    sheet = _found(person_sheet(desk.console, person_id))
    return _page(request, desk, sheet)


@router.post("/facts/people/{person_id}")
def look_at_person(
    request: Request,
    desk: AtDesk,
    session: SignedIn,
    typed: Typed,
    person_id: str,
) -> Response:
    """Reads the form; the preview begins."""
    sheet = _found(person_sheet(desk.console, person_id))
    return _look(request, desk, session, sheet, typed)


def _found(sheet: Sheet | None) -> Sheet:
    if sheet is None:
        raise HTTPException(404)
    return sheet


def _look(
    request: Request,
    desk: Desk,
    session: Session,
    sheet: Sheet,
    typed: Typed,
) -> Response:
    console = desk.console
    with console.readers.read() as db:
        form = Reading(db, typed, console.facility.time, console.clock.now())
        change, words = read_change(sheet, form)
    if change is None:
        return _page(request, desk, sheet, form)
    preview = previews_of(request).begin(
        session.officer_id, change, words, sheet.path, then=sheet.path
    )
    return RedirectResponse(f"/changes/previews/{preview.preview_id}", status_code=303)


def _page(request: Request, desk: Desk, sheet: Sheet, form: Reading | None = None) -> Response:
    errors = form.errors if form else {}
    with desk.console.readers.read() as db:
        ties = [] if sheet.is_inmate else known_people.ties(db, sheet.known.id)
    values = {
        "sheet": sheet,
        "ties": ties,
        "typed": form.typed if form else sheet.typed(),
        "errors": errors,
        "missing": [one for one in sheet.fields if one.id in errors],
        "nothing": NOTHING if form and not errors else "",
    }
    here = "/changes" if sheet.is_inmate else "/access"
    status = 422 if form else 200
    return desk.pages.show(request, "facts/facts.html", values, here=here, status=status)
