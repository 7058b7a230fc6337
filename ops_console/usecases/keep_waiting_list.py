"""The waiting list: who waits is offered the first time that comes free, and confirms it."""

from __future__ import annotations

from datetime import date, timedelta

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.rules.alternatives import offered
from ops_console.rules.case import Case
from ops_console.rules.meeting import asked as meeting_of
from ops_console.rules.refusing import Code, refuse, told_to_visitor
from ops_console.rules.slots import Stretch
from ops_console.rules.waiting import last_day_to_wait
from ops_console.store.visits import TimeTaken
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change, visitor
from ops_console.usecases._console import Console
from ops_console.usecases._deciding import answer, forget_hold, let_holds_lapse, state_of
from ops_console.usecases._world import request_of, world_of
from visits.errors import VisitorMustAct
from visits.lifecycle import Actor, VisitEvent, next_status
from visits.messages import (
    Envelope,
    WaitingChanged,
    WaitingLeft,
    WaitingRequested,
    WaitingState,
)
from visits.model import Slot, Standing, VisitId, VisitStatus, WaitingId, new_id

ONE_DAY = timedelta(days=1)


def wait_for_time(one: Change, _envelope: Envelope, asked: WaitingRequested) -> None:
    """Puts a visitor on the waiting list; what is free already is offered at once, to those who
    waited before first."""
    if store.waiting.waiting(one.db, asked.waiting_id) is None:
        approval = store.approvals.approval(one.db, asked.approval_id)
        if approval is None or approval.visitor_id != asked.visitor_id:
            raise VisitorMustAct("You are not approved to visit this person. Ask for access first.")
        store.waiting.add(one.db, asked)
        one.audit(visitor(asked.visitor_id), Verb.ASK, ObjectKind.WAITING, asked.waiting_id, {})
        let_holds_lapse(one)
        _keep_to_the_last_day(one, _known(one, asked.waiting_id))
        if _has_news(one, _known(one, asked.waiting_id)):
            _offer_to_all(one, but=asked.waiting_id)
    _tell(one, asked.waiting_id)


def leave_waiting_list(one: Change, _envelope: Envelope, asked: WaitingLeft) -> None:
    """The visitor waits no longer; a time that was offered is free again."""
    known = store.waiting.waiting(one.db, asked.waiting_id)
    if known is None or known.visitor_id != asked.visitor_id:
        raise VisitorMustAct("We do not know this place on the waiting list.")
    if known.offer is not None:
        forget_hold(one, known.offer.visit_id)
    if known.standing in {Standing.WAITING, Standing.OFFERED}:
        store.waiting.save_standing(one.db, asked.waiting_id, Standing.ENDED)
    _tell(one, asked.waiting_id)


def offer_was_taken(one: Change, visit_id: VisitId) -> None:
    """A visit that was booked may have been offered to somebody who waited."""
    known = store.waiting.offered_by(one.db, visit_id)
    if known is not None and known.standing is Standing.OFFERED:
        store.waiting.save_standing(one.db, known.waiting_id, Standing.BOOKED, visit_id)
        _tell(one, known.waiting_id)


def offer_free_times(console: Console) -> None:
    """Lets holds and offers lapse that nobody took, offers what came free to those who wait, the
    longest waiting first, and ends waits whose last day has passed."""
    with console.readers.read() as db:
        waits = any(store.waiting.standing(db, one) for one in (Standing.WAITING, Standing.OFFERED))
        lapsed = store.visits.a_hold_lapsed(db, console.clock.now())
    if waits or lapsed:
        change(console, _offer_to_all)


def _offer_to_all(one: Change, but: WaitingId | None = None) -> None:
    """Tells everybody for whom something changed, except `but`."""
    let_holds_lapse(one)
    for lapsed in store.waiting.standing(one.db, Standing.OFFERED):
        if lapsed.offer is None:
            store.waiting.save_standing(one.db, lapsed.waiting_id, Standing.ENDED)
            _tell(one, lapsed.waiting_id)
    for waits in store.waiting.standing(one.db, Standing.WAITING):
        if _offer(one, waits) and waits.waiting_id != but:
            _tell(one, waits.waiting_id)


