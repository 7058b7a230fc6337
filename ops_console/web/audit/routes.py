"""The audit page and its verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from ops_console.audit import Broken, Head, verify
from ops_console.store import audit, people
from ops_console.web.audit.rows import VERB_WORDS, audit_rows
from ops_console.web.desk import AtDesk, Desk
from ops_console.web.gate import SignedIn

router = APIRouter()

PAGE = 100


@dataclass(frozen=True)
class Wanted:
    """Which lines to show, as the address says; empty for all."""

    verb: str = ""
    person: str = ""
    before: str = ""

    @property
    def before_number(self) -> int | None:
        plain = self.before.isascii() and self.before.isdigit() and len(self.before) < 12
        return int(self.before) if plain else None


@router.get("/audit")
def lines(
    request: Request, desk: AtDesk, _: SignedIn, wanted: Annotated[Wanted, Depends()]
) -> Response:
    """The newest lines first, of one verb or one person if asked."""
    return _page(request, desk, wanted)


@router.post("/audit/verify")
def check(request: Request, desk: AtDesk, _: SignedIn) -> Response:
    """Reads the whole record and says how far every line follows the one before it."""
    with desk.console.readers.read() as db:
        result = verify(db)
    return _page(request, desk, Wanted(), result)


def _page(
    request: Request, desk: Desk, wanted: Wanted, result: Head | Broken | None = None
) -> Response:
    with desk.console.readers.read() as db:
        found = audit.latest(
            db,
            PAGE,
            wanted.before_number,
            verb=wanted.verb or None,
            subject_id=wanted.person or None,
        )
        officers = {it.officer_id: it.name for it in people.officers(db)}
    values = {
        "rows": audit_rows(found, officers, desk.pages.wall),
        "verbs": VERB_WORDS,
        "officers": officers,
        "verb": wanted.verb,
        "person": wanted.person,
        "before": wanted.before,
        "older": found[-1].number if len(found) == PAGE else None,
        "head": result if isinstance(result, Head) else None,
        "broken": result if isinstance(result, Broken) else None,
    }
    return desk.pages.show(request, "audit/audit.html", values, here="/audit")
