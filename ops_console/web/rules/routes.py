"""Reading the rules: the version in force, the versions, one against another, the file itself."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ops_console import store
from ops_console.rules.rulebook import Rulebook, RulesFileWrong, read_rulebook
from ops_console.rules.rulebook.faults import Fault
from ops_console.store.rules import RulesVersion
from ops_console.web.desk import AtDesk, Desk
from ops_console.web.gate import SignedIn
from ops_console.web.rules.editor import unsaved
from ops_console.web.rules.parts import parts_of
from ops_console.web.rules.proposals import diff_lines
from ops_console.web.rules.versions import IN_FORCE, version_rows

router = APIRouter()

YAML = "application/yaml"


@router.get("/rules")
def in_force(request: Request, desk: AtDesk, session: SignedIn) -> Response:
    """What counts today, entry by entry, and every version."""
    console = desk.console
    today = console.facility.time.day(console.clock.now())
    with console.asking() as (db, ready):
        number = ready.rules.on(today).number
        found = store.rules.version(db, number)
    return _page(request, desk, found, draft=unsaved(desk, session))


@router.get("/rules/compare")
def compare(
    request: Request, desk: AtDesk, _: SignedIn, before: str = "", after: str = ""
) -> Response:
    """Two versions, line by line."""
    old, new = _find(desk, before), _find(desk, after)
    values = {"before": old, "after": new, "diff": diff_lines(old.text, new.text)}
    return desk.pages.show(request, "rules/compare.html", values, here="/rules")


@router.get("/rules/versions/{number}")
def version(request: Request, desk: AtDesk, _: SignedIn, number: str) -> Response:
    return _page(request, desk, _find(desk, number))


@router.get("/rules/versions/{number}/file")
def file(desk: AtDesk, _: SignedIn, number: str) -> Response:
    """The version as it was saved, to be kept elsewhere or edited with other tools."""
    found = _find(desk, number)
    name = f"{desk.console.facility.facility_id}-rules-{found.number}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.text.encode(), media_type=YAML, headers=headers)


@router.post("/rules/draft/drop")
def drop_draft(desk: AtDesk, session: SignedIn) -> Response:
    desk.sessions.drafts.pop(session.officer_id, None)
    session.tell("The unsaved text is thrown away.")
    return RedirectResponse("/rules", status_code=303)


def _find(desk: Desk, number: str) -> RulesVersion:
    with desk.console.readers.read() as db:
        found = store.rules.version(db, int(number)) if number.isdecimal() else None
    if found is None:
        raise HTTPException(404)
    return found


def _page(
    request: Request, desk: Desk, shown: RulesVersion | None, draft: object = None
) -> Response:
    console = desk.console
    today = console.facility.time.day(console.clock.now())
    with console.asking() as (db, ready):
        rows = version_rows(store.rules.versions(db), ready.rules, today, desk.pages.wall)
        named = {unit.unit_id: unit.name for unit in store.facility.units(db)}
        names = {path: named[unit_id] for unit_id, path in store.facility.paths(db).items()}
    book, fault = _book(shown)
    values = {
        "fault": fault,
        "shown": shown,
        "row": next((row for row in rows if shown and row.number == shown.number), None),
        "parts": parts_of(shown.text, book, today, names) if shown and book else (),
        "rows": rows,
        "later": [row for row in rows if row.mark.word == "Later"],
        "in_force": IN_FORCE,
        "draft": draft,
    }
    return desk.pages.show(request, "rules/rules.html", values, here="/rules")


def _book(shown: RulesVersion | None) -> tuple[Rulebook | None, Fault | None]:
    """Saved versions were read before; a later program may be stricter than the one that did: then
    the first fault."""
    try:
        return (read_rulebook(shown.text) if shown else None), None
    except RulesFileWrong as wrong:
        return None, wrong.faults[0]
