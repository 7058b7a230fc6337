"""Answers that are worked out beside the writer, and whether they stand when it comes to them.

Only the writer decides. What another process worked out of the store a moment ago is as good as
what the writer would work out now, unless something has changed that it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from ops_console import store
from ops_console.rules.ledger import Booked
from ops_console.rules.reads import BookedNoted, Reads
from ops_console.store.booked import ChangeMark
from ops_console.usecases._change import Change
from ops_console.usecases._console import Console
from ops_console.usecases._deciding import Answer, answer, answer_in
from ops_console.usecases._world import StoreWorld
from visits.messages import BookingRequested
from visits.model import VisitId

GOOD_FOR = timedelta(seconds=1)
"""Notice and deadlines are told to the moment, so that older advice is none."""


@dataclass(frozen=True, slots=True)
class Advice:
    """An answer, to which request, as of when, and what it was read from."""

    visit_id: VisitId
    answer: Answer
    now: datetime
    rules: str
    facts: str
    mark: ChangeMark
    reads: Reads


@dataclass(frozen=True)
class _Noted(StoreWorld):
    """A world that notes which visits were looked for."""

    reads: Reads = field(default_factory=Reads)

    @cached_property
    def booked(self) -> Booked:
        return BookedNoted(self.ready.ledger, self.but, self._older(), reads=self.reads)


def advise(console: Console, asked: BookingRequested) -> Advice:
    """What the rules say of a request by the store at this moment."""
    now = console.clock.now()
    with console.asking() as (db, ready):
        world = _Noted(
            db=db,
            ready=ready,
            wanted=asked,
            approval=store.approvals.approval(db, asked.approval_id),
            now=now,
            last_day=console.last_day(now),
            but=asked.visit_id,
            asked_at=asked.asked_at,
        )
        found = answer_in(world, asked.slot)
        return Advice(
            asked.visit_id, found, now, ready.stamp, store.facts.stamp(db), ready.mark, world.reads
        )


def advised(one: Change, asked: BookingRequested) -> Answer:
    """The answer to a request: as somebody advised, where that still stands."""
    advice: Advice | None = one.console.advice.take(asked)
    if advice is not None and advice.visit_id == asked.visit_id and stands(one, advice):
        return advice.answer
    return answer(one, asked, asked.slot, but=asked.visit_id, asked_at=asked.asked_at)


def stands(one: Change, advice: Advice) -> bool:
    """Whether the writer would read now what the advice was read from."""
    day = one.console.facility.time.day
    if not timedelta(0) <= one.now - advice.now <= GOOD_FOR or day(one.now) != day(advice.now):
        return False
    ready = one.console.ready.up_to_date(one.db, one.now)
    return (
        advice.rules == ready.stamp
        and advice.facts == store.facts.stamp(one.db)
        and not ready.lately.meet(advice.reads, advice.mark)
    )
