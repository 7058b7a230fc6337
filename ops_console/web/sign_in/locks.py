"""Locked sign-ins: who is locked out, and the release that only an administrator may give."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.store import people
from ops_console.usecases import release_log_in
from ops_console.web.desk import AtDesk, Typed
from ops_console.web.gate import SignedIn

router = APIRouter()


@router.get("/sign-ins")
def locked(request: Request, desk: AtDesk, session: SignedIn) -> Response:
    """Every locked sign-in, for administrators."""
    if not session.admin:
        raise HTTPException(404)
    with desk.console.readers.read() as db:
        values = {"locked": people.locked_logins(db), "officers": people.officers(db)}
    return desk.pages.show(request, "sign_in/locks.html", values, here="/sign-ins")


@router.post("/sign-ins/release")
def release(desk: AtDesk, session: SignedIn, typed: Typed) -> Response:
    if not session.admin:
        raise HTTPException(404)
    login = typed.get("login", "")
    release_log_in(desk.console, session.officer_id, login)
    session.tell(f"{login} can sign in again.")
    return RedirectResponse("/sign-ins", status_code=303)
