"""Pages of home, past visits and access requests."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.booking import reasons
from visitor_portal.booking.asking import ask_for_access, parse_wish
from visitor_portal.booking.companions import MOST, rows_shown
from visitor_portal.booking.home import build_home, door_open, past
from visitor_portal.booking.lost import facility_failed
from visitor_portal.forms import Posted, posted
from visitor_portal.pages import render, tongue_of
from visitor_portal.session import current_visitor, portal_of
from visitor_portal.store import access, visits, waiting
from visitor_portal.store.visitors import Visitor
from visitor_portal.store.waiting import Wait
from visitor_portal.words import Tongue
from visits.errors import VisitorMustAct
from visits.model import Id

router = APIRouter()
Form = Annotated[Posted, Depends(posted)]
Self = Annotated[Visitor, Depends(current_visitor)]


@router.get("/home")
def home(request: Request, visitor: Self) -> Response:
    portal, who = portal_of(request), visitor.visitor_id
    with portal.store.read() as connection:
        rows = build_home(
            visits.of_visitor(connection, who),
            access.requests_of(connection, who),
            access.approvals_of(connection, who),
            waiting.of_visitor(connection, who),
            portal.clock.now(),
        )
    tongue = tongue_of(request)
    return render(
        request,
        "booking/home.html",
        home=rows,
        tags={visit.visit_id: reasons.status_tag(tongue, visit) for visit in rows.coming},
        causes={visit.visit_id: reasons.cause_text(tongue, visit.cause) for visit in rows.news},
        why={
            wait.waiting_id: reasons.refusal_texts(tongue, wait.refusals)
            for wait in rows.ended_waits
        },
        about={
            wait.waiting_id: _about(tongue, wait)
            for wait in (*rows.offers, *rows.waits, *rows.ended_waits)
        },
        door_is_open=rows.next is not None and door_open(rows.next, portal.clock.now()),
        live_page=True,
        silent=[one for one in portal.facilities.values() if not one.answering],
    )


def _about(tongue: Tongue, wait: Wait) -> str:
    """Family, at home by video, with Leo: what is waited for, in a line."""
    kind = reasons.kind_name(tongue, wait.kind)
    how = f"{kind}. {reasons.channel_name(tongue, wait.channel)}"
    return reasons.party(tongue, how, wait.with_names)


@router.get("/history")
def history(request: Request, visitor: Self) -> Response:
    portal = portal_of(request)
    with portal.store.read() as connection:
        rows = past(visits.of_visitor(connection, visitor.visitor_id), portal.clock.now())
    tongue = tongue_of(request)
    return render(
        request,
        "booking/history.html",
        rows=[
            (
                visit,
                reasons.status_tag(tongue, visit),
                reasons.cause_text(tongue, visit.cause),
                facility_failed(tongue, visit),
            )
            for visit in rows
        ],
    )


@router.get("/ask")
def ask(request: Request) -> Response:
    return _ask_page(request, Posted())


@router.post("/ask")
def send_ask(request: Request, visitor: Self, form: Form) -> Response:
    portal = portal_of(request)
    if form["more"]:
        return _ask_page(request, form)
    wish, wrong = parse_wish(form.fields, portal.facilities, portal.clock.now())
    if wish is None:
        return _ask_page(request, form, wrong)
    try:
        request_id = ask_for_access(portal, visitor, wish)
    except VisitorMustAct as no:
        return _ask_page(request, form, {"inmate_number": str(no)})
    return RedirectResponse(f"/requests/{request_id}", status_code=303)


def _ask_page(request: Request, typed: Posted, wrong: dict[str, str] | None = None) -> Response:
    return render(
        request,
        "booking/ask.html",
        status=422 if wrong else 200,
        wrong=wrong or {},
        typed=typed,
        kinds=reasons.kind_choices(tongue_of(request)),
        people=rows_shown(typed.fields, add=bool(typed["more"])),
        most_people=MOST,
    )


@router.get("/requests/{request_id}")
def access_request(request_id: Id, request: Request, visitor: Self) -> Response:
    portal = portal_of(request)
    with portal.store.read() as connection:
        found = access.find_request(connection, request_id, visitor.visitor_id)
        if found is None:
            raise HTTPException(404)
        approval = access.find_approval(
            connection, found.facility_id, found.approval_id or "", visitor.visitor_id
        )
    facility = portal.facility(found.facility_id)
    return render(
        request,
        "booking/request.html",
        asked=found,
        facility=facility,
        kind=reasons.kind_name(tongue_of(request), found.kind),
        may_come={one.person_id for one in approval.companions} if approval else set(),
        live_page=True,
        silent=[] if facility.answering else [facility],
    )
