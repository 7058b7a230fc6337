"""The door: an officer's name and password in, a new session out."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.usecases import log_in, log_out
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SignedIn, cookie_name, session_cookie
from ops_console.web.layout import faults
from ops_console.web.layout.answers import fault_page
from visits.errors import OfficerMustAct

DOOR_COOKIE = "visitline-door"
"""Holds the token of the sign-in form, which has no session to hold it."""

router = APIRouter()


@dataclass(frozen=True)
class Problem:
    """Why nobody was let in."""

    title: str
    what_to_do: str


Wanted = Annotated[str, Query(alias="next")]
TOO_OLD = Problem("This page was open for too long", "Please sign in once more.")


@router.get("/")
def home() -> Response:
    return RedirectResponse("/today", status_code=303)


@router.get("/sign-in")
def door(request: Request, desk: AtDesk, wanted: Wanted = "/today", ended: str = "") -> Response:
    """The sign-in form; who is already signed in goes straight on."""
    if request.state.session is not None:
        return RedirectResponse(own_path(wanted), status_code=303)
    return _form(request, desk, {"next": own_path(wanted)}, ended=bool(ended))


@router.post("/sign-in")
def enter(request: Request, desk: AtDesk, typed: Typed) -> Response:
    """Lets an officer in under a new session id, whatever cookie they brought."""
    if not _came_from_our_form(request, typed):
        return _form(request, desk, typed, problem=TOO_OLD, status=403)
    try:
        officer = log_in(desk.console, typed.get("login", ""), typed.get("password", ""))
    except OfficerMustAct as no:
        problem = Problem("You are not signed in", str(no))
        return _form(request, desk, typed, problem=problem, status=401)
    desk.sessions.end(session_cookie(request.scope))
    token = desk.sessions.begin(
        officer.officer_id, officer.name, admin=officer.admin, custodian=officer.custodian
    )
    answer = RedirectResponse(own_path(typed.get("next", "")), status_code=303)
    _set_cookie(answer, cookie_name(request.url.scheme), token, request)
    answer.delete_cookie(DOOR_COOKIE, path="/sign-in")
    return answer


@router.post("/sign-out")
def leave(request: Request, desk: AtDesk, session: SignedIn) -> Response:
    desk.sessions.end(session_cookie(request.scope))
    log_out(desk.console, session.officer_id)
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(cookie_name(request.url.scheme), path="/")
    return answer


@router.get("/session-ended")
def session_ended(request: Request) -> Response:
    """Where a form or a live page lands when its session is gone."""
    return fault_page(request, faults.SESSION_ENDED, 200)


def own_path(wanted: str) -> str:
    """`wanted` if it is a path of this console, else today's page; never another site."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/sign-in"))
    return wanted if plain and wanted.isprintable() and "\\" not in wanted else "/today"


def _form(
    request: Request,
    desk: Desk,
    typed: Mapping[str, str],
    *,
    problem: Problem | None = None,
    ended: bool = False,
    status: int = 200,
) -> Response:
    door_token = secrets.token_urlsafe(24)
    values = {
        "door_token": door_token,
        "next": own_path(typed.get("next", "")),
        "login": typed.get("login", ""),
        "problem": problem,
        "ended": ended,
    }
    answer = desk.pages.show(request, "sign_in/sign_in.html", values, status=status)
    _set_cookie(answer, DOOR_COOKIE, door_token, request, path="/sign-in")
    return answer


def _came_from_our_form(request: Request, typed: Mapping[str, str]) -> bool:
    kept, sent = request.cookies.get(DOOR_COOKIE, ""), typed.get("csrf_token", "")
    return bool(kept) and hmac.compare_digest(kept.encode(), sent.encode())


def _set_cookie(answer: Response, name: str, value: str, request: Request, path: str = "/") -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, path=path, secure=secure, httponly=True, samesite="strict")
