"""One visit's page, and its end in two steps: reason, then confirmation."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.store import devices, visits
from ops_console.store.visits import Visit
from ops_console.usecases import cancel_visit, end_visit
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SignedIn
from ops_console.web.layout.words import KIND_WORDS, STATUS_MARKS
from ops_console.web.today.rows import detail
from ops_console.web.visit.rows import history_rows, reason_text, stop_for, title_of
from visits.lifecycle import VisitEvent

router = APIRouter()

NO_REASON = "Choose a reason or write one."
MEANWHILE = "The visit changed while you were deciding. Look at what this would do now."


@router.get("/visits/{visit_id}")
def show(request: Request, desk: AtDesk, _: SignedIn, visit_id: str) -> Response:
    """Who, what, when and why, from the first request to the end."""
    return _page(request, desk, _find(desk, visit_id))


@router.post("/visits/{visit_id}/stop")
def ask_to_stop(
    request: Request, desk: AtDesk, _: SignedIn, typed: Typed, visit_id: str
) -> Response:
    """The confirmation: what stopping this visit would do."""
    visit = _find(desk, visit_id)
    stop = stop_for(visit.status)
    if stop is None:
        return RedirectResponse(f"/visits/{visit_id}", status_code=303)
    reason = reason_text(typed.get("reason", ""), typed.get("more", ""), stop.reasons)
    if not reason:
        return _page(request, desk, visit, error=NO_REASON, more=typed.get("more", ""))
    return _confirm(request, desk, visit, reason)


@router.post("/visits/{visit_id}/stop/confirmed")
def stop_it(
    request: Request, desk: AtDesk, session: SignedIn, typed: Typed, visit_id: str
) -> Response:
    """Stops the visit, if it can still be stopped in the way that was confirmed."""
    visit = _find(desk, visit_id)
    stop = stop_for(visit.status)
    if stop is None:
        session.tell("This visit is already over. Nothing was changed.")
        return RedirectResponse(f"/visits/{visit_id}", status_code=303)
    reason = typed.get("reason", "").strip()
    if typed.get("event") != stop.event:
        return _confirm(request, desk, visit, reason, warning=MEANWHILE)
    use_case = cancel_visit if stop.event is VisitEvent.CANCEL else end_visit
    use_case(desk.console, session.officer_id, visit_id, reason)
    session.tell(
        "The visit is cancelled and the visitor has been told."
        if stop.event is VisitEvent.CANCEL
        else "The visit is ended."
    )
    return RedirectResponse(f"/visits/{visit_id}", status_code=303)


def _find(desk: Desk, visit_id: str) -> Visit:
    with desk.console.readers.read() as db:
        visit = visits.visit(db, visit_id)
    if visit is None:
        raise HTTPException(404)
    return visit


def _page(
    request: Request, desk: Desk, visit: Visit, *, error: str = "", more: str = ""
) -> Response:
    with desk.console.readers.read() as db:
        lines = visits.history(db, visit.visit_id)
        reasons = visits.refusals(db, visit.visit_id)
        board = devices.terminal_board(db)
    names = {it.terminal.terminal_id: it.terminal.name for it in board}
    online = {it.terminal.terminal_id: it.online for it in board}
    values = {
        "visit": visit,
        "title": title_of(visit),
        "mark": STATUS_MARKS[visit.status],
        "detail": detail(visit, desk.console.clock.now()),
        "kind_words": KIND_WORDS[visit.kind],
        "online": online.get(visit.terminal_id or ""),
        "rows": history_rows(lines, names, desk.pages.wall),
        "reasons": reasons,
        "stop": stop_for(visit.status),
        "error": error,
        "more": more,
    }
    status = 422 if error else 200
    return desk.pages.show(request, "visit/visit.html", values, here="/today", status=status)


def _confirm(
    request: Request, desk: Desk, visit: Visit, reason: str, *, warning: str = ""
) -> Response:
    values = {
        "visit": visit,
        "title": title_of(visit),
        "mark": STATUS_MARKS[visit.status],
        "stop": stop_for(visit.status),
        "reason": reason,
        "warning": warning,
    }
    return desk.pages.show(request, "visit/confirm.html", values, here="/today")
