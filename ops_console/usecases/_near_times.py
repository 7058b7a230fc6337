"""The times that a visit which lost its own could have, nearest first."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from ops_console.rules.ages import has_children
from ops_console.rules.case import Case, accepted, all_day, closes
from ops_console.rules.ledger import BookedVisit
from ops_console.rules.meeting import held
from ops_console.rules.offered import Place, places_of, slots_on
from ops_console.rules.slots import Stretch
from ops_console.rules.world import overlaps
from ops_console.store.visits import Visit
from ops_console.usecases._impact import Move
from ops_console.usecases._standing import View
from visits.model import Slot, TerminalId

DAYS = 14
"""Before and after the old day."""
LEAST_NOTICE = timedelta(hours=2)
"""Nobody is moved to a time that begins sooner, but at their own time to another terminal."""
ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)


@dataclass
class NearTimes:
    """Looks for times for many visits beside the same others. What is free for one of them is
    free for all who are alike, so it is looked up once."""

    _places: dict[Hashable, dict[Stretch, Place | None]] = field(default_factory=dict)

    def takes(self, case: Case) -> bool:
        """As `accepted`, for one time of one visit after the other."""
        slot = Stretch(case.meeting.start, case.meeting.end)
        return self._place(case, slot, self._known(case)) is not None and accepted(case)

    def of(self, case: Case, most: int) -> list[Case]:
        """The nearest accepted times within `DAYS` of the visit's own, that one included."""
        found: list[Case] = []
        for away in range(DAYS + 1):
            ahead = timedelta(days=away)
            for day in sorted({case.meeting.day - ahead, case.meeting.day + ahead}):
                found += self._accepted_on(case, day)
            if len(found) >= most:
                break
        return sorted(found, key=lambda one: _distance(one, case))[:most]

    def _accepted_on(self, case: Case, day: date) -> Iterator[Case]:
        own = Stretch(case.meeting.start, case.meeting.end)
        soonest = case.now + LEAST_NOTICE
        slots = [one for one in _slots(case, day) if one == own or one.starts_at >= soonest]
        if not slots or all_day(case.at(slots[0])):
            return
        closures = [one for one in case.world.closures() if closes(one, case.meeting)]
        known = self._known(case.at(slots[0]))
        for slot in slots:
            locked = any(overlaps(one.start, one.end, slot) for one in closures)
            if locked or known.get(slot, self) is None:
                continue
            at = case.at(slot)
            if self._place(at, slot, known) is not None and accepted(at):
                yield at

    def _known(self, case: Case) -> dict[Stretch, Place | None]:
        """What was looked up for those who are alike, for times on one day."""
        meeting = case.meeting
        alike = meeting.rules.likeness.of(meeting.traits)
        children = meeting.once_a_day("children", lambda: has_children(meeting))
        who = (alike, meeting.inmate.unit, meeting.kind, meeting.channel, children)
        return self._places.setdefault((who, meeting.day, meeting.rules.number), {})

    def _place(self, case: Case, slot: Stretch, known: dict[Stretch, Place | None]) -> Place | None:
        """As the case would find it."""
        if slot not in known:
            known[slot] = case.place
        case.__dict__["place"] = known[slot]
        return known[slot]


def _slots(case: Case, day: date) -> list[Stretch]:
    """The day's times of the visit's own length; of every length where there is none."""
    rules = case.rules.on(day)
    noon = rules.facility.instant(day, time(12))
    slots = slots_on(case.meeting.at(rules, noon, noon + ONE_HOUR), day)
    length = case.meeting.end - case.meeting.start
    return [one for one in slots if one.ends_at - one.starts_at == length] or list(slots)


def _distance(one: Case, case: Case) -> tuple[timedelta, datetime, datetime]:
    away = abs(one.meeting.start - case.meeting.start)
    return away, one.meeting.start, one.meeting.end


def terminal_of(case: Case, own: TerminalId | None) -> TerminalId | None:
    """Where the accepted visit would be: at its own terminal if that is free."""
    place, booked = case.place, case.world.booked
    named = case.meeting.rules.terminals(case.meeting.traits)
    if place is None or place.terminal is None or booked is None or named is None:
        return None
    gap = place.opening.gap
    there = booked.at((f"terminals:{named[0]}",), case.meeting.start - gap, case.meeting.end + gap)
    if own in named[1] and all(one.terminal != own for one in there):
        return own
    return place.terminal


def as_move(case: Case, visit: Visit) -> Move:
    slot = Slot(starts_at=case.meeting.start, ends_at=case.meeting.end)
    return Move(slot, terminal_of(case, visit.terminal_id))


def put(view: View, visit: Visit, case: Case, move: Move) -> None:
    """The view's ledger holds the visit where it is moved to."""
    meeting = case.meeting
    booked = BookedVisit(
        id=visit.visit_id,
        inmate=meeting.inmate.id,
        people=tuple(one.id for one in meeting.people),
        start=meeting.start,
        end=meeting.end,
        kind=meeting.kind,
        channel=meeting.channel,
        status=visit.status,
        unit=meeting.inmate.unit,
        session=case.place.opening.session if case.place else None,
        terminal=move.terminal_id,
    )
    view.ledger.put(booked, places_of(held(meeting.rules, booked, case.world)))


def apart_from(view: View) -> View:
    """The same view with a ledger of its own."""
    return replace(view, ledger=view.ledger.copy())
