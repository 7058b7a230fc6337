"""The page of one visit's room, and its WebSocket."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, WebSocket
from fastapi.responses import RedirectResponse, Response
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from visitor_portal.pages import render, tongue_of
from visitor_portal.portal import Portal
from visitor_portal.session import current_visitor, portal_of, same_origin
from visitor_portal.store import visits
from visitor_portal.store.visitors import Visitor
from visitor_portal.store.visits import PortalVisit
from visitor_portal.visit.room.conversation import Conversation
from visitor_portal.visit.room.rows import recording_notice, room_settings, room_words
from visitor_portal.visit.room.switchboard import Seat, Switchboard
from visits.model import VisitId, VisitorId

NOT_YOURS = 4404
PageId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


def make_router(board: Switchboard) -> APIRouter:
    """`board` is shared with the handlers of the facilities' lines."""
    router = APIRouter()

    @router.get("/visit/{visit_id}")
    def room(
        visit_id: VisitId, request: Request, visitor: Annotated[Visitor, Depends(current_visitor)]
    ) -> Response:
        portal = portal_of(request)
        visit = _find(portal, visit_id, visitor.visitor_id)
        if visit is None:
            raise HTTPException(404)
        if not visit.remote:
            return RedirectResponse(f"/visits/{visit_id}", status_code=303)
        tongue = tongue_of(request)
        return render(
            request,
            "visit/room/room.html",
            visit=visit,
            facility=portal.facility(visit.facility_id),
            words=room_words(tongue, visit),
            notice=recording_notice(tongue, visit.kind),
            settings=room_settings(portal, visit),
        )

    @router.websocket("/visit/{visit_id}/signal")
    async def signal(
        visit_id: VisitId,
        page: PageId,
        socket: WebSocket,
        visitor: Annotated[Visitor, Depends(current_visitor)],
    ) -> None:
        if not same_origin(socket):
            await socket.close()
            return
        await socket.accept()
        portal = portal_of(socket)
        visit = await run_in_threadpool(_find, portal, visit_id, visitor.visitor_id)
        if visit is None or not visit.remote:
            await socket.close(NOT_YOURS)
            return
        attendance = board.attendance(visit_id, visitor.visitor_id, page)
        seat = Seat(visit.facility_id, attendance)
        board.take(seat)
        try:
            facility = portal.facility(visit.facility_id)
            tongue = tongue_of(socket)
            conversation = Conversation(portal, facility, visit, seat, socket=socket, tongue=tongue)
            await conversation.hold()
        finally:
            board.leave(seat)

    return router


def _find(portal: Portal, visit_id: VisitId, visitor_id: VisitorId) -> PortalVisit | None:
    with portal.store.read() as connection:
        return visits.find(connection, visit_id, visitor_id)
