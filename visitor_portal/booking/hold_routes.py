"""Pages of a time that is kept for the visitor: hold it, check it, book it, or give it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.booking import reasons
from visitor_portal.booking.bookings import already, book_held
from visitor_portal.booking.choice import Choice, parse_slot, posted_choice
from visitor_portal.booking.holding import find, hold, look, release
from visitor_portal.booking.times_routes import CHANGED_MEANWHILE, approval_of, gone
from visitor_portal.forms import Posted, posted
from visitor_portal.pages import render, tongue_of
from visitor_portal.portal import Portal
from visitor_portal.session import current_visitor, portal_of
from visitor_portal.store.access import Approval
from visitor_portal.store.holds import Hold, HoldStanding
from visitor_portal.store.visitors import Visitor
from visits.errors import VisitorMustAct
from visits.model import Id, Slot, VisitId

router = APIRouter(prefix="/people/{facility_id}/{approval_id}")
Form = Annotated[Posted, Depends(posted)]
Self = Annotated[Visitor, Depends(current_visitor)]

MOST_ALTERNATIVES = 3


@router.post("/hold")
def send_hold(
    facility_id: Id, approval_id: Id, request: Request, visitor: Self, form: Form
) -> Response:
    portal = portal_of(request)
    approval = approval_of(portal, facility_id, approval_id, visitor)
    choice, slot = posted_choice(approval, form.fields), parse_slot(form["slot"])
    if choice is None or slot is None:
        return gone(request, approval, CHANGED_MEANWHILE)
    has = _visit_then(portal, visitor, approval, choice, slot)
    if has:
        return RedirectResponse(f"/visits/{has}", status_code=303)
    try:
        visit_id = hold(portal, visitor, approval, choice, slot)
    except VisitorMustAct as no:
        return gone(request, approval, str(no))
    return RedirectResponse(f"{_people(approval)}/book?hold={visit_id}", status_code=303)


@router.get("/book")
def check_booking(
    facility_id: Id, approval_id: Id, request: Request, visitor: Self, hold: str = ""
) -> Response:
    portal = portal_of(request)
    approval = approval_of(portal, facility_id, approval_id, visitor)
    found = look(portal, visitor, hold)
    if found is None or not _is_of(found, approval):
        raise HTTPException(404)
    if found.standing is HoldStanding.BOOKED:
        return RedirectResponse(f"/visits/{found.visit_id}", status_code=303)
    if found.standing is HoldStanding.RELEASED:
        return RedirectResponse(_times(found), status_code=303)
    return _check_page(request, visitor, approval, found)


@router.post("/book")
def send_booking(
    facility_id: Id, approval_id: Id, request: Request, visitor: Self, form: Form
) -> Response:
    portal = portal_of(request)
    approval = approval_of(portal, facility_id, approval_id, visitor)
    found = _own(portal, visitor, approval, form["hold"])
    if found.standing is HoldStanding.REFUSED:
        return RedirectResponse(f"{_people(approval)}/book?hold={found.visit_id}", status_code=303)
    try:
        visit_id = book_held(portal, visitor, found)
    except VisitorMustAct as no:
        return gone(request, approval, str(no))
    return RedirectResponse(f"/visits/{visit_id}", status_code=303)


@router.post("/release")
def send_release(
    facility_id: Id, approval_id: Id, request: Request, visitor: Self, form: Form
) -> Response:
    portal = portal_of(request)
    approval = approval_of(portal, facility_id, approval_id, visitor)
    found = _own(portal, visitor, approval, form["hold"])
    release(portal, visitor, found.visit_id)
    return RedirectResponse(_times(found), status_code=303)


def _check_page(request: Request, visitor: Visitor, approval: Approval, found: Hold) -> Response:
    portal, tongue = portal_of(request), tongue_of(request)
    facility = portal.facility(approval.facility_id)
    return render(
        request,
        "booking/check.html",
        approval=approval,
        facility=facility,
        hold=found,
        state=state_of(portal, found),
        why=reasons.refusal_texts(tongue, found.refusals),
        others=alternatives(found.alternatives, portal),
        choice=Choice.of(found.wanted),
        kind=reasons.kind_name(tongue, found.kind),
        channel=reasons.channel_name(tongue, found.channel),
        party=reasons.party(tongue, visitor.full_name, found.with_names),
        live_page=True,
        silent=[] if facility.answering else [facility],
    )


def state_of(portal: Portal, found: Hold) -> str:
    """kept, over, refused or not-kept: which page it is."""
    now = portal.clock.now()
    if found.standing is HoldStanding.REFUSED:
        return "refused"
    if found.standing is HoldStanding.HELD:
        return "kept" if found.kept(now) else "over"
    return "not-kept"


def alternatives(slots: tuple[Slot, ...], portal: Portal) -> list[Slot]:
    """The few that are worth a button: not yet begun."""
    now = portal.clock.now()
    return [slot for slot in slots if slot.starts_at > now][:MOST_ALTERNATIVES]


def _visit_then(
    portal: Portal, visitor: Visitor, approval: Approval, choice: Choice, slot: Slot
) -> VisitId | None:
    wanted = choice.wanted(visitor.visitor_id, approval)
    with portal.store.read() as connection:
        return already(connection, visitor.visitor_id, approval.facility_id, wanted, slot)


def _own(portal: Portal, visitor: Visitor, approval: Approval, visit_id: str) -> Hold:
    found = find(portal, visitor, visit_id)
    if found is None or not _is_of(found, approval):
        raise HTTPException(404)
    return found


def _is_of(found: Hold, approval: Approval) -> bool:
    theirs = (found.facility_id, found.approval_id)
    return theirs == (approval.facility_id, approval.approval_id)


def _people(approval: Approval) -> str:
    return f"/people/{approval.facility_id}/{approval.approval_id}"


def _times(found: Hold) -> str:
    choice = Choice.of(found.wanted)
    return f"/people/{found.facility_id}/{found.approval_id}?{choice.query}"
