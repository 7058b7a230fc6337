"""What an officer does to one visit of the wall; each form leads back to the wall."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from ops_console.usecases import (
    end_visit,
    judge_alarm,
    mute_visit,
    note_on_visit,
    pause_visit,
    resume_visit,
    unmute_visit,
    warn_both,
)
from ops_console.web.alarms.rows import JUDGED_WORDS, judgement_of
from ops_console.web.desk import AtDesk, Typed
from ops_console.web.found import Found
from ops_console.web.gate import SignedIn
from ops_console.web.visit.rows import END, reason_text

router = APIRouter(prefix="/watch/visits/{visit_id}")


@router.post("/warn")
def warn(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    text = typed.get("more", "").strip() or typed.get("text", "")
    warn_both(desk.console, session.officer_id, visit.visit_id, text)
    session.tell("Both sides read it now.")
    return _back(typed, visit.visit_id)


@router.post("/mute")
def mute(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    mute_visit(desk.console, session.officer_id, visit.visit_id, typed.get("why", ""))
    session.tell("Neither side hears the other now.")
    return _back(typed, visit.visit_id)


@router.post("/unmute")
def unmute(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    unmute_visit(desk.console, session.officer_id, visit.visit_id)
    session.tell("Both sides hear each other again.")
    return _back(typed, visit.visit_id)


@router.post("/pause")
def pause(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    pause_visit(desk.console, session.officer_id, visit.visit_id, typed.get("why", ""))
    session.tell("The visit is paused. Its time goes on.")
    return _back(typed, visit.visit_id)


@router.post("/resume")
def resume(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    resume_visit(desk.console, session.officer_id, visit.visit_id)
    session.tell("The visit goes on.")
    return _back(typed, visit.visit_id)


@router.post("/alarm")
def alarm(desk: AtDesk, session: SignedIn, typed: Typed, _: Found) -> Response:
    """The officer's word on what the camera's helper raised."""
    judged = judgement_of(typed)
    judge_alarm(desk.console, session.officer_id, typed.get("alarm", ""), judged)
    session.tell(JUDGED_WORDS[judged])
    return _back(typed, typed.get("chosen", ""))


@router.post("/note")
def note(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    note_on_visit(desk.console, session.officer_id, visit.visit_id, typed.get("text", ""))
    session.tell("The note is kept.")
    return _back(typed, visit.visit_id)


@router.post("/end")
def end(desk: AtDesk, session: SignedIn, typed: Typed, visit: Found) -> Response:
    """`end_visit` itself asks for a reason."""
    reason = reason_text(typed.get("reason", ""), typed.get("more", ""), END.reasons)
    end_visit(desk.console, session.officer_id, visit.visit_id, reason)
    session.tell("The visit is ended.")
    return _back(typed, "")


def _back(typed: Typed, chosen: str) -> Response:
    """To the same tiles; what does not count as a number is left out."""
    numbers = {name: typed[name] for name in ("tiles", "page") if typed.get(name, "").isdecimal()}
    where = {**numbers, **({"chosen": chosen} if chosen else {})}
    return RedirectResponse(f"/watch?{urlencode(where)}", status_code=303)
