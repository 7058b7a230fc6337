"""Decide a visitor's request for one open time."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.refusing import told_to_visitor
from ops_console.rules.verdict import Booked
from ops_console.store.visits import HistoryWord, TimeTaken, Visit
from ops_console.usecases._change import CONSOLE_ITSELF, Change
from ops_console.usecases._deciding import Answer, answer, let_holds_lapse, state_of
from ops_console.usecases._visits import known_visit
from ops_console.usecases.keep_waiting_list import offer_was_taken
from visits.errors import VisitorMustAct
from visits.lifecycle import Actor, VisitEvent, next_status
from visits.messages import BookingDecided, BookingRequested, Envelope
from visits.model import Slot, VisitStatus

OFFICER = "officer"


def decide_booking(one: Change, _envelope: Envelope, asked: BookingRequested) -> None:
    """Books the visit or refuses it with every reason, and answers the portal.

    A request that was decided before gets the same answer again. Raises `VisitorMustAct` when
    the visit's number belongs to somebody else.
    """
    let_holds_lapse(one)
    known = store.visits.visit(one.db, asked.visit_id)
    if known is not None and known.visitor_id != asked.visitor_id:
        raise VisitorMustAct("This visit's number is taken. Please book again.")
    alternatives: tuple[Slot, ...] = ()
    if known is None or (known.status is VisitStatus.HELD and not known.waits_for):
        found = answer(one, asked, asked.slot, but=asked.visit_id, asked_at=asked.asked_at)
        known, alternatives = _save(one, asked, found, known)
    one.tell_portal(
        BookingDecided(
            visit=known.state,
            refusals=told_to_visitor(store.visits.refusals(one.db, asked.visit_id)),
            alternatives=alternatives,
            decided_at=one.now,
        )
    )


def _save(
    one: Change, asked: BookingRequested, found: Answer, hold: Visit | None
) -> tuple[Visit, tuple[Slot, ...]]:
    """Keeps the decision; the store has the last word on what is taken."""
    event = VisitEvent.REFUSE if found.reasons else VisitEvent.APPROVE
    before = hold.status if hold else VisitStatus.REQUESTED
    status = next_status(before, event, Actor.CONSOLE)
    try:
        _keep(one, asked, found, hold, status)
    except TimeTaken as taken:
        return _save(one, asked, found.refused(taken), hold)
    store.visits.save_refusals(one.db, asked.visit_id, found.reasons)
    _wait_for_the_officer(one, asked, found)
    _tell_history(one, asked, event, before, status)
    _audit(one, asked, found)
    if not found.reasons:
        offer_was_taken(one, asked.visit_id)
    one.touches(Topic.VISITS, found.unit_id if hold or not found.reasons else None)
    one.renews_calendar(hold.unit_id if hold else None)
    return known_visit(one, asked.visit_id), found.alternatives


def _keep(
    one: Change, asked: BookingRequested, found: Answer, hold: Visit | None, status: VisitStatus
) -> None:
    state = state_of(asked, asked.visit_id, asked.slot, status)
    if hold is None:
        store.visits.add(one.db, state, placed=found.placed, asked_at=asked.asked_at)
    else:
        store.visits.confirm(one.db, state, found.placed)


def _wait_for_the_officer(one: Change, asked: BookingRequested, found: Answer) -> None:
    """Some visits are only held until an officer says yes."""
    if isinstance(found.verdict, Booked) and OFFICER in found.verdict.waits_for:
        store.visits.save_waits_for(one.db, asked.visit_id, OFFICER, asked.slot.starts_at)


def _audit(one: Change, asked: BookingRequested, found: Answer) -> None:
    one.audit(
        CONSOLE_ITSELF,
        Verb.REFUSE if found.reasons else Verb.BOOK,
        ObjectKind.VISIT,
        asked.visit_id,
        {
            "visitor": asked.visitor_id,
            "starts": asked.slot.starts_at.isoformat(),
            "kind": asked.kind,
            "terminal": found.placed.terminal_id or "",
            "reasons": " ".join(reason.code for reason in found.reasons),
        },
    )


def _tell_history(
    one: Change,
    asked: BookingRequested,
    event: VisitEvent,
    before: VisitStatus,
    after: VisitStatus,
) -> None:
    store.visits.add_line(
        one.db,
        asked.visit_id,
        HistoryWord.ASKED,
        Actor.VISITOR,
        at=asked.asked_at,
        saved_at=one.now,
    )
    store.visits.add_line(
        one.db,
        asked.visit_id,
        event,
        Actor.CONSOLE,
        at=one.now,
        saved_at=one.now,
        change=(before, after),
    )
