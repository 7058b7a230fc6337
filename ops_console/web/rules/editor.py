"""The editor: check, look at what would change, save. Nothing that was typed is lost."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from ops_console import store
from ops_console.rules.rulebook.yaml_source import LARGEST
from ops_console.usecases import RulesRefused, read_rules
from ops_console.usecases._weekly import weekly_rules
from ops_console.web.desk import AtDesk, Desk, Typed
from ops_console.web.gate import SignedIn
from ops_console.web.rules.proposals import SAVE, Proposal, settle
from ops_console.web.sessions import Draft, Session

router = APIRouter()

EDIT = "/rules/edit"
NO_TEXT = "This file is no text in UTF-8. Save it as plain text, and choose it again."
TOO_LARGE = "This file is too large for a rules file."
NO_FILE = "Choose a file first."


@dataclass(frozen=True)
class FaultRow:
    """One fault beside the line that has it."""

    line: int
    why: str
    text: str


@router.get("/rules/edit")
def edit(request: Request, desk: AtDesk, session: SignedIn, version: str = "") -> Response:
    """The latest version to be changed; an earlier one, to be put back; or what was typed."""
    latest = _latest(desk)
    kept = unsaved(desk, session)
    if not version and kept is not None:
        return _page(request, desk, kept, say="kept")
    if not version:
        return _page(request, desk, Draft(_text_of(desk, latest), latest))
    if not version.isdecimal():
        raise HTTPException(404)
    restored = Draft(_text_of(desk, int(version)), latest)
    return _page(request, desk, restored, say="restored", version=int(version))


@router.post("/rules/edit")
def take(request: Request, desk: AtDesk, session: SignedIn, typed: Typed) -> Response:
    """Checks what was typed, shows what it would change, or saves it."""
    based_on, step = typed.get("based_on", ""), typed.get("step", "check")
    draft = Draft(plain(typed.get("text", "")), int(based_on) if based_on.isdecimal() else 0)
    desk.sessions.drafts[session.officer_id] = draft
    if step == "edit":
        return _page(request, desk, draft)
    try:
        read_rules(desk.console, draft.text)
        if step == "check":
            return _page(request, desk, draft, say="checked")
        return _settled(request, desk, session, draft, typed)
    except RulesRefused as no:
        return _page(request, desk, draft, faults=fault_rows(no.faults, draft.text))


@router.post("/rules/upload")
async def upload(request: Request, desk: AtDesk, session: SignedIn) -> Response:
    """A file's text in the editor; nothing is saved yet."""
    form = await request.form()
    file = form.get("file")
    problem, text = NO_FILE, ""
    if not isinstance(file, str) and file is not None and file.filename:
        problem, text = _read(await file.read(LARGEST + 1))
    latest = _latest(desk)
    if problem:
        unchanged = Draft(_text_of(desk, latest), latest)
        return _page(request, desk, unchanged, problem=problem)
    draft = desk.sessions.drafts[session.officer_id] = Draft(text, latest)
    return _page(request, desk, draft, say="uploaded")


def _read(content: bytes) -> tuple[str, str]:
    if len(content) > LARGEST:
        return TOO_LARGE, ""
    try:
        return "", plain(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return NO_TEXT, ""


def unsaved(desk: Desk, session: Session) -> Draft | None:
    """What the officer typed and nobody has saved since, in this way or another."""
    kept = desk.sessions.drafts.get(session.officer_id)
    with desk.console.readers.read() as db:
        latest = store.rules.latest(db)
    if kept is not None and latest is not None and kept.text == latest.text:
        del desk.sessions.drafts[session.officer_id]
        return None
    return kept


def plain(text: str) -> str:
    """With the line ends of the file and not of the browser."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fault_rows(faults: tuple[tuple[int, str], ...], text: str) -> tuple[FaultRow, ...]:
    """Each fault with what its line says."""
    lines = text.splitlines()
    return tuple(
        FaultRow(line, why, lines[line - 1].strip()[:160] if line <= len(lines) else "")
        for line, why in faults
    )


def _settled(
    request: Request, desk: Desk, session: Session, draft: Draft, typed: Typed
) -> Response:
    proposal = Proposal(
        title="Change the rules",
        text=draft.text,
        based_on=draft.based_on,
        path=EDIT,
        then="/rules",
        told="The new rules are saved.",
        here="/rules",
        back_words="Rules",
        fields={"text": draft.text},
        reason=typed.get("reason", "").strip(),
    )
    answer = settle(request, desk, session, proposal, typed.get("step", ""))
    if answer.status_code == 303 and typed.get("step") == SAVE:
        desk.sessions.drafts.pop(session.officer_id, None)
    return answer


def _latest(desk: Desk) -> int:
    with desk.console.readers.read() as db:
        found = store.rules.latest(db)
    return found.number if found else 0


def _text_of(desk: Desk, number: int) -> str:
    """A version's text; a first line to begin with where there is none at all."""
    with desk.console.readers.read() as db:
        found = store.rules.version(db, number)
    if found is not None:
        return found.text
    if number:
        raise HTTPException(404)
    facility = desk.console.facility
    return weekly_rules(facility.name, facility.time.zone_name, {})


def _page(
    request: Request,
    desk: Desk,
    draft: Draft,
    *,
    say: str = "",
    version: int = 0,
    faults: tuple[FaultRow, ...] = (),
    problem: str = "",
) -> Response:
    values = {
        "draft": draft,
        "say": say,
        "version": version,
        "faults": faults,
        "problem": problem,
    }
    status = 422 if faults or problem else 200
    return desk.pages.show(request, "rules/edit.html", values, here="/rules", status=status)
