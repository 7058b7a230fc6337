"""Pages of signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.accounts import sign_in as use
from visitor_portal.forms import Posted, client_address, inside, posted
from visitor_portal.pages import render
from visitor_portal.session import (
    give_session,
    portal_of,
    session_secret,
    take_session,
    visitor_if_any,
)
from visits.errors import VisitorMustAct, WaitAndRetry

router = APIRouter()
Form = Annotated[Posted, Depends(posted)]


@router.get("/")
def front(request: Request) -> Response:
    if visitor_if_any(request):
        return RedirectResponse("/home", status_code=303)
    return render(request, "accounts/front.html")


@router.get("/sign-in")
def ask(request: Request, next: str = "", made: str = "", left: str = "") -> Response:  # noqa: A002 - the name of the query field
    if visitor_if_any(request):
        return RedirectResponse("/home", status_code=303)
    return _ask(request, inside(next), "", made=made == "1", left=left == "1")


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    portal, onward = portal_of(request), inside(form["next"])
    try:
        secret = use.sign_in(portal, form["email"], form["password"], client_address(request))
    except VisitorMustAct as wrong:
        return _ask(request, onward, form["email"], error=str(wrong), status=422)
    except WaitAndRetry as wait:
        return _ask(request, onward, form["email"], error=str(wait), status=429)
    response = RedirectResponse(onward or "/home", status_code=303)
    give_session(response, portal, secret)
    return response


@router.post("/sign-out")
def sign_out(request: Request, _form: Form) -> Response:
    portal = portal_of(request)
    use.sign_out(portal, session_secret(request))
    response = RedirectResponse("/sign-in?left=1", status_code=303)
    take_session(response, portal)
    return response


def _ask(
    request: Request,
    onward: str,
    email: str,
    *,
    error: str = "",
    status: int = 200,
    made: bool = False,
    left: bool = False,
) -> Response:
    return render(
        request,
        "accounts/sign-in.html",
        status=status,
        wrong={"email": error} if error else {},
        onward=onward,
        email=email,
        made=made,
        left=left,
    )
