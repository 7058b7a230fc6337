"""Cancel a visit before it begins: its visitor gives it back, or an officer takes it back."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.usecases._change import Change, change, officer, visitor
from ops_console.usecases._console import Console
from ops_console.usecases._visits import By, given_reason, known_visit, move
from visits.errors import VisitorMustAct
from visits.lifecycle import Actor, VisitEvent, may
from visits.messages import CancelRequested, Envelope, VisitChanged
from visits.model import Cause, Id, VisitId, VisitStatus


def cancel_visit(console: Console, officer_id: Id, visit_id: VisitId, reason: str) -> None:
    """An officer takes a visit back, with a reason for the record.

    Raises `OfficerMustAct` when the visit is unknown, cannot be cancelled any more, or no
    reason is given.
    """
    why = given_reason(reason)

    def cancel(one: Change) -> None:
        visit = known_visit(one, visit_id)
        by = By(Actor.OFFICER, officer_id)
        move(one, visit, VisitEvent.CANCEL, by, cause=Cause.OFFICER_CANCELLED, note=why)
        one.audit(officer(officer_id), Verb.CANCEL, ObjectKind.VISIT, visit_id, {"reason": why})

    change(console, cancel)


def take_cancellation(one: Change, _envelope: Envelope, asked: CancelRequested) -> None:
    """A visitor gives a booked time back.

    A hold is forgotten; a visit that an officer has to answer is cancelled. When it is too
    late, the portal is told how the visit stands. Raises `VisitorMustAct` when the visitor has
    no such visit.
    """
    visit = store.visits.visit(one.db, asked.visit_id)
    if visit is None or visit.visitor_id != asked.visitor_id:
        raise VisitorMustAct("We do not know this visit. Look at your list of visits.")
    if visit.status is VisitStatus.HELD and not visit.waits_for:
        store.visits.forget_hold(one.db, asked.visit_id)
        one.renews_calendar(visit.unit_id)
        return
    by = By(Actor.VISITOR, asked.visitor_id)
    if not may(visit.status, VisitEvent.CANCEL, Actor.VISITOR):
        one.tell_portal(VisitChanged(visit=visit.state, at=one.now))
        return
    move(one, visit, VisitEvent.CANCEL, by, cause=Cause.VISITOR_CANCELLED, at=asked.asked_at)
    one.audit(visitor(asked.visitor_id), Verb.CANCEL, ObjectKind.VISIT, asked.visit_id)
