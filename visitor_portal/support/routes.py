"""Pages of help and language."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.forms import inside
from visitor_portal.pages import LANGUAGE_COOKIE, render
from visitor_portal.session import portal_of
from visitor_portal.words import LANGUAGES

router = APIRouter()
_YEAR_S = 365 * 24 * 3600


@router.get("/help")
def help_page(request: Request) -> Response:
    facilities = tuple(portal_of(request).facilities.values())
    return render(request, "support/help.html", facilities=facilities)


@router.get("/language/{code}")
def choose_language(code: str, request: Request, next: str = "/") -> Response:  # noqa: A002 - the name of the query field
    """Remembers the language in this browser and goes back to the page."""
    if code not in LANGUAGES:
        raise HTTPException(404)
    portal = portal_of(request)
    response = RedirectResponse(inside(next) or "/", status_code=303)
    response.set_cookie(
        LANGUAGE_COOKIE, code, max_age=_YEAR_S, secure=portal.secure, samesite="lax"
    )
    return response
