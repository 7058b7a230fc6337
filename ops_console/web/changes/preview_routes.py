"""The preview of a change: being worked out, looked at, and carried out with what was chosen."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ops_console.usecases import apply_change
from ops_console.web.changes.picture import picture_of
from ops_console.web.changes.previews import AtPreviews, Preview, known, previews_of
from ops_console.web.changes.rows import (
    done_words,
    preview_rows,
    read_choices,
    spared_rows,
    summary,
)
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SignedIn
from visits.errors import OfficerMustAct

router = APIRouter()
PATIENCE_S = 0.7
"""How long a page waits for a preview before it says that it is being worked out."""
NO_REASON = "Write the reason first. It is kept in the record; visitors do not read it."


@router.get("/changes/previews/{preview_id}")
def show(
    request: Request, desk: AtDesk, session: SignedIn, previews: AtPreviews, preview_id: str
) -> Response:
    """The affected visits, or that they are being looked for; then the page asks again."""
    preview = known(previews, preview_id, session.officer_id)
    if not preview.done.wait(PATIENCE_S):
        values: dict[str, object] = {"preview": preview}
        return desk.pages.show(request, "changes/working.html", values, here="/changes")
    if preview.impact is None:
        raise OfficerMustAct(preview.problem)
    return _page(request, desk, preview, {})


@router.post("/changes/previews/{preview_id}")
def carry_out(
    request: Request, desk: AtDesk, session: SignedIn, typed: Typed, preview_id: str
) -> Response:
    """Makes the change and does what was chosen; looks again if anything changed meanwhile."""
    previews = previews_of(request)
    preview = known(previews, preview_id, session.officer_id)
    if not preview.done.is_set() or preview.impact is None:
        return RedirectResponse(f"/changes/previews/{preview_id}", status_code=303)
    reason = typed.get("reason", "").strip()
    if not reason or len(reason) > 500:
        return _page(request, desk, preview, typed, error=NO_REASON)
    try:
        done = apply_change(
            desk.console,
            session.officer_id,
            preview.change,
            read_choices(preview.impact, typed),
            reason=reason,
            fingerprint=preview.impact.fingerprint,
            words=typed.get("words", "")[:300],
        )
    except OfficerMustAct as no:
        again = previews.begin_again(preview, warning=str(no))
        return RedirectResponse(f"/changes/previews/{again.preview_id}", status_code=303)
    previews.forget(preview)
    session.tell(f"{preview.title}. {done_words(done)}")
    return RedirectResponse(preview.then, status_code=303)


def _page(
    request: Request, desk: Desk, preview: Preview, typed: Typed, error: str = ""
) -> Response:
    impact = preview.impact
    if impact is None:
        raise OfficerMustAct(preview.problem)
    wall = desk.pages.wall
    values = {
        "preview": preview,
        "rows": preview_rows(impact, typed, wall),
        "spared": spared_rows(impact, wall),
        "summary": summary(impact),
        "picture": picture_of(impact, wall),
        "typed": typed,
        "error": error,
    }
    status = 422 if error else 200
    return desk.pages.show(request, "changes/preview.html", values, here="/changes", status=status)
