"""Whether a visit may be booked, and which times are offered.

One set of checks on time and terminals serves both questions, so that what is offered is what
is accepted. A missing fact refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from ops_console.rules.hours import WeeklyHours, slots_on
from ops_console.rules.occupancy import HeldTime, free_places, free_terminals
from ops_console.rules.reasons import Reason, reason
from visits.clock import FacilityTime
from visits.messages import BookingRequested, CalendarSlot
from visits.model import InmateId, RefusalCode, Slot, TerminalId, UnitId, VisitKind, VisitorId


@dataclass(frozen=True, slots=True)
class ApprovalFact:
    """The approval that a request names."""

    visitor_id: VisitorId
    inmate_id: InmateId
    kinds: tuple[VisitKind, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class UnitFact:
    """The inmate's unit: its hours (None: never set) and its terminals, best first."""

    unit_id: UnitId
    hours: WeeklyHours | None
    terminals: tuple[TerminalId, ...]


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """Everything that a booking is decided on."""

    facility: FacilityTime
    approval: ApprovalFact | None
    unit: UnitFact | None
    """None while the inmate has no unit."""
    held: tuple[HeldTime, ...]
    """Visits near the slot that hold time: the visitor's, the inmate's and the terminals'."""


@dataclass(frozen=True, slots=True)
class Booked:
    """Yes, at this terminal."""

    terminal_id: TerminalId


@dataclass(frozen=True, slots=True)
class Refused:
    """No, for all these reasons."""

    reasons: tuple[Reason, ...]


def decide(request: BookingRequested, facts: BookingFacts, now: datetime) -> Booked | Refused:
    """Yes with a terminal, or no with every reason that can be known."""
    codes = _about_leave(request, facts) + _about_time(request, now)
    free: tuple[TerminalId, ...] = ()
    if facts.unit is not None:
        codes += _about_offer(request.slot, facts.unit, facts.facility, now)
        free = free_in(facts.unit, request.slot, facts.held)
        codes += [] if free else [RefusalCode.NO_PLACE_FREE]
    codes += _about_people(request, facts)
    if codes:
        return Refused(tuple(reason(code) for code in codes))
    return Booked(free[0])


def open_slots(
    unit: UnitFact, held: Sequence[HeldTime], facility: FacilityTime, now: datetime
) -> tuple[CalendarSlot, ...]:
    """Every slot that `decide` would give an approved visitor and inmate who are both free."""
    if unit.hours is None:
        return ()
    days = _days(facility.day(now), unit.hours.horizon_days)
    every = chain.from_iterable(slots_on(day, unit.hours, facility) for day in days)
    slots = _bookable(every, unit.hours, now)
    places = free_places(slots, unit.terminals, held, unit.hours.gap)
    return tuple(
        CalendarSlot(slot=slot, places=free)
        for slot, free in zip(slots, places, strict=True)
        if free
    )


def offers(slot: Slot, hours: WeeklyHours, facility: FacilityTime) -> bool:
    """Whether `slot` is one of the slots that these hours make, whoever holds it."""
    return slot in slots_on(facility.day(slot.starts_at), hours, facility)


def free_in(unit: UnitFact, slot: Slot, held: Iterable[HeldTime]) -> tuple[TerminalId, ...]:
    """The unit's terminals that are free for `slot`, best first."""
    gap = unit.hours.gap if unit.hours else timedelta(0)
    return free_terminals(slot, unit.terminals, held, gap)


def _about_leave(request: BookingRequested, facts: BookingFacts) -> list[RefusalCode]:
    approval = facts.approval
    if approval is None or not approval.active or approval.visitor_id != request.visitor_id:
        return [RefusalCode.NOT_APPROVED]
    codes = []
    if request.kind not in approval.kinds:
        codes.append(RefusalCode.KIND_NOT_APPROVED)
    if facts.unit is None:
        codes.append(RefusalCode.INMATE_NOT_HELD)
    return codes


def _about_time(request: BookingRequested, now: datetime) -> list[RefusalCode]:
    codes = []
    if now - request.asked_at > BookingRequested.lives_for:
        codes.append(RefusalCode.REQUEST_EXPIRED)
    if request.slot.starts_at <= now:
        codes.append(RefusalCode.IN_THE_PAST)
    return codes


def _about_offer(
    slot: Slot, unit: UnitFact, facility: FacilityTime, now: datetime
) -> list[RefusalCode]:
    if unit.hours is None or not offers(slot, unit.hours, facility):
        return [RefusalCode.OUTSIDE_HOURS]
    last_day = facility.day(now) + timedelta(days=unit.hours.horizon_days)
    if facility.day(slot.starts_at) > last_day:
        return [RefusalCode.TOO_FAR_AHEAD]
    if slot.starts_at > now and not _bookable((slot,), unit.hours, now):
        return [RefusalCode.TOO_SHORT_NOTICE]
    return []


def _about_people(request: BookingRequested, facts: BookingFacts) -> list[RefusalCode]:
    overlapping = _overlapping(facts.held, request.slot)
    codes = []
    if facts.approval is not None and any(
        held.inmate_id == facts.approval.inmate_id for held in overlapping
    ):
        codes.append(RefusalCode.INMATE_ALREADY_BOOKED)
    if any(held.visitor_id == request.visitor_id for held in overlapping):
        codes.append(RefusalCode.VISITOR_ALREADY_BOOKED)
    return codes


def _overlapping(held: Iterable[HeldTime], slot: Slot) -> list[HeldTime]:
    return [one for one in held if one.overlaps(slot.starts_at, slot.ends_at)]


def _bookable(slots: Iterable[Slot], hours: WeeklyHours, now: datetime) -> list[Slot]:
    """Those that have not begun and keep the unit's notice."""
    notice_ends = now + hours.notice
    return [slot for slot in slots if now < slot.starts_at >= notice_ends]


def _days(first: date, ahead: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(ahead + 1)]
