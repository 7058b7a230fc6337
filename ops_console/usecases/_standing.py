"""Booked visits looked at again: which of them no longer stand, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.case import Case
from ops_console.rules.facts import InmateFact, PersonFact
from ops_console.rules.ledger import Booked, Ledger
from ops_console.rules.meeting import asked as meeting_of
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.ruleset import Rules
from ops_console.rules.standing import BESIDE_OTHERS, lasting, standing
from ops_console.store.visits import Visit
from ops_console.usecases._ready import Ready
from ops_console.usecases._world import StoreWorld, request_of
from visits.messages import TimeWanted
from visits.model import VisitId

NOBODY: frozenset[VisitId] = frozenset()
Found = dict[VisitId, tuple[Reason, ...]]
Before = Callable[[Visit], tuple[Reason, ...]]
"""What stood against a visit before the change."""


@dataclass(frozen=True)
class _BesideSome(StoreWorld):
    """A world in which some visits are about to lose their time."""

    ledger: Ledger | None = None
    without: frozenset[VisitId] = NOBODY

    @cached_property
    def booked(self) -> Booked:
        ledger = self.ready.ledger if self.ledger is None else self.ledger
        return Booked(ledger, self.but, self._older(), self.without)


@dataclass(frozen=True)
class View:
    """The store at one moment, under the rules that last once a visit is booked."""

    db: Database
    ready: Ready
    rules: Rules
    now: datetime
    ledger: Ledger
    last_day: date | None = None
    _inmates: dict[str, InmateFact | None] = field(default_factory=dict)
    _people: dict[str, PersonFact | None] = field(default_factory=dict)
    _read: dict[tuple[str, object], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, db: Database, ready: Ready, now: datetime) -> View:
        """`ready` is up to date with `db`, but for what does not touch rules and visits."""
        return cls(db, ready, lasting(ready.rules), now, ready.ledger)

    def case(self, visit: Visit, without: frozenset[VisitId] = NOBODY) -> Case | None:
        """The visit as if it were asked for at its own time, beside everything but `without`;
        None when nobody knows its inmate."""
        wanted = wanted_of(visit)
        approval = store.approvals.approval(self.db, visit.approval_id)
        world = _BesideSome(
            db=self.db,
            ready=self.ready,
            wanted=wanted,
            approval=approval,
            now=self.now,
            last_day=self.last_day,
            but=visit.visit_id,
            _inmates=self._inmates,
            _people=self._people,
            _read=self._read,
            ledger=self.ledger,
            without=without,
        )
        inmate = world.inmate(visit.inmate_id or "")
        if inmate is None:
            return None
        request = request_of(wanted, approval, visit.slot)
        rules = self.rules.on(self.rules.facility.day(visit.slot.starts_at))
        return Case(self.rules, meeting_of(rules, request, world, inmate), request, world, self.now)

    def against(self, visit: Visit, without: frozenset[VisitId] = NOBODY) -> tuple[Reason, ...]:
        """Everything that stands against the visit where and when it is booked."""
        case = self.case(visit, without)
        if case is None:
            return (refuse(Code.INMATE_NOT_HELD, "The inmate is not known here."),)
        return standing(case, visit.terminal_id)


def wanted_of(visit: Visit) -> TimeWanted:
    """What the visitor once asked for."""
    return TimeWanted(
        visitor_id=visit.visitor_id,
        approval_id=visit.approval_id,
        kind=visit.kind,
        channel=visit.channel,
        companions=visit.companions,
    )


def fallen(view: View, before: Before, visits: Sequence[Visit]) -> Found:
    """The visits that do not stand, with what is new against each since `before`.

    Of several that only stand in one another's way, those that were asked for first stay.
    """
    found = {visit.visit_id: view.against(visit) for visit in visits}
    new = _new(found, before, visits)
    doubtful = [visit for visit in visits if _only_beside_others(new.get(visit.visit_id, ()))]
    lost = set(new)
    for visit in sorted(doubtful, key=lambda one: (one.asked_at, one.visit_id)):
        still = view.against(visit, frozenset(lost - {visit.visit_id}))
        if not _among(new[visit.visit_id], still):
            lost.discard(visit.visit_id)
    return {visit_id: reasons for visit_id, reasons in new.items() if visit_id in lost}


def _new(
    found: Mapping[VisitId, tuple[Reason, ...]], before: Before, visits: Iterable[Visit]
) -> Found:
    """Only what is new: an officer may have booked a visit in spite of an entry."""
    new: Found = {}
    for visit in visits:
        reasons = found[visit.visit_id]
        if reasons:
            old = set(before(visit))
            rest = tuple(one for one in reasons if one not in old)
            if rest:
                new[visit.visit_id] = rest
    return new


def _only_beside_others(reasons: Collection[Reason]) -> bool:
    return bool(reasons) and all(one.code in BESIDE_OTHERS for one in reasons)


def _among(reasons: Iterable[Reason], still: Iterable[Reason]) -> bool:
    """Whether one of the reasons, by code and entry, still holds."""
    codes = {(one.code, one.entry) for one in still}
    return any((one.code, one.entry) in codes for one in reasons)
