"""One visit's page, and its end in two steps: reason, then confirmation."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.store import charges, devices, quality, recordings, visits
from ops_console.store.visits import Visit
from ops_console.usecases import (
    approve_waiting_visit,
    cancel_visit,
    end_visit,
    refuse_waiting_visit,
)
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SignedIn
from ops_console.web.layout.lost import lost_to_facility, lost_words
from ops_console.web.layout.words import CHANNEL_WORDS, KIND_WORDS, STATUS_MARKS
from ops_console.web.rules.parts import entry_names
from ops_console.web.today.rows import detail
from ops_console.web.visit.quality import picture_of
from ops_console.web.visit.rows import (
    history_rows,
    reason_text,
    recorded_words,
    stop_for,
    title_of,
    with_names,
)
from visits.lifecycle import VisitEvent
from visits.model import VisitStatus

router = APIRouter()

OFFICER = "officer"
"""Whose yes a visit may wait for, in the words of the rules."""

MOST_LETTERS = 500
WRITE_A_REASON = "Write the reason. It is kept in the record."
TOO_LONG = "Use 500 letters or fewer."
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


@router.post("/visits/{visit_id}/approve")
def approve(desk: AtDesk, session: SignedIn, visit_id: str, typed: Typed) -> Response:
    """An officer's yes to a visit that waits for it."""
    visit = _find(desk, visit_id)
    approve_waiting_visit(desk.console, session.officer_id, visit_id, typed.get("reason", ""))
    session.tell(f"The visit of {title_of(visit)} is booked and the visitor has been told.")
    return RedirectResponse(_then(typed, visit_id), status_code=303)


@router.post("/visits/{visit_id}/refuse")
def refuse(
    request: Request, desk: AtDesk, session: SignedIn, visit_id: str, typed: Typed
) -> Response:
    """An officer's no, with the reason for the record."""
    visit, words = _find(desk, visit_id), typed.get("reason", "").strip()
    if not words or len(words) > MOST_LETTERS:
        problem = TOO_LONG if words else WRITE_A_REASON
        return _page(request, desk, visit, no_error=problem, refusal_words=words)
    refuse_waiting_visit(desk.console, session.officer_id, visit_id, words)
    session.tell(f"The visit of {title_of(visit)} is refused and the visitor has been told.")
    return RedirectResponse(f"/visits/{visit_id}", status_code=303)


def _then(typed: Typed, visit_id: str) -> str:
    """Back to the day's list, if the answer was given there."""
    return "/today" if typed.get("from") == "today" else f"/visits/{visit_id}"


def _entries(desk: Desk) -> frozenset[str]:
    """The entries of the rules in force to which a reason can link."""
    console = desk.console
    with console.asking() as (_, ready):
        return entry_names(ready.rules.on(console.facility.time.day(console.clock.now())).book)


def _find(desk: Desk, visit_id: str) -> Visit:
    with desk.console.readers.read() as db:
        visit = visits.visit(db, visit_id)
    if visit is None:
        raise HTTPException(404)
    return visit


def _page(
    request: Request,
    desk: Desk,
    visit: Visit,
    *,
    error: str = "",
    more: str = "",
    no_error: str = "",
    refusal_words: str = "",
) -> Response:
    with desk.console.readers.read() as db:
        lines = visits.history(db, visit.visit_id)
        reasons = visits.refusals(db, visit.visit_id)
        board = devices.terminal_board(db)
        judged = quality.judged(db, visit.visit_id)
        page = quality.samples(db, visit.visit_id, "visitor")
        terminal = quality.samples(db, visit.visit_id, "terminal")
        charged = charges.of(db, visit.visit_id)
        closed = len(recordings.of_visit(db, visit.visit_id))
    names = {it.terminal.terminal_id: it.terminal.name for it in board}
    online = {it.terminal.terminal_id: it.online for it in board}
    values = {
        "visit": visit,
        "title": title_of(visit),
        "mark": STATUS_MARKS[visit.status],
        "recordings": closed and not visit.kind.privileged,
        "recorded_words": recorded_words(
            visit, by_policy=desk.console.policy.records(visit.kind), recordings=closed
        ),
        "detail": detail(visit, desk.console.clock.now()),
        "kind_words": KIND_WORDS[visit.kind],
        "channel_words": CHANNEL_WORDS[visit.channel],
        "entries": _entries(desk),
        "decides": visit.status is VisitStatus.HELD and visit.waits_for == OFFICER,
        "refusal_words": refusal_words,
        "no_error": no_error,
        "online": online.get(visit.terminal_id or ""),
        "charged_by": charged,
        "rows": history_rows(lines, names, desk.pages.wall, judged),
        "picture": picture_of(visit.slot, page, terminal, judged, desk.pages.wall),
        "lost": lost_words(lost_to_facility(judged, desk.console.clock.now())) if judged else "",
        "reasons": [replace(it, officer=with_names(it.officer, visit)) for it in reasons],
        "stop": stop_for(visit.status),
        "error": error,
        "more": more,
    }
    status = 422 if error or no_error else 200
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
