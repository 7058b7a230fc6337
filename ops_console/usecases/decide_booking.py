"""Decide a visitor's request for one open time."""

from __future__ import annotations

from collections.abc import Sequence

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.refusing import Reason, told_to_visitor
from ops_console.rules.verdict import Booked
from ops_console.store.visits import HistoryWord, Known, TimeTaken
from ops_console.usecases._advice import advised
from ops_console.usecases._change import CONSOLE_ITSELF, Change
from ops_console.usecases._charging import charge
from ops_console.usecases._deciding import Answer, let_holds_lapse, state_of
from ops_console.usecases._visits import known_visit
from ops_console.usecases.keep_waiting_list import offer_was_taken
from visits.errors import VisitorMustAct
from visits.lifecycle import Actor, VisitEvent, next_status
from visits.messages import BookingDecided, BookingRequested, Envelope, VisitState
from visits.model import Slot, VisitStatus

OFFICER = "officer"


def decide_booking(one: Change, _envelope: Envelope, asked: BookingRequested) -> None:
    """Books the visit or refuses it with every reason, and answers the portal.

    A request that was decided before gets the same answer again. Raises `VisitorMustAct` when
    the visit's number belongs to somebody else.
    """
    let_holds_lapse(one)
    known = store.visits.known(one.db, asked.visit_id)
    if known is not None and known.visitor_id != asked.visitor_id:
        raise VisitorMustAct("This visit's number is taken. Please book again.")
    if known is None or (known.status is VisitStatus.HELD and not known.waits_for):
        found = advised(one, asked)
        _tell(one, *_save(one, asked, found, known))
    else:
        reasons = store.visits.refusals(one.db, asked.visit_id)
        _tell(one, known_visit(one, asked.visit_id).state, reasons)


def _tell(
    one: Change,
    visit: VisitState,
    reasons: Sequence[Reason],
    alternatives: tuple[Slot, ...] = (),
) -> None:
    one.tell_portal(
        BookingDecided(
            visit=visit,
            refusals=told_to_visitor(reasons),
            alternatives=alternatives,
            decided_at=one.now,
            charged_by=store.charges.of(one.db, visit.visit_id),
        )
    )


def _save(
    one: Change, asked: BookingRequested, found: Answer, hold: Known | None
) -> tuple[VisitState, tuple[Reason, ...], tuple[Slot, ...]]:
    """Keeps the decision, and answers what the portal is told of it; the store has the last word
    on what is taken."""
    event = VisitEvent.REFUSE if found.reasons else VisitEvent.APPROVE
    before = hold.status if hold else VisitStatus.REQUESTED
    status = next_status(before, event, Actor.CONSOLE)
    try:
        _keep(one, asked, found, hold, status)
    except TimeTaken as taken:
        return _save(one, asked, found.refused(taken), hold)
    store.visits.save_refusals(one.db, asked.visit_id, found.reasons)
    waits = _wait_for_the_officer(one, asked, found)
    _tell_history(one, asked, event, hold, status)
    _audit(one, asked, found, charge(one, asked, found))
    if not found.reasons:
        offer_was_taken(one, asked.visit_id)
    one.touches(Topic.VISITS, found.unit_id if hold or not found.reasons else None)
    one.renews_calendar(hold.unit_id if hold else None)
    if hold or waits:
        state = known_visit(one, asked.visit_id).state
    else:  # Just added: the store says the same, and a rush asks it thousands of times.
        state = state_of(asked, asked.visit_id, asked.slot, status)
    return state, found.reasons, found.alternatives


def _keep(
    one: Change, asked: BookingRequested, found: Answer, hold: Known | None, status: VisitStatus
) -> None:
    state = state_of(asked, asked.visit_id, asked.slot, status)
    if hold is None:
        store.visits.add(one.db, state, placed=found.placed, asked_at=asked.asked_at)
    else:
        store.visits.confirm(one.db, state, found.placed)


def _wait_for_the_officer(one: Change, asked: BookingRequested, found: Answer) -> bool:
    """Some visits are only held until an officer says yes; whether this is one."""
    waits = isinstance(found.verdict, Booked) and OFFICER in found.verdict.waits_for
    if waits:
        store.visits.save_waits_for(one.db, asked.visit_id, OFFICER, asked.slot.starts_at)
    return waits


def _audit(one: Change, asked: BookingRequested, found: Answer, charged: Sequence[str]) -> None:
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
            **({"charged_by": " ".join(charged)} if charged else {}),
        },
    )


def _tell_history(
    one: Change,
    asked: BookingRequested,
    event: VisitEvent,
    hold: Known | None,
    after: VisitStatus,
) -> None:
    visit_id, at, now = asked.visit_id, asked.asked_at, one.now
    if hold is None:
        change = (VisitStatus.REQUESTED, after)
        store.visits.begin(one.db, visit_id, event, asked_at=at, saved_at=now, change=change)
        return
    store.visits.add_line(one.db, visit_id, HistoryWord.ASKED, Actor.VISITOR, at=at, saved_at=now)
    store.visits.add_line(
        one.db,
        visit_id,
        event,
        Actor.CONSOLE,
        at=now,
        saved_at=now,
        change=(hold.status, after),
    )
