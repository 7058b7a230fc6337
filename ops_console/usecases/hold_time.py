"""Keep an open time for a visitor while they fill in the form."""

from __future__ import annotations

from ops_console import store
from ops_console.rules.refusing import told_to_visitor
from ops_console.store.visits import TimeTaken
from ops_console.usecases._change import Change
from ops_console.usecases._deciding import Answer, answer, forget_hold, let_holds_lapse, state_of
from visits.errors import VisitorMustAct
from visits.lifecycle import Actor, VisitEvent, next_status
from visits.messages import Envelope, HoldDecided, HoldRequested
from visits.model import VisitStatus


def hold_time(one: Change, _envelope: Envelope, asked: HoldRequested) -> None:
    """Holds the time if the rules would book it now; another hold of this visitor lapses.

    Raises `VisitorMustAct` when the visit's number belongs to somebody else.
    """
    let_holds_lapse(one)
    known = store.visits.known(one.db, asked.visit_id)
    if known is not None and known.visitor_id != asked.visitor_id:
        raise VisitorMustAct("This visit's number is taken. Please choose the time again.")
    if known is None:
        for earlier in store.visits.holds_of(one.db, asked.visitor_id):
            forget_hold(one, earlier)
        found = _held(one, asked, answer(one, asked, asked.slot, asked_at=asked.asked_at))
    else:
        found = answer(one, asked, asked.slot, but=asked.visit_id)
    saved = store.visits.visit(one.db, asked.visit_id)
    one.tell_portal(
        HoldDecided(
            visit_id=asked.visit_id,
            visitor_id=asked.visitor_id,
            held_until=saved.held_until if saved else None,
            refusals=() if saved else told_to_visitor(found.reasons),
            alternatives=() if saved else found.alternatives,
        )
    )
    if saved is not None:
        one.renews_calendar(saved.unit_id)


def _held(one: Change, asked: HoldRequested, found: Answer) -> Answer:
    if found.reasons:
        return found
    status = next_status(VisitStatus.REQUESTED, VisitEvent.HOLD, Actor.CONSOLE)
    state = state_of(asked, asked.visit_id, asked.slot, status, revision=0)
    try:
        store.visits.add(
            one.db,
            state,
            placed=found.placed,
            asked_at=asked.asked_at,
            held_until=one.now + one.console.policy.hold_for,
        )
    except TimeTaken as taken:
        return found.refused(taken)
    return found
