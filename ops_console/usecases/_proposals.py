"""New times for the visits that lost theirs: as many kept as can be, each near its old time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from itertools import islice

from ops_console import store
from ops_console.rules.alternatives import ALTERNATIVES, nearest
from ops_console.rules.case import Case, accepted
from ops_console.rules.displaced import Displaced, Reassignment
from ops_console.rules.ledger import Booked
from ops_console.rules.quotas import limit_rows, separation_rows
from ops_console.rules.reassigning import reassign
from ops_console.rules.refusing import NO_TIME_HELPS, Reason
from ops_console.rules.slots import Stretch
from ops_console.rules.standing import NO_VISIT_GOES_ON
from ops_console.store.visits import Visit
from ops_console.usecases._impact import RUNNING, Cancel, Choice, Keep, Move, Offer
from ops_console.usecases._near_times import apart_from, as_move, near_times, put
from ops_console.usecases._room import Room
from ops_console.usecases._standing import Found, View
from visits.model import Slot, VisitId, VisitStatus

FEWEST_TIMES, MOST_TIMES = 24, 120
"""Looked at for each visit: three for every visit that looks, so that the others cannot take all
the near ones."""
CHOICES = 6
"""Times that an officer can choose from for one visit."""
SOLVER_S = 5.0


class Way(Enum):
    """What can become of a visit."""

    STAYS = auto()
    STOPS = auto()
    """No time helps."""
    IS_OFFERED = auto()
    """Its inmate is at the terminal already: it cannot be moved, but another may be booked."""
    MOVES = auto()


@dataclass(frozen=True)
class Proposed:
    """What is proposed for one visit, and what else could be chosen."""

    choice: Choice
    times: tuple[Move, ...] = ()
    offers: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Proposals:
    of: Mapping[VisitId, Proposed]
    proven: bool = True


def way_of(visit: Visit, reasons: Iterable[Reason]) -> Way:
    codes = {one.code for one in reasons}
    if visit.status in RUNNING:
        return Way.STAYS if codes.isdisjoint(NO_VISIT_GOES_ON) else Way.STOPS
    if not codes.isdisjoint(NO_TIME_HELPS):
        return Way.STOPS
    return Way.MOVES if visit.status is VisitStatus.BOOKED else Way.IS_OFFERED


def propose(view: View, visits: Sequence[Visit], found: Found, last_day: date) -> Proposals:
    """A choice for each of the visits that do not stand. Takes seconds for a hundred of them."""
    ways = {one.visit_id: way_of(one, found[one.visit_id]) for one in visits}
    leaving = frozenset(one for one, way in ways.items() if way is not Way.STAYS)
    looking = [one for one in visits if ways[one.visit_id] in {Way.MOVES, Way.IS_OFFERED}]
    moving = [one for one in looking if ways[one.visit_id] is Way.MOVES]
    most = min(max(FEWEST_TIMES, 3 * len(looking)), MOST_TIMES)
    cases = {one.visit_id: _near(view, one, leaving, most) for one in looking}
    solved = _solve(view, moving, cases, leaving)
    after = apart_from(view)
    for visit_id in leaving:
        after.ledger.drop(visit_id)
    moved = _carry_over(after, moving, cases, solved)
    of = {visit: Proposed(Keep() if way is Way.STAYS else Cancel()) for visit, way in ways.items()}
    choosing = replace(after, rules=view.ready.rules, last_day=last_day)
    for one in looking:
        near, own = cases[one.visit_id], moved.get(one.visit_id)
        moves = ways[one.visit_id] is Way.MOVES
        times = _times(after, one, near, own) if moves else ()
        offers = _offers(choosing, one, near, found[one.visit_id])
        fallback: Choice = Offer(offers) if offers else Cancel()
        of[one.visit_id] = Proposed(own or fallback, times, offers)
    return Proposals(of, solved.proven)


def _near(view: View, visit: Visit, leaving: frozenset[VisitId], most: int) -> list[Case]:
    case = view.case(visit, leaving)
    return [] if case is None else near_times(case, most)


def _solve(
    view: View,
    moving: Sequence[Visit],
    cases: Mapping[VisitId, Sequence[Case]],
    leaving: frozenset[VisitId],
) -> Reassignment:
    room = Room(Booked(view.ledger, without=leaving))
    before = store.unfinished.times_moved(view.db, [one.visit_id for one in moving])
    displaced = [
        Displaced(
            one.visit_id,
            one.slot.starts_at,
            one.slot.ends_at,
            frozenset({one.inmate_id or "", one.visitor_id, *one.companions}),
            tuple(room.candidate(case) for case in cases[one.visit_id]),
            before.get(one.visit_id, 0),
        )
        for one in moving
    ]
    choices = {one.visit_id: cases[one.visit_id] for one in moving}
    world = next((case.world for found in choices.values() for case in found), None)
    rows = list(room.shared_rows(choices))
    if world is not None:
        # Each case's world leaves out every visit that looks for a time, its own among them.
        rows += [*limit_rows(choices, world), *separation_rows(choices, world)]
    return reassign(displaced, room.free, rows, seconds=SOLVER_S)


def _carry_over(
    after: View,
    moving: Sequence[Visit],
    cases: Mapping[VisitId, Sequence[Case]],
    solved: Reassignment,
) -> dict[VisitId, Move]:
    """Gives each visit its terminal, one after the other, and asks the rules once more."""
    moved: dict[VisitId, Move] = {}
    chosen = [
        (cases[one.visit_id][index].meeting, one)
        for one in moving
        if (index := solved.choices[one.visit_id]) is not None
    ]
    for meeting, visit in sorted(chosen, key=lambda one: (one[0].start, one[1].visit_id)):
        case = after.case(visit)
        at = case.at(Stretch(meeting.start, meeting.end)) if case else None
        if at is not None and accepted(at):
            moved[visit.visit_id] = as_move(at, visit)
            put(after, visit, at, moved[visit.visit_id])
    return moved


def _times(
    after: View, visit: Visit, cases: Sequence[Case], proposed: Move | None
) -> tuple[Move, ...]:
    """The proposed time, then the nearest others that are left beside all other proposals."""
    own = after.case(visit)
    if own is None:
        return ()
    slots = (Stretch(case.meeting.start, case.meeting.end) for case in cases)
    left = (own.at(slot) for slot in slots)
    others = (as_move(at, visit) for at in left if accepted(at))
    rest = [one for one in islice(others, CHOICES) if proposed is None or one.slot != proposed.slot]
    return (*((proposed,) if proposed else ()), *rest)[:CHOICES]


def _offers(
    choosing: View, visit: Visit, cases: Sequence[Case], reasons: tuple[Reason, ...]
) -> tuple[Slot, ...]:
    """Times that the visitor could book themselves now."""
    own = choosing.case(visit)
    if own is None:
        return ()
    slots = [Stretch(case.meeting.start, case.meeting.end) for case in cases]
    found = list(islice((slot for slot in slots if accepted(own.at(slot))), ALTERNATIVES))
    if not slots:
        found = list(nearest(reasons, own))
    return tuple(Slot(starts_at=one.starts_at, ends_at=one.ends_at) for one in sorted(found))
