"""Pages of open times: choose one, check it, book it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.booking import reasons
from visitor_portal.booking.bookings import book, find_slot, why_not
from visitor_portal.booking.times import bookable, by_day
from visitor_portal.forms import Posted, posted
from visitor_portal.pages import render, tongue_of
from visitor_portal.portal import Portal
from visitor_portal.session import current_visitor, portal_of
from visitor_portal.store import access
from visitor_portal.store.access import Approval
from visitor_portal.store.visitors import Visitor
from visitor_portal.words import mark
from visits.errors import VisitorMustAct
from visits.model import Id, VisitKind

router = APIRouter()
Form = Annotated[Posted, Depends(posted)]
Self = Annotated[Visitor, Depends(current_visitor)]


@router.get("/people/{facility_id}/{approval_id}")
def open_times(facility_id: Id, approval_id: Id, request: Request, visitor: Self) -> Response:
    portal = portal_of(request)
    approval = _approval(portal, facility_id, approval_id, visitor)
    facility = portal.facility(facility_id)
    with portal.store.read() as connection:
        slots = bookable(connection, approval, portal.clock.now())
    return render(
        request,
        "booking/times.html",
        approval=approval,
        facility=facility,
        days=by_day(slots, facility.time),
        live_page=True,
        silent=[] if facility.answering else [facility],
    )


@router.get("/people/{facility_id}/{approval_id}/book")
def check_booking(
    facility_id: Id, approval_id: Id, starts: datetime, request: Request, visitor: Self
) -> Response:
    portal = portal_of(request)
    approval = _approval(portal, facility_id, approval_id, visitor)
    return _check_page(request, approval, starts)


@router.post("/people/{facility_id}/{approval_id}/book")
def send_booking(
    facility_id: Id, approval_id: Id, request: Request, visitor: Self, form: Form
) -> Response:
    portal = portal_of(request)
    approval = _approval(portal, facility_id, approval_id, visitor)
    starts = _instant(form["starts"])
    only = approval.kinds[0].value if len(approval.kinds) == 1 else ""
    kind = form["kind"] or only
    if kind not in approval.kinds:
        wrong = {"kind": mark("Choose what kind of visit it is.")}
        return _check_page(request, approval, starts, wrong)
    try:
        visit_id = book(portal, visitor, approval, VisitKind(kind), starts)
    except VisitorMustAct as no:
        return _gone(request, approval, str(no))
    return RedirectResponse(f"/visits/{visit_id}", status_code=303)


def _check_page(
    request: Request, approval: Approval, starts: datetime, wrong: dict[str, str] | None = None
) -> Response:
    portal = portal_of(request)
    with portal.store.read() as connection:
        zoned = starts.tzinfo is not None
        slot = find_slot(connection, approval, starts, portal.clock.now()) if zoned else None
    if slot is None:
        return _gone(request, approval, why_not(approval))
    facility = portal.facility(approval.facility_id)
    return render(
        request,
        "booking/check.html",
        status=422 if wrong else 200,
        wrong=wrong or {},
        approval=approval,
        facility=facility,
        slot=slot,
        kinds=reasons.kind_choices(tongue_of(request), approval.kinds),
        silent=[] if facility.answering else [facility],
    )


def _gone(request: Request, approval: Approval, why: str) -> Response:
    return render(request, "booking/gone.html", status=409, approval=approval, why=why)


def _approval(portal: Portal, facility_id: str, approval_id: str, visitor: Visitor) -> Approval:
    with portal.store.read() as connection:
        found = access.find_approval(connection, facility_id, approval_id, visitor.visitor_id)
    if found is None:
        raise HTTPException(404)
    return found


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as cause:
        raise HTTPException(404) from cause
    if instant.tzinfo is None:
        raise HTTPException(404)
    return instant
