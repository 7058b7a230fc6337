"""The facts of one decision, read from the store as the rules ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.facts import (
    BanFact,
    ClosureFact,
    EngagementFact,
    InmateFact,
    PersonFact,
    Request,
)
from ops_console.rules.ledger import Booked, BookedVisit
from ops_console.rules.reach import look_back
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.store.approvals import Approval
from ops_console.usecases._ready import Ready
from visits.messages import BookingRequested, TimeWanted
from visits.model import Slot, VisitId

T = TypeVar("T")


@dataclass(frozen=True)
class StoreWorld:
    """What the store says of the people of one request, and of everything that is booked."""

    db: Database
    ready: Ready
    wanted: TimeWanted
    approval: Approval | None
    now: datetime
    last_day: date | None
    but: VisitId | None = None
    """The visit that is asked for or would be moved; it does not stand in its own way."""
    asked_at: datetime | None = None
    _inmates: dict[str, InmateFact | None] = field(default_factory=dict)
    _people: dict[str, PersonFact | None] = field(default_factory=dict)
    _read: dict[tuple[str, object], Any] = field(default_factory=dict)

    def inmate(self, inmate_id: str) -> InmateFact | None:
        if inmate_id not in self._inmates:
            read = inmate_with_list if self.ready.asks_for_lists else store.facts.inmate
            self._inmates[inmate_id] = read(self.db, inmate_id)
        return self._inmates[inmate_id]

    def person(self, person_id: str) -> PersonFact | None:
        if person_id not in self._people:
            self._people[person_id] = store.facts.person(self.db, person_id)
        return self._people[person_id]

    @cached_property
    def booked(self) -> Booked:
        return Booked(self.ready.ledger, self.but, self._older())

    def _older(self) -> tuple[BookedVisit, ...]:
        """Visits of these people from before the ledger begins, where a limit looks so far."""
        begins = self.ready.begins
        since = self.now - look_back(self.ready.rules)
        if since >= begins or self.approval is None:
            return ()
        people = frozenset({self.approval.inmate_id, *people_of(self.wanted)})
        return tuple(store.booked.older(self.db, people, since=since, until=begins))

    def apart(self, people: frozenset[str]) -> Sequence[tuple[str, str]]:
        if people == self._everybody:
            return self._about.apart
        return self._once("apart", people, lambda: store.facts.apart(self.db, people))

    def orders(self, people: frozenset[str]) -> Sequence[tuple[str, str]]:
        if people == self._everybody:
            return self._about.orders
        return self._once("orders", people, lambda: store.facts.orders(self.db, people))

    def bans(self, people: frozenset[str]) -> Sequence[BanFact]:
        if people == self._everybody:
            return self._about.bans
        return self._once("bans", people, lambda: store.facts.bans(self.db, people))

    def lists_with(self, person: str) -> frozenset[str]:
        return frozenset(store.approvals.inmates_of(self.db, person))

    def engagements(self, inmate: str) -> Sequence[EngagementFact]:
        if self.approval is not None and inmate == self.approval.inmate_id:
            return self._about.engagements
        return self._once(
            "engagements", inmate, lambda: store.facts.engagements(self.db, inmate, self.now)
        )

    @cached_property
    def _everybody(self) -> frozenset[str]:
        """Everybody of the request; nobody without an approval."""
        if self.approval is None:
            return frozenset()
        return frozenset({self.approval.inmate_id, *people_of(self.wanted)})

    @cached_property
    def _about(self) -> store.facts.About:
        inmate = self.approval.inmate_id if self.approval else ""
        return store.facts.about(self.db, self._everybody, inmate, self.now)

    def closures(self) -> Sequence[ClosureFact]:
        return self._closures

    @cached_property
    def _closures(self) -> Sequence[ClosureFact]:
        return store.facts.closures(self.db, self.now)

    def _once(self, what: str, whom: object, read: Callable[[], T]) -> T:
        """Each fact is read once for a request, however many times are looked at."""
        if (what, whom) not in self._read:
            self._read[what, whom] = read()
        found: T = self._read[what, whom]
        return found

    def leave(self) -> Iterator[Reason]:
        """Why the facility has not given leave for such visits at all."""
        approval, wanted = self.approval, self.wanted
        if self.asked_at is not None and self.now - self.asked_at > BookingRequested.lives_for:
            yield refuse(Code.REQUEST_EXPIRED, "The request was older than it may be.")
        if approval is None or not approval.active or approval.visitor_id != wanted.visitor_id:
            yield refuse(Code.NOT_APPROVED, "The visitor has no active approval for this inmate.")
            return
        if wanted.kind not in approval.kinds:
            yield refuse(Code.KIND_NOT_APPROVED, "The approval does not cover this kind of visit.")
        strangers = set(wanted.companions) - set(self._companions)
        for person in sorted(strangers):
            yield refuse(Code.NOT_APPROVED, f"{person} may not come under this approval.")

    @cached_property
    def _companions(self) -> Sequence[str]:
        if self.approval is None or not self.wanted.companions:
            return ()
        return tuple(store.facts.companions_of(self.db, self.approval.approval_id))


def world_of(
    db: Database,
    ready: Ready,
    wanted: TimeWanted,
    now: datetime,
    *,
    last_day: date | None = None,
    but: VisitId | None = None,
    asked_at: datetime | None = None,
) -> StoreWorld:
    """The facts about what `wanted` asks for. `but` is not counted against it."""
    return StoreWorld(
        db=db,
        ready=ready,
        wanted=wanted,
        approval=store.approvals.approval(db, wanted.approval_id),
        now=now,
        last_day=last_day,
        but=but,
        asked_at=asked_at,
    )


def request_of(wanted: TimeWanted, approval: Approval | None, slot: Slot) -> Request:
    """What the rules decide on. Without an approval nobody is asked for."""
    return Request.model_construct(
        visitor=wanted.visitor_id,
        inmate=approval.inmate_id if approval else "",
        kind=wanted.kind,
        channel=wanted.channel,
        people=people_of(wanted),
        start=slot.starts_at,
        end=slot.ends_at,
    )


def people_of(wanted: TimeWanted) -> tuple[str, ...]:
    """Who would come: who asks is the first."""
    return tuple(dict.fromkeys((wanted.visitor_id, *wanted.companions)))


def inmate_with_list(db: Database, inmate_id: str) -> InmateFact | None:
    """The inmate, whose list is everybody approved where the facility keeps no other."""
    inmate = store.facts.inmate(db, inmate_id)
    if inmate is None or inmate.states("list"):
        return inmate
    return inmate.model_copy(update={"list": tuple(store.approvals.approved_for(db, inmate_id))})
