"""Pages of one visit: asked, booked or not, cancel, calendar entry."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.booking import reasons
from visitor_portal.booking.bookings import cancel, may_cancel
from visitor_portal.booking.choice import Choice
from visitor_portal.booking.hold_routes import alternatives
from visitor_portal.booking.home import JOIN_OPENS, door_open, is_booked
from visitor_portal.booking.ics import calendar_entry
from visitor_portal.booking.lost import lost_texts
from visitor_portal.forms import Posted, posted
from visitor_portal.pages import render, tongue_of
from visitor_portal.portal import Portal
from visitor_portal.session import current_visitor, portal_of
from visitor_portal.store import receipts, visits
from visitor_portal.store.visitors import Visitor
from visitor_portal.store.visits import PortalVisit
from visitor_portal.words import mark
from visits.model import Id, VisitStatus
from visits.signing import Signed

router = APIRouter(prefix="/visits/{visit_id}")
Form = Annotated[Posted, Depends(posted)]
Self = Annotated[Visitor, Depends(current_visitor)]


@router.get("")
def one_visit(visit_id: Id, request: Request, visitor: Self) -> Response:
    portal, tongue = portal_of(request), tongue_of(request)
    visit = _visit(portal, visit_id, visitor)
    facility = portal.facility(visit.facility_id)
    if visit.unopened:
        with portal.store.write() as connection:
            visits.mark_opened(connection, visit_id)
    return render(
        request,
        "booking/visit.html",
        visit=visit,
        party=reasons.party(tongue, visitor.full_name, visit.with_names),
        channel=reasons.channel_name(tongue, visit.channel),
        choice=Choice(visit.kind, visit.channel, visit.companions),
        others=alternatives(visit.alternatives, portal),
        facility=facility,
        tag=reasons.status_tag(tongue, visit),
        why=reasons.refusal_texts(tongue, visit.refusals),
        cause=reasons.cause_text(tongue, visit.cause),
        kind=reasons.kind_name(tongue, visit.kind),
        booked=is_booked(visit),
        cancelling=reasons.cancel_pending(visit),
        may_cancel=may_cancel(visit),
        door_is_open=door_open(visit, portal.clock.now()),
        door_opens=visit.slot.starts_at - JOIN_OPENS,
        lost=lost_texts(tongue, visit, facility.time),
        receipt=_receipt(portal, visit),
        live_page=True,
        silent=[] if facility.answering or visit.status.over else [facility],
    )


@router.get("/receipt.json")
def receipt_file(visit_id: Id, request: Request, visitor: Self) -> Response:
    """Byte for byte as the facility wrote it: `visitline-verify` finds any other byte."""
    portal = portal_of(request)
    found = _receipt(portal, _visit(portal, visit_id, visitor))
    if found is None:
        raise HTTPException(404)
    headers = {"content-disposition": f'attachment; filename="receipt-{visit_id}.json"'}
    return Response(found.model_dump_json(), media_type="application/json", headers=headers)


@router.get("/cancel")
def ask_cancel(visit_id: Id, request: Request, visitor: Self) -> Response:
    portal = portal_of(request)
    visit = _visit(portal, visit_id, visitor)
    if not may_cancel(visit):
        return RedirectResponse(f"/visits/{visit_id}", status_code=303)
    return render(
        request, "booking/cancel.html", visit=visit, facility=portal.facility(visit.facility_id)
    )


@router.post("/cancel")
def send_cancel(visit_id: Id, request: Request, visitor: Self, _form: Form) -> Response:
    portal = portal_of(request)
    cancel(portal, _visit(portal, visit_id, visitor))
    return RedirectResponse(f"/visits/{visit_id}", status_code=303)


@router.get("/visit.ics")
def calendar_file(visit_id: Id, request: Request, visitor: Self) -> Response:
    portal = portal_of(request)
    visit = _visit(portal, visit_id, visitor)
    if not visit.status.holds_time or visit.status is VisitStatus.HELD:
        raise HTTPException(404)
    name, tongue = visit.inmate_name or portal.facility(visit.facility_id).name, tongue_of(request)
    sentence = mark("Video visit with %(name)s") if visit.remote else mark("Visit with %(name)s")
    text = calendar_entry(
        visit,
        summary=tongue.say(sentence, name=name),
        place=portal.facility(visit.facility_id).name,
        address=f"{portal.public_url}/visits/{visit.visit_id}",
        made=portal.clock.now(),
    )
    headers = {"content-disposition": 'attachment; filename="visit.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


def _visit(portal: Portal, visit_id: str, visitor: Visitor) -> PortalVisit:
    """Raises 404 for a visit that is not there or not this visitor's: nobody can tell which."""
    with portal.store.read() as connection:
        found = visits.find(connection, visit_id, visitor.visitor_id)
    if found is None:
        raise HTTPException(404)
    return found


def _receipt(portal: Portal, visit: PortalVisit) -> Signed | None:
    with portal.store.read() as connection:
        return receipts.find(connection, visit.facility_id, visit.visit_id, visit.visitor_id)
