"""The page of open times: how to visit, when, or wait for a time that comes free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.booking import reasons
from visitor_portal.booking.choice import Choice, channels_for, choose, posted_choice
from visitor_portal.booking.times import by_day, open_times, published
from visitor_portal.booking.waits import USUAL, choosable_days, parse_days, start_waiting
from visitor_portal.forms import Posted, posted
from visitor_portal.pages import TRY_AGAIN_HEADER, render, tongue_of
from visitor_portal.portal import Facility, Portal
from visitor_portal.session import current_visitor, portal_of
from visitor_portal.store import access, waiting
from visitor_portal.store.access import Approval
from visitor_portal.store.visitors import Visitor
from visitor_portal.store.waiting import Wait
from visitor_portal.words import mark
from visits.errors import VisitorMustAct
from visits.messages import CalendarSlot
from visits.model import Id

router = APIRouter(prefix="/people/{facility_id}/{approval_id}")
Form = Annotated[Posted, Depends(posted)]
Self = Annotated[Visitor, Depends(current_visitor)]

CHANGED_MEANWHILE = mark("What you chose is not possible any more. Look at the open times again.")


@router.get("")
def show_times(facility_id: Id, approval_id: Id, request: Request, visitor: Self) -> Response:
    portal = portal_of(request)
    approval = approval_of(portal, facility_id, approval_id, visitor)
    if not approval.bookable:
        return _nothing_page(request, approval)
    asked = request.query_params
    calendar = _calendar(portal, approval)
    choice = choose(
        approval,
        calendar,
        asked.get("kind", ""),
        asked.get("channel", ""),
        asked.getlist("with"),
    )
    return _times_page(request, visitor, approval, choice, calendar=calendar)


@router.post("/wait")
def wait(facility_id: Id, approval_id: Id, request: Request, visitor: Self, form: Form) -> Response:
    portal = portal_of(request)
    approval = approval_of(portal, facility_id, approval_id, visitor)
    facility = portal.facility(facility_id)
    choice = posted_choice(approval, form.fields)
    if choice is None or not approval.bookable:
        return gone(request, approval, CHANGED_MEANWHILE)
    days, wrong = parse_days(form.fields, portal.clock.now(), facility.time)
    if days is None:
        calendar = _calendar(portal, approval)
        return _times_page(
            request, visitor, approval, choice, calendar=calendar, typed=form, wrong=wrong
        )
    try:
        waiting_id = start_waiting(portal, visitor, approval, choice, days)
    except VisitorMustAct as no:
        return gone(request, approval, str(no))
    return RedirectResponse(f"/home#wait-{waiting_id}", status_code=303)


def _nothing_page(request: Request, approval: Approval) -> Response:
    facility = portal_of(request).facility(approval.facility_id)
    return render(
        request,
        "booking/no_times.html",
        approval=approval,
        facility=facility,
        live_page=True,
        silent=[] if facility.answering else [facility],
    )


def _times_page(
    request: Request,
    visitor: Visitor,
    approval: Approval,
    choice: Choice,
    *,
    calendar: Sequence[CalendarSlot],
    typed: Posted | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    portal, tongue = portal_of(request), tongue_of(request)
    facility = portal.facility(approval.facility_id)
    wanted = choice.wanted(visitor.visitor_id, approval)
    found = open_times(portal, facility, wanted, calendar)
    offered = channels_for(calendar, [choice.kind])
    page = render(
        request,
        "booking/times.html",
        status=422 if wrong else 200,
        wrong=wrong or {},
        approval=approval,
        facility=facility,
        choice=choice,
        kinds=reasons.kind_choices(tongue, approval.kinds),
        channels=reasons.channel_choices(tongue, offered),
        companions=[(one.person_id, one.name, "") for one in approval.companions],
        found=found,
        why=reasons.refusal_texts(tongue, found.refusals),
        days=by_day(found.slots, facility.time),
        lengths=len({slot.length for slot in found.slots}),
        waits=_waits(portal, visitor, approval, choice),
        **_waiting_form(portal, facility, typed or Posted()),
        live_page=True,
        silent=[] if facility.answering else [facility],
    )
    if facility.answering and not found.exact:
        page.headers[TRY_AGAIN_HEADER] = "1"
    return page


def _waiting_form(portal: Portal, facility: Facility, typed: Posted) -> dict[str, object]:
    days = choosable_days(portal.clock.now(), facility.time)
    return {
        "choosable_days": days,
        "first_day": typed["first_day"] or days[0].isoformat(),
        "last_day": typed["last_day"] or days[USUAL.days].isoformat(),
    }


def _waits(portal: Portal, visitor: Visitor, approval: Approval, choice: Choice) -> list[Wait]:
    """Where the visitor waits for such a visit already."""
    with portal.store.read() as connection:
        waits = waiting.of_visitor(connection, visitor.visitor_id)
    wanted = choice.wanted(visitor.visitor_id, approval)
    return [
        one
        for one in waits
        if one.going_on and (one.facility_id, one.wanted) == (approval.facility_id, wanted)
    ]


def _calendar(portal: Portal, approval: Approval) -> Sequence[CalendarSlot]:
    with portal.store.read() as connection:
        return published(connection, approval)


def approval_of(portal: Portal, facility_id: str, approval_id: str, visitor: Visitor) -> Approval:
    """Raises 404 for an approval that is not there or not this visitor's."""
    with portal.store.read() as connection:
        found = access.find_approval(connection, facility_id, approval_id, visitor.visitor_id)
    if found is None:
        raise HTTPException(404)
    return found


def gone(request: Request, approval: Approval, why: str) -> Response:
    """The page that says what to do where a choice came to nothing."""
    return render(request, "booking/gone.html", status=409, approval=approval, why=why)
