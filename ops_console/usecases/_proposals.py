"""New times for the visits that lost theirs: as many kept as can be, each near its old time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum, auto
from itertools import chain, islice

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
from ops_console.usecases._near_times import NearTimes, apart_from, as_move, put
from ops_console.usecases._room import Room
from ops_console.usecases._standing import Found, View
from visits.model import Slot, VisitId, VisitStatus

FEWEST_TIMES, MOST_TIMES = 24, 400
"""Looked at for each visit: enough places for every visit of its unit that looks and a fifth
more, so that the others cannot take all the near ones."""
CHOICES = 6
"""Times that an officer can choose from for one visit."""
SOLVER_S = 20.0


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
    cases = _near(view, looking, leaving)
    solved = _solve(view, moving, cases, leaving)
    after = apart_from(view)
    for visit_id in leaving:
        after.ledger.drop(visit_id)
    moved = _carry_over(after, moving, cases, solved)
    of = {visit: Proposed(Keep() if way is Way.STAYS else Cancel()) for visit, way in ways.items()}
    left = _Left(after, replace(after, rules=view.ready.rules, last_day=last_day))
    for one in looking:
        near, own = cases[one.visit_id], moved.get(one.visit_id)
        moves = ways[one.visit_id] is Way.MOVES
        times = left.times(one, near, own) if moves else ()
        offers = left.offers(one, near, found[one.visit_id])
        fallback: Choice = Offer(offers) if offers else Cancel()
        of[one.visit_id] = Proposed(own or fallback, times, offers)
    return Proposals(of, solved.proven)


def _near(
    view: View, looking: Sequence[Visit], leaving: frozenset[VisitId]
) -> dict[VisitId, list[Case]]:
    """The times that each could have if it were the only one."""
    own = {one.visit_id: view.case(one, leaving) for one in looking}
    crowd = Counter(case.meeting.inmate.unit for case in own.values() if case)
    near = NearTimes()
    return {
        visit_id: near.of(case, _enough(case, crowd[case.meeting.inmate.unit])) if case else []
        for visit_id, case in own.items()
    }


def _enough(case: Case, crowd: int) -> int:
    named = case.meeting.rules.terminals(case.meeting.traits)
    terminals = max(1, len(named[1]) if named else 1)
    return min(max(FEWEST_TIMES, -(-6 * crowd // (5 * terminals))), MOST_TIMES)


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
    """Gives each visit its terminal, one after the other, and asks the rules once more. Whoever
    is left over, because the search ran out of time, gets the nearest time that is."""
    moved: dict[VisitId, Move] = {}
    chosen = {
        one.visit_id: cases[one.visit_id][index]
        for one in moving
        if (index := solved.choices[one.visit_id]) is not None
    }
    for visit in sorted(moving, key=lambda one: _by_new_start(one, chosen)):
        times = [chosen[visit.visit_id]] if visit.visit_id in chosen else []
        _give_first(after, visit, times, moved)
    for visit in moving:
        if visit.visit_id not in moved:
            _give_first(after, visit, cases[visit.visit_id], moved)
    return moved


def _by_new_start(visit: Visit, chosen: Mapping[VisitId, Case]) -> tuple[datetime, VisitId]:
    case = chosen.get(visit.visit_id)
    return case.meeting.start if case else visit.slot.starts_at, visit.visit_id


def _give_first(
    after: View, visit: Visit, times: Iterable[Case], moved: dict[VisitId, Move]
) -> None:
    """The first of the times that is accepted beside all that were given before."""
    own = after.case(visit)
    for case in times if own else ():
        at = own.at(Stretch(case.meeting.start, case.meeting.end)) if own else None
        if at is not None and accepted(at):
            moved[visit.visit_id] = as_move(at, visit)
            put(after, visit, at, moved[visit.visit_id])
            return


@dataclass(frozen=True)
class _Left:
    """What is left to choose from once every visit has what is proposed for it."""

    after: View
    asking: View
    """The same under the rules that bind who asks for a time."""
    free: NearTimes = field(default_factory=NearTimes)

    def times(self, visit: Visit, cases: Sequence[Case], own: Move | None) -> tuple[Move, ...]:
        """The proposed time, then the nearest others."""
        case = self.after.case(visit)
        if case is None:
            return ()
        left = (case.at(slot) for slot in _slots(cases) if own is None or slot != _stretch(own))
        rest = (as_move(at, visit) for at in left if self.free.takes(at))
        return tuple(islice(chain((own,) if own else (), rest), CHOICES))

    def offers(
        self, visit: Visit, cases: Sequence[Case], reasons: tuple[Reason, ...]
    ) -> tuple[Slot, ...]:
        """Times that the visitor could book themselves now, the nearest."""
        case = self.asking.case(visit)
        if case is None:
            return ()
        taken = (slot for slot in _slots(cases) if self.free.takes(case.at(slot)))
        found = list(islice(taken, ALTERNATIVES)) if cases else nearest(reasons, case)
        return tuple(Slot(starts_at=one.starts_at, ends_at=one.ends_at) for one in sorted(found))


def _slots(cases: Iterable[Case]) -> Iterator[Stretch]:
    return (Stretch(case.meeting.start, case.meeting.end) for case in cases)


def _stretch(move: Move) -> Stretch:
    return Stretch(move.slot.starts_at, move.slot.ends_at)
