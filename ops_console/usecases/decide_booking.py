"""Decide a visitor's request for one open time."""

from __future__ import annotations

from ops_console import rules, store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules import Booked, Refused
from ops_console.rules.reasons import reason
from ops_console.store.visits import HistoryWord, Placed, TimeTaken, Visit
from ops_console.usecases._change import CONSOLE_ITSELF, Change
from ops_console.usecases._facts import booking_facts
from ops_console.usecases._visits import known_visit
from visits.errors import VisitorMustAct
from visits.lifecycle import Actor, VisitEvent, next_status
from visits.messages import BookingDecided, BookingRequested, Envelope, VisitState
from visits.model import VisitStatus


def decide_booking(change: Change, _envelope: Envelope, asked: BookingRequested) -> None:
    """Books the visit or refuses it with every reason, and answers the portal.

    A request that was decided before gets the same answer again. Raises `VisitorMustAct` when
    the visit's number belongs to somebody else.
    """
    known = store.visits.visit(change.db, asked.visit_id)
    if known is None:
        facts = booking_facts(change.db, asked, change.console.facility.time)
        decision = rules.decide(asked, facts, change.now)
        known = _save(change, asked, decision, _place(facts, decision))
    elif known.visitor_id != asked.visitor_id:
        raise VisitorMustAct("This visit's number is taken. Please book again.")
    reasons = store.visits.refusals(change.db, asked.visit_id)
    change.tell_portal(
        BookingDecided(
            visit=known.state,
            refusals=rules.told_to_visitor(reasons),
            decided_at=change.now,
        )
    )


def _place(facts: rules.BookingFacts, decision: Booked | Refused) -> Placed:
    return Placed(
        inmate_id=facts.approval.inmate_id if facts.approval else None,
        unit_id=facts.unit.unit_id if facts.unit else None,
        terminal_id=decision.terminal_id if isinstance(decision, Booked) else None,
    )


def _save(
    change: Change, asked: BookingRequested, decision: Booked | Refused, placed: Placed
) -> Visit:
    event = VisitEvent.APPROVE if isinstance(decision, Booked) else VisitEvent.REFUSE
    status = next_status(VisitStatus.REQUESTED, event, Actor.CONSOLE)
    try:
        store.visits.add(change.db, _state(asked, status), placed=placed, asked_at=asked.asked_at)
    except TimeTaken as taken:
        refused = Refused((reason(taken.code),))
        return _save(change, asked, refused, Placed(placed.inmate_id, placed.unit_id, None))
    reasons = decision.reasons if isinstance(decision, Refused) else ()
    store.visits.save_refusals(change.db, asked.visit_id, reasons)
    _tell_history(change, asked, event, status)
    change.audit(
        CONSOLE_ITSELF,
        Verb.REFUSE if reasons else Verb.BOOK,
        ObjectKind.VISIT,
        asked.visit_id,
        {
            "visitor": asked.visitor_id,
            "starts": asked.slot.starts_at.isoformat(),
            "kind": asked.kind,
            "terminal": placed.terminal_id or "",
            "reasons": " ".join(one.code for one in reasons),
        },
    )
    change.touches(Topic.VISITS, placed.unit_id if not reasons else None)
    return known_visit(change, asked.visit_id)


def _state(asked: BookingRequested, status: VisitStatus) -> VisitState:
    return VisitState(
        visit_id=asked.visit_id,
        revision=1,
        visitor_id=asked.visitor_id,
        approval_id=asked.approval_id,
        kind=asked.kind,
        slot=asked.slot,
        status=status,
        cause=None,
    )


def _tell_history(
    change: Change, asked: BookingRequested, event: VisitEvent, status: VisitStatus
) -> None:
    store.visits.add_line(
        change.db,
        asked.visit_id,
        HistoryWord.ASKED,
        Actor.VISITOR,
        at=asked.asked_at,
        saved_at=change.now,
    )
    store.visits.add_line(
        change.db,
        asked.visit_id,
        event,
        Actor.CONSOLE,
        at=change.now,
        saved_at=change.now,
        change=(VisitStatus.REQUESTED, status),
    )
