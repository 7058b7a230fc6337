"""Carries out what an officer chose for each visit that a change affects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.offered import openings_of
from ops_console.rules.slots import Stretch
from ops_console.store.visits import Placed, TimeTaken, Visit
from ops_console.usecases._change import Change, officer
from ops_console.usecases._charging import lighten
from ops_console.usecases._impact import RUNNING, Cancel, Choice, Keep, Move, Offer
from ops_console.usecases._standing import View
from ops_console.usecases._visits import By, Told, known_visit, move, tell
from visits.errors import OfficerMustAct
from visits.lifecycle import Actor, VisitEvent, next_status
from visits.model import Cause, Id, Slot, VisitId

ASIDE = timedelta(days=36_525)
"""Visits that change places with each other are put a hundred years off in between."""


@dataclass(frozen=True)
class Applied:
    """What became of the affected visits."""

    kept: int = 0
    moved: int = 0
    cancelled: int = 0
    """With or without other times offered."""
    offered: int = 0
    """Of the cancelled: how many visitors were told of other times."""
    ended: int = 0


class Why(NamedTuple):
    """Why the visits change, for the record and for their visitors."""

    officer_id: Id
    cause: Cause
    reason: str
    sentence: str
    """All that visitors are told."""

    @property
    def by(self) -> By:
        return By(Actor.OFFICER, self.officer_id)


def carry_out(
    one: Change, visits: Iterable[Visit], choices: Mapping[VisitId, Choice], why: Why
) -> Applied:
    """Does what was chosen; first what makes room. Raises `OfficerMustAct` when a chosen time is
    not free any more."""
    chosen = [(visit, choices[visit.visit_id]) for visit in visits]
    ended = cancelled = 0
    for visit, choice in chosen:
        if isinstance(choice, Cancel | Offer):
            running = visit.status in RUNNING
            _stop(one, visit, choice, why)
            ended, cancelled = ended + running, cancelled + (not running)
    moves = [(visit, choice) for visit, choice in chosen if isinstance(choice, Move)]
    _move_all(one, moves, why)
    kept = [visit for visit, choice in chosen if isinstance(choice, Keep)]
    for visit in kept:
        details = {"reason": why.reason, "kept": "in spite of the change"}
        one.audit(officer(why.officer_id), Verb.CONFIRM, ObjectKind.VISIT, visit.visit_id, details)
    return Applied(
        kept=len(kept),
        moved=len(moves),
        cancelled=cancelled,
        offered=sum(isinstance(choice, Offer) for _, choice in chosen),
        ended=ended,
    )


def _stop(one: Change, visit: Visit, choice: Cancel | Offer, why: Why) -> None:
    event = VisitEvent.END if visit.status in RUNNING else VisitEvent.CANCEL
    alternatives = choice.alternatives if isinstance(choice, Offer) else ()
    told = Told(why.sentence, alternatives)
    move(one, visit, event, why.by, cause=why.cause, note=why.reason, told=told)
    verb = Verb.END if event is VisitEvent.END else Verb.CANCEL
    details = {"reason": why.reason, "cause": why.cause, "offered": str(len(alternatives))}
    one.audit(officer(why.officer_id), verb, ObjectKind.VISIT, visit.visit_id, details)


def _move_all(one: Change, moves: list[tuple[Visit, Move]], why: Why) -> None:
    for visit, to in moves:
        next_status(visit.status, VisitEvent.MOVE, Actor.OFFICER)
        if to.slot != visit.slot and to.slot.starts_at <= one.now:
            raise _look_again(one, visit, to)
    _place_all(one, moves)
    view = View.of(one.db, one.console.ready.up_to_date(one.db, one.now), one.now)
    for visit, to in moves:
        if view.against(known_visit(one, visit.visit_id)):
            raise _look_again(one, visit, to)
        _tell_moved(one, visit, to, why)


def _place_all(one: Change, moves: list[tuple[Visit, Move]]) -> None:
    """One visit may go where another one still is: those that cannot be placed wait for the
    others, and where all wait for each other one steps aside."""
    view = View.of(one.db, one.console.ready.up_to_date(one.db, one.now), one.now)
    waiting, aside = moves, 0
    while waiting:
        stuck = [(visit, to) for visit, to in waiting if not _placed(one, view, visit, to)]
        if len(stuck) == len(waiting):
            if aside == len(stuck):
                raise _look_again(one, *stuck[0])
            _step_aside(one, stuck[aside][0], aside)
            aside += 1
        else:
            aside = 0
        waiting = stuck


def _placed(one: Change, view: View, visit: Visit, to: Move) -> bool:
    """Whether the store took it there."""
    inmate = store.people.inmate(one.db, visit.inmate_id or "")
    case = view.case(visit)
    if inmate is None or case is None:
        return False
    at = case.at(Stretch(to.slot.starts_at, to.slot.ends_at))
    openings = [at.place.opening] if at.place else openings_of(at.meeting)
    session = openings[0].session if openings else None
    placed = Placed(visit.inmate_id, inmate.unit_id, to.terminal_id, session)
    try:
        store.visits.save_time(one.db, visit.visit_id, to.slot, placed)
    except TimeTaken:
        return False
    return True


def _step_aside(one: Change, visit: Visit, number: int) -> None:
    away = ASIDE + number * timedelta(days=1)
    slot = Slot(starts_at=visit.slot.starts_at + away, ends_at=visit.slot.ends_at + away)
    placed = Placed(visit.inmate_id, visit.unit_id, visit.terminal_id)
    store.visits.save_time(one.db, visit.visit_id, slot, placed)


def _tell_moved(one: Change, visit: Visit, to: Move, why: Why) -> None:
    if to.slot != visit.slot:
        store.unfinished.forget_seen(one.db, visit.visit_id)
    moved = known_visit(one, visit.visit_id)
    before, after = _where(one, visit), _where(one, moved)
    store.visits.add_line(
        one.db,
        visit.visit_id,
        VisitEvent.MOVE,
        Actor.OFFICER,
        at=one.now,
        saved_at=one.now,
        actor_id=why.officer_id,
        change=(visit.status, moved.status),
        cause=why.cause,
        note=f"From {before} to {after}. {why.reason}"[:500],
    )
    details = {"reason": why.reason, "cause": why.cause, "from": before, "to": after}
    charged = lighten(one, moved) if to.slot != visit.slot else None
    if charged is not None:
        details["charged_by"] = " ".join(charged)
    one.audit(officer(why.officer_id), Verb.MOVE, ObjectKind.VISIT, visit.visit_id, details)
    told = why.sentence if to.slot != visit.slot else ""
    tell(one, moved, Told(told, charged_by=charged))
    one.touches(Topic.VISITS, moved.unit_id)
    one.touches(Topic.VISITS, visit.unit_id)


def _where(one: Change, visit: Visit) -> str:
    """Time and terminal, for the record."""
    wall = one.console.facility.time.local(visit.slot.starts_at)
    place = f"{visit.unit_name} {visit.terminal_name}".strip()
    return f"{wall:%Y-%m-%d %H:%M}, {place}" if place else f"{wall:%Y-%m-%d %H:%M}"


def _look_again(one: Change, visit: Visit, to: Move) -> OfficerMustAct:
    wall = one.console.facility.time.local(to.slot.starts_at)
    return OfficerMustAct(
        f"{visit.visitor_name} cannot be moved to {wall:%a %b} {wall.day}, {wall:%H:%M}: this time"
        " is not free any more, or two visits were given the same one. Nothing was changed. Look"
        " at the visits again."
    )