def _keep_to_the_last_day(one: Change, waits: WaitingState) -> None:
    """Nobody waits beyond the last day on which it makes sense; at all, if it never does."""
    first = max(one.console.facility.time.day(one.now), waits.first_day)
    case = _case(one, waits, first)
    until = last_day_to_wait(case, first, waits.last_day) if case else None
    if until is None:
        store.waiting.save_standing(one.db, waits.waiting_id, Standing.ENDED)
    elif until < waits.last_day:
        store.waiting.save_last_day(one.db, waits.waiting_id, until)


def _has_news(one: Change, waits: WaitingState) -> bool:
    """Whether a time is free for them now, or none can come any more."""
    if waits.standing is not Standing.WAITING:
        return False
    today = one.console.facility.time.day(one.now)
    return (
        waits.last_day < today or _first_free(one, waits, max(today, waits.first_day)) is not None
    )


def _offer(one: Change, waits: WaitingState) -> bool:
    """Whether something changed: a time is held for them, or nothing can come any more."""
    today = one.console.facility.time.day(one.now)
    if waits.last_day < today:
        store.waiting.save_standing(one.db, waits.waiting_id, Standing.ENDED)
        return True
    slot = _first_free(one, waits, max(today, waits.first_day))
    return slot is not None and _hold(one, waits, slot)


def _first_free(one: Change, waits: WaitingState, first: date) -> Stretch | None:
    case = _case(one, waits, first)
    return next(offered(case, first, waits.last_day), None) if case else None


def _case(one: Change, waits: WaitingState, first: date) -> Case | None:
    """What is waited for as if it were asked for at noon of that day; None for a stranger."""
    ready = one.console.ready.up_to_date(one.db, one.now)
    world = world_of(one.db, ready, waits, one.now, last_day=one.console.last_day(one.now))
    inmate = world.inmate(world.approval.inmate_id) if world.approval else None
    if inmate is None:
        return None
    noon = one.console.facility.time.day_bounds(first)[0] + ONE_DAY / 2
    request = request_of(
        waits, world.approval, Slot(starts_at=noon, ends_at=noon + timedelta(hours=1))
    )
    meeting = meeting_of(ready.rules.on(first), request, world, inmate)
    return Case(ready.rules, meeting, request, world, one.now)


def _hold(one: Change, waits: WaitingState, found: Stretch) -> bool:
    slot = Slot(starts_at=found.starts_at, ends_at=found.ends_at)
    place = answer(one, waits, slot)
    if place.reasons:
        return False
    visit_id = new_id()
    status = next_status(VisitStatus.REQUESTED, VisitEvent.HOLD, Actor.CONSOLE)
    state = state_of(waits, visit_id, slot, status, revision=0)
    until = min(one.now + one.console.policy.offer_for, slot.starts_at)
    try:
        store.visits.add(one.db, state, placed=place.placed, asked_at=one.now, held_until=until)
    except TimeTaken:
        return False
    store.waiting.save_standing(one.db, waits.waiting_id, Standing.OFFERED, visit_id)
    details = {"visit": visit_id, "starts": slot.starts_at.isoformat()}
    one.audit(CONSOLE_ITSELF, Verb.OFFER, ObjectKind.WAITING, waits.waiting_id, details)
    one.renews_calendar(place.unit_id)
    return True


def _known(one: Change, waiting_id: WaitingId) -> WaitingState:
    known = store.waiting.waiting(one.db, waiting_id)
    if known is None:
        raise LookupError(waiting_id)
    return known


def _tell(one: Change, waiting_id: WaitingId) -> None:
    state = _known(one, waiting_id)
    if state.standing is Standing.ENDED:
        over = refuse(Code.WAIT_OVER, "The wait ended without a visit.")
        state = store.waiting.with_reasons(state, told_to_visitor((over,)))
    one.tell_portal(WaitingChanged(waiting=state, at=one.now))
