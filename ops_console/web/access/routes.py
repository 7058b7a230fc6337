"""The queue of access requests, one request beside its ID photo, and the decision."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.rules.relations import relation
from ops_console.store import approvals, facility, people
from ops_console.store.approvals import AccessRequest, AccessStatus
from ops_console.usecases import approve_access, refuse_access, show_document
from ops_console.web.access.rows import (
    DECISION_MARKS,
    REFUSAL_REASONS,
    Match,
    age_on,
    companion_rows,
    is_minor,
    match,
    queue_rows,
    refusal_text,
    relation_choices,
    relations_in,
)
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SECURITY_HEADERS, SignedIn
from ops_console.web.layout.words import KIND_WORDS
from visits.errors import OfficerMustAct
from visits.model import VisitKind

router = APIRouter()

PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
NO_KIND = "Choose at least one kind of visit."
NO_REASON = "Choose a reason or write one. The visitor will read it."


@router.get("/access")
def queue(request: Request, desk: AtDesk, _: SignedIn, show: str = "waiting") -> Response:
    """Requests without a decision, the longest waiting first; or the latest decisions."""
    decided = show == "decided"
    with desk.console.readers.read() as db:
        found = approvals.decided_requests(db) if decided else approvals.waiting_requests(db)
        waiting = approvals.count_waiting(db)
    rows = queue_rows(found, desk.console.clock.now(), desk.pages.wall)
    values = {"rows": rows, "tab": "decided" if decided else "waiting", "waiting": waiting}
    return desk.pages.show(request, "access/queue.html", values, here="/access")


@router.get("/access/{request_id}")
def review(request: Request, desk: AtDesk, _: SignedIn, request_id: str) -> Response:
    """One request: the visitor's details beside the photo, the inmate beside what was typed."""
    return _page(request, desk, _find(desk, request_id))


@router.get("/access/{request_id}/photo")
def photo(desk: AtDesk, session: SignedIn, request_id: str) -> Response:
    """The opened ID photo, for this officer's eyes only; the audit notes who looked."""
    _find(desk, request_id)
    try:
        shown = show_document(desk.console, session.officer_id, request_id)
    except OfficerMustAct as no:
        raise HTTPException(404) from no
    if shown.media_type not in PICTURE_TYPES:
        raise HTTPException(404)
    headers = {
        **SECURITY_HEADERS,
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Content-Disposition": 'inline; filename="id"',
    }
    return Response(shown.content, media_type=shown.media_type, headers=headers)


@router.post("/access/{request_id}/approve")
def approve(
    request: Request, desk: AtDesk, session: SignedIn, typed: Typed, request_id: str
) -> Response:
    """Approves the kinds of visit that were ticked."""
    asked = _find(desk, request_id)
    kinds = tuple(kind for kind in VisitKind if typed.get(f"kind-{kind}"))
    if not kinds:
        return _page(request, desk, asked, errors={"kinds": NO_KIND}, typed=typed)
    along = [it.person_id for it in asked.companions if typed.get(f"along-{it.person_id}")]
    approve_access(
        desk.console,
        session.officer_id,
        request_id,
        kinds,
        relationship=typed.get("relationship", "").strip()[:120] or None,
        companions=along,
    )
    session.tell(f"{asked.visitor.full_name} may visit {asked.inmate_name or 'the inmate'}.")
    return RedirectResponse("/access", status_code=303)


@router.post("/access/{request_id}/refuse")
def refuse(
    request: Request, desk: AtDesk, session: SignedIn, typed: Typed, request_id: str
) -> Response:
    """Refuses with words that the visitor reads."""
    asked = _find(desk, request_id)
    words = refusal_text(typed.get("reason", ""), typed.get("words", ""))
    if not words:
        return _page(request, desk, asked, errors={"reason": NO_REASON})
    refuse_access(desk.console, session.officer_id, request_id, words)
    session.tell(f"{asked.visitor.full_name} is refused and has been told why.")
    return RedirectResponse("/access", status_code=303)


def _find(desk: Desk, request_id: str) -> AccessRequest:
    with desk.console.readers.read() as db:
        found = approvals.request(db, request_id)
    if found is None:
        raise HTTPException(404)
    return found


def _page(
    request: Request,
    desk: Desk,
    asked: AccessRequest,
    errors: dict[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    today = desk.console.facility.time.day(desk.console.clock.now())
    with desk.console.readers.read() as db:
        earlier = [
            it
            for it in approvals.requests_of(db, asked.visitor.visitor_id)
            if it.request_id != asked.request_id
        ]
    values = {
        "asked": asked,
        "mark": DECISION_MARKS[asked.status],
        "open": asked.status is AccessStatus.WAITING,
        "age": age_on(asked.visitor.born_on, today),
        "minor": is_minor(asked.visitor.born_on, today),
        "match": _match(desk, asked),
        "kinds": tuple(KIND_WORDS.items()),
        "kind_words": KIND_WORDS,
        "refusal_reasons": REFUSAL_REASONS,
        "companions": companion_rows(asked.companions, today),
        "along": _along(asked, typed),
        "relations": relation_choices(relation(asked.relationship), _asked_for(desk)),
        "relation": (typed or {}).get("relationship") or relation(asked.relationship),
        "ticked": _ticked(asked, typed),
        "earlier": queue_rows(earlier, desk.console.clock.now(), desk.pages.wall),
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return desk.pages.show(request, "access/review.html", values, here="/access", status=status)


def _along(asked: AccessRequest, typed: Mapping[str, str] | None) -> frozenset[str]:
    """Who is ticked: everybody, until the officer has taken somebody off."""
    return frozenset(
        it.person_id
        for it in asked.companions
        if typed is None or typed.get(f"along-{it.person_id}")
    )


def _ticked(asked: AccessRequest, typed: Mapping[str, str] | None) -> frozenset[VisitKind]:
    if typed is None:
        return frozenset({asked.kind})
    return frozenset(kind for kind in VisitKind if typed.get(f"kind-{kind}"))


def _asked_for(desk: Desk) -> frozenset[str]:
    """The relations that today's rules ask for."""
    console = desk.console
    with console.asking() as (_, ready):
        return relations_in(ready.rules.on(console.facility.time.day(console.clock.now())).book)


def _match(desk: Desk, asked: AccessRequest) -> Match:
    with desk.console.readers.read() as db:
        numbered = people.inmate_numbered(db, asked.inmate_number)
        unit = facility.unit(db, numbered.unit_id) if numbered and numbered.unit_id else None
    return match(asked, numbered, unit.name if unit else "No unit")
