"""Approvals: who may visit whom, and the withdrawal with a preview of what it cancels."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.store import approvals, facts, visits
from ops_console.store.approvals import Approval
from ops_console.store.visits import Visit
from ops_console.usecases import withdraw_approval
from ops_console.web.access.rows import CompanionRow, age_on
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.facts.sheet import Card, card_of, inmate_sheet, person_sheet
from ops_console.web.gate import SignedIn
from ops_console.web.layout.words import KIND_WORDS, STATUS_MARKS, counted
from ops_console.web.visit.rows import reason_text

router = APIRouter()

REASONS = (
    "A protection order forbids contact",
    "Visiting rules were broken",
    "The visitor asked for it",
    "The inmate asked for it",
    "Approved by mistake",
)
NO_REASON = "Choose a reason or write one."


@router.get("/approvals")
def listing(
    request: Request, desk: AtDesk, _: SignedIn, search: str = "", withdrawn: str = ""
) -> Response:
    """Approvals whose visitor or inmate fits `search`."""
    with desk.console.readers.read() as db:
        found = approvals.approvals(db, search[:120], active=None if withdrawn else True)
        waiting = approvals.count_waiting(db)
    values = {
        "approvals": found,
        "search": search[:120],
        "withdrawn": bool(withdrawn),
        "waiting": waiting,
        "kind_words": KIND_WORDS,
        "tab": "approvals",
    }
    return desk.pages.show(request, "access/approvals.html", values, here="/access")


@router.get("/approvals/{approval_id}")
def show(request: Request, desk: AtDesk, _: SignedIn, approval_id: str) -> Response:
    return _page(request, desk, _find(desk, approval_id))


@router.post("/approvals/{approval_id}/withdraw")
def ask_to_withdraw(
    request: Request, desk: AtDesk, _: SignedIn, typed: Typed, approval_id: str
) -> Response:
    """The preview: which visits the withdrawal would cancel or end."""
    approval = _find(desk, approval_id)
    reason = reason_text(typed.get("reason", ""), typed.get("more", ""), REASONS)
    if not reason:
        return _page(request, desk, approval, error=NO_REASON)
    values = {
        "approval": approval,
        "reason": reason,
        "visits": _still_open(desk, approval_id),
        "status_marks": STATUS_MARKS,
    }
    return desk.pages.show(request, "access/withdraw.html", values, here="/access")


@router.post("/approvals/{approval_id}/withdraw/confirmed")
def withdraw(desk: AtDesk, session: SignedIn, typed: Typed, approval_id: str) -> Response:
    approval = _find(desk, approval_id)
    done = withdraw_approval(
        desk.console, session.officer_id, approval_id, typed.get("reason", "").strip()
    )
    session.tell(
        f"{approval.visitor_name} may no longer visit {approval.inmate_name}: "
        f"{counted(done.cancelled, 'visit')} cancelled, {counted(done.ended, 'visit')} ended."
    )
    return RedirectResponse(f"/approvals/{approval_id}", status_code=303)


def _find(desk: Desk, approval_id: str) -> Approval:
    with desk.console.readers.read() as db:
        found = approvals.approval(db, approval_id)
    if found is None:
        raise HTTPException(404)
    return found


def _companions(desk: Desk, approval: Approval) -> list[CompanionRow]:
    """Who may come along under the approval."""
    today = desk.console.facility.time.day(desk.console.clock.now())
    found = []
    with desk.console.readers.read() as db:
        for person_id, name in facts.companions_of(db, approval.approval_id).items():
            person = facts.person(db, person_id)
            if person is not None and person.born_on is not None:
                to_inmate = person.relations.get(approval.inmate_id, "")
                age = age_on(person.born_on, today)
                found.append(CompanionRow(person_id, name, age, to_inmate))
    return found


def _asked(desk: Desk, approval: Approval) -> tuple[Card, ...]:
    """What the rules ask about the visitor, those who come along, and the inmate."""
    with desk.console.readers.read() as db:
        along = facts.companions_of(db, approval.approval_id)
    sheets = (
        *(person_sheet(desk.console, one) for one in (approval.visitor_id, *along)),
        inmate_sheet(desk.console, approval.inmate_id),
    )
    return tuple(card_of(one) for one in sheets if one is not None)


def _still_open(desk: Desk, approval_id: str) -> list[Visit]:
    """What a withdrawal would stop, the next first."""
    with desk.console.readers.read() as db:
        found = visits.of_approval(db, approval_id)
    return [visit for visit in reversed(found) if not visit.status.over]


def _page(request: Request, desk: Desk, approval: Approval, error: str = "") -> Response:
    with desk.console.readers.read() as db:
        found = visits.of_approval(db, approval.approval_id)
    values = {
        "approval": approval,
        "companions": _companions(desk, approval),
        "asked": _asked(desk, approval) if approval.active else (),
        "visits": found,
        "kind_words": KIND_WORDS,
        "status_marks": STATUS_MARKS,
        "reasons": REASONS,
        "error": error,
    }
    status = 422 if error else 200
    return desk.pages.show(request, "access/approval.html", values, here="/access", status=status)
