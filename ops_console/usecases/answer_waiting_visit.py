"""An officer's yes or no to a visit that the rules let be booked only with it."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.refusing import Code, Reason, refuse, told_to_visitor
from ops_console.store.visits import Placed, TimeTaken, Visit
from ops_console.usecases._change import Change, change, officer
from ops_console.usecases._console import Console
from ops_console.usecases._deciding import Answer, answer, state_of
from ops_console.usecases._visits import given_reason, known_visit
from ops_console.usecases.decide_booking import OFFICER
from visits.errors import OfficerMustAct
from visits.lifecycle import Actor, VisitEvent, next_status
from visits.messages import BookingDecided, TimeWanted
from visits.model import Id, VisitId, VisitStatus

ASKED_IN_TIME = frozenset(
    {Code.TOO_SHORT_NOTICE, Code.TOO_FAR_AHEAD, Code.DESK_CLOSED, Code.MAY_NOT_BOOK}
)
"""What the request kept to when it was made does not turn against it while it waits."""


def approve_waiting_visit(
    console: Console, officer_id: Id, visit_id: VisitId, reason: str = ""
) -> None:
    """Books the visit, if nothing has come in its way since it was asked for.

    Raises `OfficerMustAct` when it does not wait for an officer, and with everything that stands
    against it now.
    """

    def approve(one: Change) -> None:
        visit = _waiting(one, visit_id)
        found = answer(one, _wanted(visit), visit.slot, but=visit_id)
        against = tuple(it for it in found.reasons if it.code not in ASKED_IN_TIME)
        if against:
            raise OfficerMustAct(_stands_against(against))
        status = next_status(visit.status, VisitEvent.APPROVE, Actor.CONSOLE)
        state = state_of(_wanted(visit), visit_id, visit.slot, status)
        try:
            store.visits.confirm(one.db, state, _place(visit, found))
        except TimeTaken as taken:
            raise OfficerMustAct(f"{taken} Refuse this visit and say so.") from taken
        _settle(one, visit, VisitEvent.APPROVE, status, reason.strip())
        _audit(one, officer_id, Verb.APPROVE, visit, reason.strip())

    change(console, approve)


def refuse_waiting_visit(console: Console, officer_id: Id, visit_id: VisitId, reason: str) -> None:
    """Refuses the visit and frees its time. The reason is for the record; the visitor is told to
    call the facility.

    Raises `OfficerMustAct` when it does not wait for an officer, or no reason is given.
    """
    why = given_reason(reason)

    def turn_down(one: Change) -> None:
        visit = _waiting(one, visit_id)
        status = next_status(visit.status, VisitEvent.REFUSE, Actor.CONSOLE)
        nowhere = Placed(visit.inmate_id, visit.unit_id, None)
        state = state_of(_wanted(visit), visit_id, visit.slot, status)
        store.visits.confirm(one.db, state, nowhere)
        said = refuse(Code.VISITOR_MAY_NOT, f"An officer refused it: {why}")
        store.visits.save_refusals(one.db, visit_id, (said,))
        _settle(one, visit, VisitEvent.REFUSE, status, why)
        _audit(one, officer_id, Verb.REFUSE, visit, why)

    change(console, turn_down)


def _waiting(one: Change, visit_id: VisitId) -> Visit:
    visit = known_visit(one, visit_id)
    if visit.status is not VisitStatus.HELD or visit.waits_for != OFFICER:
        raise OfficerMustAct("This visit does not wait for an officer any more.")
    return visit


def _wanted(visit: Visit) -> TimeWanted:
    return TimeWanted(
        visitor_id=visit.visitor_id,
        approval_id=visit.approval_id,
        kind=visit.kind,
        channel=visit.channel,
        companions=visit.companions,
    )


def _place(visit: Visit, found: Answer) -> Placed:
    """Where the rules would have it now; where it was held if only its notice has run out."""
    if not found.reasons:
        return found.placed
    return Placed(visit.inmate_id, visit.unit_id, visit.terminal_id, visit.session)


def _stands_against(reasons: tuple[Reason, ...]) -> str:
    said = " ".join(dict.fromkeys(one.officer for one in reasons))
    return (
        f"This visit cannot be approved any more. {said} Refuse it, or change what is in its way."
    )


def _settle(one: Change, visit: Visit, event: VisitEvent, after: VisitStatus, note: str) -> None:
    store.visits.add_line(
        one.db,
        visit.visit_id,
        event,
        Actor.CONSOLE,
        at=one.now,
        saved_at=one.now,
        change=(visit.status, after),
        note=note,
    )
    settled = known_visit(one, visit.visit_id)
    one.tell_portal(
        BookingDecided(
            visit=settled.state,
            refusals=told_to_visitor(store.visits.refusals(one.db, visit.visit_id)),
            decided_at=one.now,
        )
    )
    one.touches(Topic.VISITS, visit.unit_id)


def _audit(one: Change, officer_id: Id, verb: Verb, visit: Visit, reason: str) -> None:
    details = {"reason": reason} if reason else {}
    one.audit(officer(officer_id), verb, ObjectKind.VISIT, visit.visit_id, details)
