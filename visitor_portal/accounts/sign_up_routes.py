"""Pages of sign-up, one question a page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from visitor_portal.accounts import sign_up
from visitor_portal.accounts.answers import STEPS, Step, answered, next_step, password_fault
from visitor_portal.accounts.photo import sealed_photo
from visitor_portal.forms import Posted, client_address, posted
from visitor_portal.pages import render
from visitor_portal.portal import Portal
from visitor_portal.session import browser_secret, digest, portal_of, visitor_if_any
from visitor_portal.store import attempts
from visitor_portal.store.attempts import Attempt
from visitor_portal.store.drafts import Draft
from visitor_portal.words import mark
from visits.errors import VisitorMustAct, WaitAndRetry
from visits.secrets import verifier_for

router = APIRouter(prefix="/sign-up")
Form = Annotated[Posted, Depends(posted)]

_BY_NAME = {step.name: step for step in STEPS}


@router.get("")
def start(request: Request) -> Response:
    if visitor_if_any(request):
        return RedirectResponse("/home", status_code=303)
    draft = sign_up.load_draft(portal_of(request), _browser(request))
    begun = bool(draft.answers) or draft.photo is not None
    return render(request, "accounts/start.html", next_step=next_step(draft), begun=begun)


@router.get("/check")
def check(request: Request) -> Response:
    draft = sign_up.load_draft(portal_of(request), _browser(request))
    missing = next_step(draft)
    if missing != "check":
        return RedirectResponse(f"/sign-up/{missing}", status_code=303)
    return render(request, "accounts/check.html", answers=draft.answers)


@router.post("/check")
def finish(request: Request, _form: Form) -> Response:
    portal, browser = portal_of(request), _browser(request)
    draft = sign_up.load_draft(portal, browser)
    missing = next_step(draft)
    if missing != "check":
        return RedirectResponse(f"/sign-up/{missing}", status_code=303)
    try:
        sign_up.open_account(portal, browser, draft, client_address(request))
    except WaitAndRetry as wait:
        raise HTTPException(429) from wait
    return RedirectResponse("/sign-in?made=1", status_code=303)


@router.get("/{name}")
def question(name: str, request: Request) -> Response:
    return _ask(request, _step(name), sign_up.load_draft(portal_of(request), _browser(request)))


@router.post("/password")
def answer_password(request: Request, form: Form) -> Response:
    portal, browser = portal_of(request), _browser(request)
    draft = sign_up.load_draft(portal, browser)
    password = form["password"]
    fault = password_fault(password, draft.answers.get("email", ""))
    if fault:
        return _ask(request, _BY_NAME["password"], draft, {"password": fault})
    return _kept(portal, browser, draft, {"verifier": verifier_for(password)})


@router.post("/photo")
def answer_photo(request: Request, form: Form) -> Response:
    portal, browser = portal_of(request), _browser(request)
    draft = sign_up.load_draft(portal, browser)
    upload = form.files.get("photo", b"")
    if not upload and draft.photo is not None:
        return RedirectResponse(f"/sign-up/{next_step(draft)}", status_code=303)
    try:
        _count_photo(portal, client_address(request))
        readers = {facility.id: facility.reviewer for facility in portal.facilities.values()}
        photo = sealed_photo(upload, readers)
    except (VisitorMustAct, WaitAndRetry) as fault:
        return _ask(request, _BY_NAME["photo"], draft, {"photo": str(fault)})
    return _kept(portal, browser, Draft(draft.answers, photo), {})


@router.post("/{name}")
def answer(name: str, request: Request, form: Form) -> Response:
    portal, browser, step = portal_of(request), _browser(request), _step(name)
    draft = sign_up.load_draft(portal, browser)
    if step.parse is None:
        raise HTTPException(404)
    parsed = step.parse(form.fields, portal.clock.now().date())
    if parsed.errors:
        return _ask(request, step, draft, dict(parsed.errors), form)
    return _kept(portal, browser, draft, dict(parsed.answers))


def _ask(
    request: Request,
    step: Step,
    draft: Draft,
    errors: dict[str, str] | None = None,
    form: Posted | None = None,
) -> Response:
    position = STEPS.index(step)
    return render(
        request,
        f"accounts/{step.name}.html",
        status=422 if errors else 200,
        wrong=errors or {},
        answers=draft.answers,
        typed=form or Posted(),
        has_photo=draft.photo is not None,
        position=position + 1,
        step_count=len(STEPS),
        back=f"/sign-up/{STEPS[position - 1].name}" if position else "/sign-up",
        all_answered=all(answered(each, draft) for each in STEPS),
    )


def _kept(portal: Portal, browser: str, draft: Draft, more: dict[str, str]) -> Response:
    draft = Draft({**draft.answers, **more}, draft.photo)
    sign_up.save_draft(portal, browser, draft)
    return RedirectResponse(f"/sign-up/{next_step(draft)}", status_code=303)


def _count_photo(portal: Portal, address: str) -> None:
    now = portal.clock.now()
    with portal.store.write() as connection:
        if attempts.spent(connection, Attempt.PHOTO_ADDRESS, address, now):
            raise WaitAndRetry(mark("You have sent many photos. Wait an hour, then try again."))
        attempts.note(connection, Attempt.PHOTO_ADDRESS, address, now)


def _step(name: str) -> Step:
    if name not in _BY_NAME:
        raise HTTPException(404)
    return _BY_NAME[name]


def _browser(request: Request) -> str:
    return digest(browser_secret(request))
