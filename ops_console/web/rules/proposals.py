"""One change of the rules on its way: looked at, given a reason, saved. Whoever made the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import unified_diff

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from ops_console import store
from ops_console.usecases import RulesChange, RulesRefused, change_rules, read_rules
from ops_console.usecases.compare_hours import compare_hours
from ops_console.web.changes.previews import previews_of
from ops_console.web.desk import Desk
from ops_console.web.rules.changes import unit_rows
from ops_console.web.rules.impact import touched_visits
from ops_console.web.sessions import Session
from visits.errors import OfficerMustAct

SAVE, VISITS = "save", "visits"
NO_REASON = "Write the reason. It is kept with the version and in the audit record."
TOO_LONG = "Use 500 letters or fewer."
MOST_LETTERS = 500
OVERTAKEN_FORM = (
    "{name} saved version {number} while you were working. Below is what your change does to it."
)
OVERTAKEN = (
    "{name} saved version {number} while you were working. What it changed and your text does not"
    " have is shown below as lines that go. Look at them before you save."
)


@dataclass(frozen=True)
class Proposal:
    """A whole new text, and the form that it came of."""

    title: str
    text: str
    based_on: int
    """The version that was the latest when the officer began."""
    path: str
    """Takes the form again: to save it (`step` save) or to change it (`step` edit)."""
    then: str
    """Where the officer goes once it is saved."""
    told: str
    """Says so there."""
    here: str
    """The menu's entry."""
    back_words: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """What was typed."""
    reason: str = ""
    made_anew: bool = False
    """The text was made just now of the version in force, and not typed as a whole."""


@dataclass(frozen=True)
class DiffLine:
    """One line of the file that goes (`-`), comes (`+`) or stays."""

    sign: str
    text: str


def settle(
    request: Request, desk: Desk, session: Session, proposal: Proposal, step: str
) -> Response:
    """Saves the proposal (`save`), goes on to what becomes of each booked visit (`visits`), or
    shows what it would change. Raises `RulesRefused` for faults."""
    if step == VISITS:
        return _to_the_visits(request, desk, session, proposal)
    problem = _problem(proposal.reason) if step == SAVE else ""
    if step != SAVE or problem:
        return preview_page(request, desk, proposal, error=problem)
    try:
        number = change_rules(
            desk.console,
            session.officer_id,
            proposal.text,
            proposal.reason,
            based_on=proposal.based_on,
        )
    except RulesRefused:
        raise
    except OfficerMustAct as no:
        return preview_page(request, desk, proposal, conflict=str(no))
    session.tell(f"{proposal.told} This is version {number} of the rules.")
    return RedirectResponse(proposal.then, status_code=303)


def _to_the_visits(request: Request, desk: Desk, session: Session, proposal: Proposal) -> Response:
    """Where the officer chooses for each visit, and then saves rules and choices as one."""
    read_rules(desk.console, proposal.text)
    change = RulesChange(proposal.text)
    preview = previews_of(request).begin(session.officer_id, change, proposal.title, proposal.then)
    return RedirectResponse(f"/changes/previews/{preview.preview_id}", status_code=303)


def _problem(reason: str) -> str:
    if not reason:
        return NO_REASON
    return TOO_LONG if len(reason) > MOST_LETTERS else ""


def preview_page(
    request: Request, desk: Desk, proposal: Proposal, *, error: str = "", conflict: str = ""
) -> Response:
    """What would change: hours of each unit, booked visits, the lines of the file."""
    console = desk.console
    book = read_rules(console, proposal.text)
    with console.readers.read() as db:
        latest = store.rules.latest(db)
    today = console.facility.time.day(console.clock.now())
    starts = book.effective.from_
    compared = compare_hours(console, proposal.text)
    number = latest.number if latest else 0
    if not conflict and proposal.based_on != number and latest is not None:
        words = OVERTAKEN_FORM if proposal.made_anew else OVERTAKEN
        conflict = words.format(number=number, name=latest.saved_by_name)
    values = {
        "proposal": proposal,
        "fields": {**proposal.fields, "based_on": str(number)},
        "units": unit_rows(compared, desk.pages.wall),
        "compared": compared,
        "later_from": starts if starts is not None and starts > today else None,
        "until": book.effective.until,
        "touched": touched_visits(console, proposal.text),
        "diff": diff_lines(latest.text if latest else "", proposal.text),
        "latest": number,
        "error": error,
        "conflict": conflict,
    }
    status = 422 if error else 409 if conflict and proposal.reason else 200
    return desk.pages.show(request, "rules/preview.html", values, here=proposal.here, status=status)


def diff_lines(before: str, after: str) -> tuple[DiffLine, ...]:
    """The lines that differ, with three around them; a line of dots between far places."""
    found = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    lines = [line for line in found if not line.startswith(("---", "+++"))]
    shown = [
        DiffLine("@", "") if line.startswith("@@") else DiffLine(line[:1], line[1:])
        for line in lines
    ]
    return tuple(shown[1:])
