"""Who may book which time: every reason for a no, and offers that are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_console.rules import (
    ApprovalFact,
    Booked,
    BookingFacts,
    HeldTime,
    Refused,
    UnitFact,
    decide,
    open_slots,
    told_to_visitor,
)
from ops_console.rules.hours import WeeklyHours, Window, slots_on
from visits.clock import FacilityTime
from visits.messages import BookingRequested
from visits.model import RefusalCode, Slot, VisitKind

CHICAGO = FacilityTime("America/Chicago")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
WEEK = WeeklyHours(
    windows=tuple(Window(weekday=day, opens=time(9), closes=time(17)) for day in range(7)),
    visit_minutes=30,
    notice_minutes=60,
    horizon_days=3,
)
UNIT = UnitFact("a", WEEK, ("a1", "a2"))
APPROVAL = ApprovalFact("v1", "i1", (VisitKind.SOCIAL,), active=True)
FACTS = BookingFacts(CHICAGO, APPROVAL, UNIT, held=())


def slot(hours_from_now: float) -> Slot:
    starts = NOW + timedelta(hours=hours_from_now)
    return Slot(starts_at=starts, ends_at=starts + timedelta(minutes=30))


def request(at: Slot | None = None, kind: VisitKind = VisitKind.SOCIAL) -> BookingRequested:
    return BookingRequested(
        visit_id="t1",
        visitor_id="v1",
        approval_id="p1",
        kind=kind,
        slot=at or slot(5),
        asked_at=NOW,
    )


def held(at: Slot, terminal: str, inmate: str = "i7", visitor: str = "v7") -> HeldTime:
    return HeldTime(at.starts_at, at.ends_at, inmate, visitor, terminal)


def codes(asked: BookingRequested, facts: BookingFacts, now: datetime = NOW) -> list[RefusalCode]:
    decision = decide(asked, facts, now)
    assert isinstance(decision, Refused)
    return [reason.code for reason in decision.reasons]


def test_an_approved_visitor_gets_the_first_free_terminal() -> None:
    assert decide(request(), FACTS, NOW) == Booked("a1")


def test_a_taken_terminal_is_passed_over() -> None:
    assert decide(request(), replace(FACTS, held=(held(slot(5), "a1"),)), NOW) == Booked("a2")


@pytest.mark.parametrize(
    "approval",
    [None, replace(APPROVAL, active=False), replace(APPROVAL, visitor_id="v2")],
    ids=["none", "withdrawn", "of somebody else"],
)
def test_without_an_approval_of_their_own_nobody_books(approval: ApprovalFact | None) -> None:
    assert RefusalCode.NOT_APPROVED in codes(request(), replace(FACTS, approval=approval))


def test_an_approval_covers_only_its_kinds() -> None:
    assert codes(request(kind=VisitKind.LEGAL), FACTS) == [RefusalCode.KIND_NOT_APPROVED]


def test_an_inmate_without_a_unit_cannot_be_visited() -> None:
    assert codes(request(), replace(FACTS, unit=None)) == [RefusalCode.INMATE_NOT_HELD]


def test_a_time_that_has_begun_is_past() -> None:
    assert codes(request(slot(0)), FACTS) == [RefusalCode.IN_THE_PAST]


def test_a_time_within_the_notice_is_too_soon_and_at_the_notice_is_not() -> None:
    assert codes(request(slot(0.5)), FACTS) == [RefusalCode.TOO_SHORT_NOTICE]
    assert decide(request(slot(1)), FACTS, NOW) == Booked("a1")


def test_the_last_bookable_day_counts_from_the_facilitys_today() -> None:
    assert decide(request(slot(3 * 24 + 7)), FACTS, NOW) == Booked("a1")
    assert codes(request(slot(4 * 24)), FACTS) == [RefusalCode.TOO_FAR_AHEAD]


@pytest.mark.parametrize("start", [9.0, 5.25, -1.0], ids=["closed", "between slots", "before"])
def test_a_time_that_is_no_slot_of_the_unit_is_outside_its_hours(start: float) -> None:
    assert RefusalCode.OUTSIDE_HOURS in codes(request(slot(start)), FACTS)


def test_a_unit_whose_hours_were_never_set_receives_nobody() -> None:
    facts = replace(FACTS, unit=replace(UNIT, hours=None))
    assert codes(request(), facts) == [RefusalCode.OUTSIDE_HOURS]


def test_when_every_terminal_is_taken_there_is_none_free() -> None:
    taken = (held(slot(5), "a1"), held(slot(5), "a2", "i8", "v8"))
    assert codes(request(), replace(FACTS, held=taken)) == [RefusalCode.NO_TERMINAL_FREE]


def test_a_gap_keeps_a_terminal_free_before_and_after_a_visit() -> None:
    week = WEEK.model_copy(update={"gap_minutes": 30})
    near = (held(slot(5.25), "a1"), held(slot(4.25), "a2", "i8", "v8"))
    facts = replace(FACTS, unit=replace(UNIT, hours=week), held=near)
    assert RefusalCode.NO_TERMINAL_FREE in codes(request(slot(5)), facts)


def test_nobody_is_in_two_visits_at_once() -> None:
    inmate = (held(slot(5), "b1", inmate="i1"),)
    visitor = (held(slot(5.25), "b1", visitor="v1"),)
    assert codes(request(), replace(FACTS, held=inmate)) == [RefusalCode.INMATE_ALREADY_BOOKED]
    assert codes(request(), replace(FACTS, held=visitor)) == [RefusalCode.VISITOR_ALREADY_BOOKED]


def test_a_request_that_lay_too_long_has_expired() -> None:
    late = NOW + BookingRequested.lives_for + timedelta(seconds=1)
    assert RefusalCode.REQUEST_EXPIRED in codes(request(slot(24)), FACTS, late)


def test_a_refusal_carries_every_reason_at_once() -> None:
    taken = tuple(held(slot(0.5), terminal, inmate="i1", visitor="v1") for terminal in ("a1", "a2"))
    asked = request(slot(0.5), VisitKind.CLERGY)
    assert set(codes(asked, replace(FACTS, held=taken))) == {
        RefusalCode.KIND_NOT_APPROVED,
        RefusalCode.TOO_SHORT_NOTICE,
        RefusalCode.NO_TERMINAL_FREE,
        RefusalCode.INMATE_ALREADY_BOOKED,
        RefusalCode.VISITOR_ALREADY_BOOKED,
    }


def test_a_stranger_is_told_nothing_about_the_inmate_or_the_unit() -> None:
    taken = tuple(held(slot(5), terminal, inmate="i1") for terminal in ("a1", "a2"))
    facts = replace(FACTS, approval=replace(APPROVAL, active=False), held=taken)
    decision = decide(request(), facts, NOW)
    assert isinstance(decision, Refused)
    assert len(decision.reasons) == 3
    assert [refusal.code for refusal in told_to_visitor(decision.reasons)] == [
        RefusalCode.NOT_APPROVED
    ]


def test_a_unit_without_terminals_offers_nothing() -> None:
    assert open_slots(replace(UNIT, terminals=()), (), CHICAGO, NOW) == ()


def test_places_count_the_free_terminals() -> None:
    offered = open_slots(UNIT, (held(slot(5), "a1"),), CHICAGO, NOW)
    assert {one.slot: one.places for one in offered}[slot(5)] == 1
    assert {one.slot: one.places for one in offered}[slot(6)] == 2


WINDOWS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 46), st.integers(1, 8)), max_size=5)


@st.composite
def facilities(draw: st.DrawFn) -> tuple[UnitFact, tuple[HeldTime, ...], FacilityTime, datetime]:
    """A unit with arbitrary hours, visits that hold its terminals, a zone and an hour."""
    zone = FacilityTime(draw(st.sampled_from(["America/Chicago", "Europe/London", "UTC"])))
    windows = [
        Window(weekday=day, opens=_half_hour(opens), closes=_half_hour((opens + room) % 48))
        for day, opens, room in draw(WINDOWS)
        if opens + room <= 48
    ]
    week = WeeklyHours(
        windows=tuple(windows),
        visit_minutes=draw(st.sampled_from([15, 20, 30, 45, 60])),
        gap_minutes=draw(st.sampled_from([0, 5, 15])),
        notice_minutes=draw(st.sampled_from([0, 60, 1440])),
        horizon_days=draw(st.integers(0, 8)),
    )
    now = draw(
        st.datetimes(datetime(2026, 10, 25), datetime(2027, 4, 4), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds UTC itself
    )
    unit = UnitFact("a", week, ("a1", "a2")[: draw(st.integers(0, 2))])
    return unit, draw(_taken(unit, now)), zone, now


@st.composite
def _taken(draw: st.DrawFn, unit: UnitFact, now: datetime) -> tuple[HeldTime, ...]:
    found = []
    for terminal_id in unit.terminals:
        at = now - timedelta(hours=1)
        for pause, length in draw(
            st.lists(st.tuples(st.integers(0, 400), st.integers(5, 120)), max_size=6)
        ):
            at += timedelta(minutes=pause)
            ends = at + timedelta(minutes=length)
            found.append(held(Slot(starts_at=at, ends_at=ends), terminal_id))
            at = ends
    return tuple(found)


@given(facilities())
def test_what_is_offered_is_accepted_and_what_is_accepted_was_offered(
    facility: tuple[UnitFact, tuple[HeldTime, ...], FacilityTime, datetime],
) -> None:
    unit, taken, zone, now = facility
    offered = {one.slot for one in open_slots(unit, taken, zone, now)}
    assert unit.hours is not None
    days = [zone.day(now) + timedelta(days=away) for away in range(-1, unit.hours.horizon_days + 3)]
    thinkable = {slot for day in days for slot in slots_on(day, unit.hours, zone)}
    facts = BookingFacts(zone, APPROVAL, unit, taken)
    asked = request().model_copy(update={"asked_at": now})
    accepted = {
        slot
        for slot in thinkable
        if isinstance(decide(asked.model_copy(update={"slot": slot}), facts, now), Booked)
    }
    assert accepted == offered


def _half_hour(number: int) -> time:
    return time(number // 2, 30 * (number % 2))
