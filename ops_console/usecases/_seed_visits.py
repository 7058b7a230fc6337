"""Put one seeded visit into the book, with the history that its status needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.ledger import Booked
from ops_console.rules.meeting import Meeting
from ops_console.rules.offered import slots_on
from ops_console.store.approvals import Approval
from ops_console.store.visits import HistoryWord, Placed, Visit
from ops_console.usecases._change import CONSOLE_ITSELF, Change
from ops_console.usecases._deciding import as_slots
from ops_console.usecases._seed_file import SeedVisit, slot_of
from ops_console.usecases._visits import By, known_visit, move
from visits.errors import SettingsWrong
from visits.lifecycle import Actor, VisitEvent
from visits.messages import VisitChanged, VisitState
from visits.model import Cause, Slot, UnitId, VisitStatus

_ASKED_BEFORE = timedelta(days=2)
SLOTS_TRIED = 8


def seed_visit(one: Change, wanted: SeedVisit) -> None:
    """Books the visit for the facility, off the unit's hours too, and moves it to its status.

    Raises `SettingsWrong` when it names nobody or nowhere, `TimeTaken` when somebody is not free.
    """
    if store.visits.visit(one.db, wanted.visit_id) is not None:
        return
    approval = store.approvals.approval(one.db, wanted.approval_id)
    if approval is None or approval.unit_id is None:
        raise SettingsWrong(f"{wanted.visit_id}: no approval {wanted.approval_id} with a unit.")
    unit_id = approval.unit_id

    def slots(day: date) -> list[Slot]:
        return _slots_of(one, wanted, approval, day)

    slot, terminal_id = _free_place(one, wanted, slots, unit_id)
    visit = _book(one, wanted, approval, slot, Placed(approval.inmate_id, unit_id, terminal_id))
    for event, actor, at, cause in _path(wanted, slot):
        visit = move(one, visit, event, By(actor), cause=cause, at=at)
    if wanted.seen:
        store.visits.save_seen(one.db, wanted.visit_id, slot.starts_at - _ASKED_BEFORE / 2)


def _free_place(
    one: Change, wanted: SeedVisit, slots: Callable[[date], list[Slot]], unit_id: UnitId
) -> tuple[Slot, str]:
    """The wanted time and a terminal. A visit for "slot +n" takes the next slot that has a
    terminal free: which ones overlap depends on the weekday and the minute of the seeding."""
    facility = one.console.facility.time
    slot = slot_of(wanted, slots, facility, one.now)
    if wanted.terminal_id:
        return slot, wanted.terminal_id
    tried = wanted
    for _ in range(SLOTS_TRIED):
        terminal_id = _free_terminal(one, slot, unit_id)
        if terminal_id is not None:
            return slot, terminal_id
        tried = tried.one_slot_later()
        slot = slot_of(tried, slots, facility, one.now)
    raise SettingsWrong(f"{wanted.visit_id}: no terminal of {unit_id} is free then.")


def _book(one: Change, wanted: SeedVisit, approval: Approval, slot: Slot, placed: Placed) -> Visit:
    asked_at = min(one.now, slot.starts_at) - _ASKED_BEFORE
    state = VisitState(
        visit_id=wanted.visit_id,
        revision=1,
        visitor_id=approval.visitor_id,
        approval_id=approval.approval_id,
        kind=wanted.kind,
        channel=wanted.channel,
        companions=wanted.companions,
        slot=slot,
        status=VisitStatus.BOOKED,
        cause=None,
    )
    store.visits.add(one.db, state, placed=placed, asked_at=asked_at)
    _tell_history(one, wanted, asked_at)
    details = {"kind": wanted.kind, "seeded": "yes"}
    one.audit(CONSOLE_ITSELF, Verb.BOOK, ObjectKind.VISIT, wanted.visit_id, details)
    one.tell_portal(VisitChanged(visit=state, at=one.now))
    one.touches(Topic.VISITS, placed.unit_id)
    return known_visit(one, wanted.visit_id)


def _slots_of(one: Change, wanted: SeedVisit, approval: Approval, day: date) -> list[Slot]:
    """Every time that the rules have for such a visit on a day, whoever holds it."""
    ready = one.console.ready.up_to_date(one.db, one.now)
    inmate = store.facts.inmate(one.db, approval.inmate_id)
    if inmate is None:
        return []
    rules = ready.rules.on(day)
    start = rules.facility.day_bounds(day)[0]
    meeting = Meeting(
        rules, inmate, (), wanted.kind, wanted.channel, start, start + timedelta(hours=1)
    )
    return list(as_slots(slots_on(meeting, day)))


def _free_terminal(one: Change, slot: Slot, unit_id: UnitId) -> str | None:
    terminals = store.facility.terminals(one.db, unit_id)
    ready = one.console.ready.up_to_date(one.db, one.now)
    running = Booked(ready.ledger).during(slot.starts_at, slot.ends_at)
    taken = {visit.terminal for visit in running}
    for terminal in terminals:
        if terminal.terminal_id not in taken:
            return terminal.terminal_id
    return None


def _tell_history(one: Change, wanted: SeedVisit, asked_at: datetime) -> None:
    change = (VisitStatus.REQUESTED, VisitStatus.BOOKED)
    add = store.visits.add_line
    for what, actor, after in (
        (HistoryWord.ASKED, Actor.VISITOR, None),
        (VisitEvent.APPROVE, Actor.CONSOLE, change),
    ):
        add(
            one.db,
            wanted.visit_id,
            what,
            actor,
            at=asked_at,
            saved_at=asked_at,
            change=after,
        )


def _path(
    wanted: SeedVisit, slot: Slot
) -> tuple[tuple[VisitEvent, Actor, datetime, Cause | None], ...]:
    """The events after booking that lead to the wanted status."""
    start, end = slot.starts_at, slot.ends_at
    if wanted.status is VisitStatus.ENDED:
        early = start - timedelta(minutes=3)
        return (
            (VisitEvent.CHECK_IN, Actor.INMATE, early, None),
            (VisitEvent.CONNECT, Actor.KIOSK, start, None),
            (VisitEvent.END, Actor.KIOSK, end, wanted.cause or Cause.TIME_UP),
        )
    if wanted.status is VisitStatus.NO_SHOW:
        cause = wanted.cause or Cause.NOBODY_CAME
        return ((VisitEvent.MISS, Actor.CONSOLE, end, cause),)
    if wanted.status is VisitStatus.CANCELLED:
        cause = wanted.cause or Cause.VISITOR_CANCELLED
        return ((VisitEvent.CANCEL, Actor.VISITOR, start - timedelta(hours=20), cause),)
    return ()
