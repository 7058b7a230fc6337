"""The page that tries camera, microphone and speaker, reachable at any time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import StringConstraints
from starlette.requests import Request

from visitor_portal.pages import render, tongue_of
from visitor_portal.visit.device_check.rows import check_words

router = APIRouter()

VisitOrNone = Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]{0,62})?$")]


@router.get("/visit/check")
def check(request: Request, visit: VisitOrNone = "") -> HTMLResponse:
    """With `visit`, "Continue" leads into that visit's room."""
    return render(
        request,
        "visit/device_check/device_check.html",
        visit_id=visit,
        words=check_words(tongue_of(request)),
    )
