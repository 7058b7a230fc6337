"""Pages of one's own account: password, photo, leaving."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.accounts import sign_in as use
from visitor_portal.accounts.answers import password_fault
from visitor_portal.accounts.leave import delete_account
from visitor_portal.accounts.photo import sealed_photo
from visitor_portal.forms import Posted, client_address, posted
from visitor_portal.pages import render
from visitor_portal.session import current_visitor, give_session, portal_of, take_session
from visitor_portal.store import documents
from visitor_portal.store.visitors import Visitor
from visitor_portal.words import mark
from visits.errors import VisitorMustAct, WaitAndRetry
from visits.secrets import verifier_for

router = APIRouter(prefix="/account")
Form = Annotated[Posted, Depends(posted)]
Self = Annotated[Visitor, Depends(current_visitor)]


@router.get("")
def account(request: Request, visitor: Self, done: str = "") -> Response:
    return render(request, "accounts/account.html", me=visitor, done=done)


@router.get("/password")
def ask_password(request: Request) -> Response:
    return render(request, "accounts/change-password.html", wrong={})


@router.post("/password")
def change_password(request: Request, visitor: Self, form: Form) -> Response:
    portal = portal_of(request)
    wrong = _password_wrong(request, visitor, form)
    fault = password_fault(form["new_password"], visitor.email)
    if fault:
        wrong["new_password"] = fault
    if wrong:
        return render(request, "accounts/change-password.html", status=422, wrong=wrong)
    secret = use.change_password(portal, visitor, verifier_for(form["new_password"]))
    response = RedirectResponse("/account?done=password", status_code=303)
    give_session(response, portal, secret)
    return response


@router.get("/photo")
def ask_photo(request: Request) -> Response:
    return render(request, "accounts/change-photo.html", wrong={})


@router.post("/photo")
def change_photo(request: Request, visitor: Self, form: Form) -> Response:
    portal = portal_of(request)
    readers = {facility.id: facility.reviewer for facility in portal.facilities.values()}
    try:
        sealed = sealed_photo(form.files.get("photo", b""), readers)
    except VisitorMustAct as fault:
        wrong = {"photo": str(fault)}
        return render(request, "accounts/change-photo.html", status=422, wrong=wrong)
    with portal.store.write() as connection:
        documents.set_photo(connection, visitor.visitor_id, sealed, portal.clock.now())
    return RedirectResponse("/account?done=photo", status_code=303)


@router.get("/delete")
def ask_delete(request: Request) -> Response:
    return render(request, "accounts/delete.html", wrong={})


@router.post("/delete")
def delete(request: Request, visitor: Self, form: Form) -> Response:
    portal = portal_of(request)
    wrong = _password_wrong(request, visitor, form)
    if wrong:
        return render(request, "accounts/delete.html", status=422, wrong=wrong)
    delete_account(portal, visitor)
    response = RedirectResponse("/", status_code=303)
    take_session(response, portal)
    return response


def _password_wrong(request: Request, visitor: Visitor, form: Posted) -> dict[str, str]:
    try:
        use.confirm_password(portal_of(request), visitor, form["password"], client_address(request))
    except VisitorMustAct:
        return {"password": mark("That is not your present password.")}
    except WaitAndRetry as wait:
        return {"password": str(wait)}
    return {}
