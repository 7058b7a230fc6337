"""The line of live changes: server-sent events that name what changed, never its content."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from ops_console.web.desk import AtDesk, Desk
from ops_console.web.gate import session_cookie

SILENCE_S = 15.0
"""A comment is sent after this long without news, so that a dead line shows itself."""

router = APIRouter()


@router.get("/live")
async def live(request: Request, desk: AtDesk) -> StreamingResponse:
    """`changed` with a topic, whenever one changes; `ended` when the session does."""
    lines = _lines(desk, session_cookie(request.scope))
    return StreamingResponse(lines, media_type="text/event-stream")


async def _lines(desk: Desk, token: str) -> AsyncIterator[str]:
    with desk.console.changes.subscribe() as feed:
        yield "event: hello\nretry: 2000\ndata: live\n\n"
        while not feed.closed:
            told = await feed.wait(SILENCE_S)
            if desk.sessions.find(token, in_use=False) is None:
                yield "event: ended\ndata: session\n\n"
                return
            for topic in sorted(told):
                yield f"event: changed\ndata: {topic}\n\n"
            if not told:
                yield ": still here\n\n"
