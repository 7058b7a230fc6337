"""End a visit that is running."""

from __future__ import annotations

from ops_console.audit import ObjectKind, Verb
from ops_console.usecases._change import Change, change, officer
from ops_console.usecases._console import Console
from ops_console.usecases._visits import By, given_reason, known_visit, move
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause, Id, VisitId


def end_visit(console: Console, officer_id: Id, visit_id: VisitId, reason: str) -> None:
    """An officer ends a visit that is in progress or interrupted, with a reason for the record.

    Its kiosk stops the media when the new agenda arrives. Raises `OfficerMustAct` when the
    visit is unknown or not running, or no reason is given.
    """
    why = given_reason(reason)

    def end(one: Change) -> None:
        visit = known_visit(one, visit_id)
        by = By(Actor.OFFICER, officer_id)
        move(one, visit, VisitEvent.END, by, cause=Cause.OFFICER_ENDED, note=why)
        one.audit(officer(officer_id), Verb.END, ObjectKind.VISIT, visit_id, {"reason": why})

    change(console, end)
