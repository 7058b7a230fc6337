"""One answer of the rules for use cases, on the facts of the store at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from ops_console import store
from ops_console.rules.refusing import Reason, refuse
from ops_console.rules.slots import Stretch
from ops_console.rules.verdict import Booked, Refused, decide
from ops_console.store.approvals import Approval
from ops_console.store.visits import Placed, TimeTaken
from ops_console.usecases._change import Change
from ops_console.usecases._world import StoreWorld, request_of, world_of
from visits.messages import TimeWanted, VisitState
from visits.model import Slot, UnitId, VisitId, VisitStatus


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules say, and where the visit would be."""

    verdict: Booked | Refused
    approval: Approval | None
    placed: Placed

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every reason for the no; none for a yes."""
        return self.verdict.reasons if isinstance(self.verdict, Refused) else ()

    @property
    def alternatives(self) -> tuple[Slot, ...]:
        """The nearest other times."""
        found = self.verdict.alternatives if isinstance(self.verdict, Refused) else ()
        return as_slots(found)

    @property
    def unit_id(self) -> UnitId | None:
        return self.placed.unit_id

    def refused(self, taken: TimeTaken) -> Answer:
        """The same after the store itself found that the time is taken."""
        reason = refuse(taken.code, "The store found somebody or something taken at this time.")
        nowhere = Placed(self.placed.inmate_id, self.placed.unit_id, None)
        return Answer(Refused((reason,)), self.approval, nowhere)


def answer(
    one: Change,
    wanted: TimeWanted,
    slot: Slot,
    *,
    but: VisitId | None = None,
    asked_at: datetime | None = None,
) -> Answer:
    """Whether `wanted` may be booked in `slot`, beside everything but the visit `but`."""
    ready = one.console.ready.up_to_date(one.db, one.now)
    last_day = one.console.last_day(one.now)
    world = world_of(one.db, ready, wanted, one.now, last_day=last_day, but=but, asked_at=asked_at)
    return answer_in(world, slot)


def answer_in(world: StoreWorld, slot: Slot) -> Answer:
    """Whether what is wanted in this world may be booked in `slot`."""
    approval = world.approval
    request = request_of(world.wanted, approval, slot)
    verdict = decide(world.ready.rules, request, world, world.now)
    terminal = verdict.terminal if isinstance(verdict, Booked) else None
    session = verdict.session if isinstance(verdict, Booked) else None
    placed = Placed(
        approval.inmate_id if approval else None,
        approval.unit_id if approval else None,
        terminal,
        session,
    )
    return Answer(verdict, approval, placed)


def state_of(
    wanted: TimeWanted, visit_id: VisitId, slot: Slot, status: VisitStatus, revision: int = 1
) -> VisitState:
    """The visit that would come of it."""
    return VisitState(
        visit_id=visit_id,
        revision=revision,
        visitor_id=wanted.visitor_id,
        approval_id=wanted.approval_id,
        kind=wanted.kind,
        channel=wanted.channel,
        companions=wanted.companions,
        slot=slot,
        status=status,
        cause=None,
    )


def as_slots(found: tuple[Stretch, ...]) -> tuple[Slot, ...]:
    return tuple(map(_as_slot, found))


@lru_cache(maxsize=4096)
def _as_slot(found: Stretch) -> Slot:
    """The same times are told to many."""
    return Slot(starts_at=found.starts_at, ends_at=found.ends_at)


def let_holds_lapse(one: Change) -> None:
    """Forgets the holds whose time is up, before anybody decides beside them."""
    for visit_id, unit_id in store.visits.forget_holds(one.db, one.now).items():
        one.lapsed.append(visit_id)
        one.renews_calendar(unit_id)


def forget_hold(one: Change, visit_id: VisitId) -> None:
    """Frees the time of one hold at once; the public sees it again."""
    held = store.visits.visit(one.db, visit_id)
    store.visits.forget_hold(one.db, visit_id)
    one.lapsed.append(visit_id)
    one.renews_calendar(held.unit_id if held else None)
