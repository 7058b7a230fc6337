"""Server-sent events: tells an open page that something of its visitor's changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from visitor_portal.guard import find_visitor
from visitor_portal.portal import Portal
from visitor_portal.session import current_visitor, digest, portal_of, session_secret
from visitor_portal.store.visitors import Visitor
from visits.model import VisitorId

router = APIRouter()
HEARTBEAT_S = 15.0


@router.get("/live")
async def live(
    request: Request, visitor: Annotated[Visitor, Depends(current_visitor)]
) -> StreamingResponse:
    """Raises 429 when this visitor has too many pages open."""
    portal = portal_of(request)
    if portal.changes.full(visitor.visitor_id):
        raise HTTPException(429)
    session_digest = digest(session_secret(request))
    return StreamingResponse(
        _events(portal, visitor.visitor_id, session_digest), media_type="text/event-stream"
    )


async def _events(portal: Portal, visitor_id: VisitorId, session_digest: str) -> AsyncIterator[str]:
    """Ends with the session, at the latest one heartbeat after it."""
    with portal.changes.listener(visitor_id) as listener:
        yield "retry: 2000\n\n"
        while not portal.changes.closed:
            changed = await listener.wait(HEARTBEAT_S)
            if portal.changes.closed or not await _still_in(portal, session_digest):
                return
            yield "event: changed\ndata: \n\n" if changed else ": still here\n\n"


async def _still_in(portal: Portal, session_digest: str) -> bool:
    return await run_in_threadpool(find_visitor, portal, session_digest) is not None
