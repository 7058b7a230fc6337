"""Gathers from the store the facts that the rules decide on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from ops_console import store
from ops_console.rules import ApprovalFact, BookingFacts, HeldTime, UnitFact
from ops_console.rules.joining import JoinFacts
from visits.clock import FacilityTime
from visits.messages import BookingRequested
from visits.model import UnitId, VisitId

_NEAR = timedelta(hours=6)
"""No slot and gap together are longer (`WeeklyHours`: 240 and 120 minutes)."""


def booking_facts(db: Database, request: BookingRequested, facility: FacilityTime) -> BookingFacts:
    """What deciding `request` needs. Unknown things are None, which refuses."""
    approval = store.approvals.approval(db, request.approval_id)
    unit_id = approval.unit_id if approval else None
    held = store.holding.near(
        db,
        starts=request.slot.starts_at - _NEAR,
        ends=request.slot.ends_at + _NEAR,
        visitor_id=request.visitor_id,
        inmate_id=approval.inmate_id if approval else None,
        unit_id=unit_id,
    )
    return BookingFacts(
        facility=facility,
        approval=None if approval is None else approval_fact(approval),
        unit=None if unit_id is None else unit_fact(db, unit_id),
        held=held,
    )


def approval_fact(approval: store.approvals.Approval) -> ApprovalFact:
    return ApprovalFact(
        visitor_id=approval.visitor_id,
        inmate_id=approval.inmate_id,
        kinds=approval.kinds,
        active=approval.active,
    )


def unit_fact(db: Database, unit_id: UnitId) -> UnitFact:
    """A unit's hours and terminals."""
    hours = store.facility.hours(db, unit_id)
    return UnitFact(
        unit_id=unit_id,
        hours=hours.hours if hours else None,
        terminals=tuple(one.terminal_id for one in store.facility.terminals(db, unit_id)),
    )


def held_in(db: Database, unit_id: UnitId, after: datetime) -> tuple[HeldTime, ...]:
    """What holds a unit's terminals from `after` on."""
    return store.holding.on_terminals(db, unit_id, after=after - _NEAR)


def join_facts(db: Database, visit_id: VisitId) -> JoinFacts | None:
    """The visit and whether its approval still covers it; None for an unknown one."""
    visit = store.visits.visit(db, visit_id)
    if visit is None:
        return None
    approval = store.approvals.approval(db, visit.approval_id)
    return JoinFacts(
        visitor_id=visit.visitor_id,
        status=visit.status,
        kind=visit.kind,
        slot=visit.slot,
        terminal_id=visit.terminal_id,
        approved=approval is not None and approval.active and visit.kind in approval.kinds,
    )
