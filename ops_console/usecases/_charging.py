"""Whether a visit that is booked goes beyond what is free of charge."""

from __future__ import annotations

from ops_console import store
from ops_console.rules.allowances import charged_by
from ops_console.usecases._change import Change
from ops_console.usecases._deciding import Answer
from ops_console.usecases._world import request_of, world_of
from visits.messages import BookingRequested


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
    ready = one.console.ready.up_to_date(one.db, one.now)
    world = world_of(one.db, ready, asked, one.now, but=asked.visit_id)
    entries = charged_by(ready.rules, request_of(asked, world.approval, asked.slot), world)
    if entries:
        store.charges.save(one.db, asked.visit_id, entries)
    return entries
