"""Whether a visit that is booked goes beyond what is free of charge."""

from __future__ import annotations

from ops_console import store
from ops_console.rules.allowances import charged_by
from ops_console.store.visits import Visit
from ops_console.usecases._change import Change
from ops_console.usecases._deciding import Answer
from ops_console.usecases._world import request_of, world_of
from visits.messages import BookingRequested, TimeWanted
from visits.model import Slot, VisitId


def charge(one: Change, asked: BookingRequested, found: Answer) -> tuple[str, ...]:
    """The limits beyond whose free amount the visit goes, put down with it; none for a refusal.

    The rules are those of the decision, just made. It costs nothing where the rules of the
    day know nothing that is free.
    """
    if found.reasons:
        return ()
    day = one.console.facility.time.day(asked.slot.starts_at)
    if all(limit.free is None for limit in one.console.ready.rules.on(day).book.limits):
        return ()
    entries = _beyond(one, asked, asked.visit_id, asked.slot, found.placed.session)
    if entries:
        store.charges.save(one.db, asked.visit_id, entries)
    return entries


def lighten(one: Change, moved: Visit) -> tuple[str, ...] | None:
    """What is left of the charge of a visit that the facility has moved; None if all of it.

    What the visitor did not ask for never costs more than what they did.
    """
    before = store.charges.of(one.db, moved.visit_id)
    if not before:
        return None
    wanted = TimeWanted(
        visitor_id=moved.visitor_id,
        approval_id=moved.approval_id,
        kind=moved.kind,
        channel=moved.channel,
        companions=moved.companions,
    )
    beyond = _beyond(one, wanted, moved.visit_id, moved.slot, moved.session)
    left = tuple(name for name in before if name in beyond)
    if left == before:
        return None
    store.charges.save(one.db, moved.visit_id, left)
    return left


def _beyond(
    one: Change, wanted: TimeWanted, visit_id: VisitId, slot: Slot, session: str | None
) -> tuple[str, ...]:
    ready = one.console.ready.up_to_date(one.db, one.now)
    world = world_of(one.db, ready, wanted, one.now, but=visit_id)
    return charged_by(ready.rules, request_of(wanted, world.approval, slot), world, session)
