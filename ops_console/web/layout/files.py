"""The files that pages link to: styles, modules, the icon and the design tokens."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from ops_console.web.desk import AtDesk

A_YEAR = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

router = APIRouter()


@router.get("/assets/{name}")
def asset(name: str, request: Request, desk: AtDesk, v: str = "") -> Response:
    """A named file; kept by the browser for as long as its version stands in the address."""
    found = desk.pages.assets.get(name)
    if found is None:
        raise HTTPException(404)
    headers = {
        "ETag": f'"{found.version}"',
        "Cache-Control": A_YEAR if v == found.version else ASK_AGAIN,
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
