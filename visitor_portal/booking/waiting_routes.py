"""What a visitor presses at a place on the waiting list: take the time, or leave."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.booking.waits import leave, take_offer
from visitor_portal.forms import Posted, posted
from visitor_portal.session import current_visitor, portal_of
from visitor_portal.store import waiting
from visitor_portal.store.visitors import Visitor
from visits.model import Id

router = APIRouter(prefix="/waiting/{waiting_id}")
Form = Annotated[Posted, Depends(posted)]
Self = Annotated[Visitor, Depends(current_visitor)]


@router.post("/book")
def take(waiting_id: Id, request: Request, visitor: Self, _form: Form) -> Response:
    _check_own(request, waiting_id, visitor)
    visit_id = take_offer(portal_of(request), visitor, waiting_id)
    return RedirectResponse(f"/visits/{visit_id}", status_code=303)


@router.post("/leave")
def stop_waiting(waiting_id: Id, request: Request, visitor: Self, _form: Form) -> Response:
    _check_own(request, waiting_id, visitor)
    leave(portal_of(request), visitor, waiting_id)
    return RedirectResponse("/home", status_code=303)


def _check_own(request: Request, waiting_id: str, visitor: Visitor) -> None:
    """Raises 404 for a place that is not there or not this visitor's."""
    with portal_of(request).store.read() as connection:
        if waiting.find(connection, waiting_id, visitor.visitor_id) is None:
            raise HTTPException(404)
