"""A small unit with people in it, as an agenda."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from visits.messages import Agenda, AgendaInmate, AgendaVisit
from visits.model import Party, Slot, VisitKind, VisitStatus
from visits.secrets import PIN_COST, Cost, verifier_for

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""Noon in Chicago."""
PINS = {"maria": "482913", "luis": "730155"}
NUMBERS = {"maria": "204518", "luis": "310077"}
CHEAP = Cost(iterations=1, memory_kib=64)


@cache
def verifier(pin: str, cost: Cost = CHEAP) -> str:
    return verifier_for(pin, cost)


def inmate(name: str, *, cost: Cost = CHEAP) -> AgendaInmate:
    return AgendaInmate(
        inmate_id=name,
        number=NUMBERS[name],
        display_name=f"{name.title()} Rivera",
        pin_verifier=verifier(PINS[name], cost),
        card_ids=(f"card-{name}",),
    )


def visit(
    visit_id: str = "visit-1",
    *,
    starts_at: datetime = NOON,
    minutes: int = 30,
    inmate_id: str = "maria",
    terminal_id: str = "a1",
    status: VisitStatus = VisitStatus.BOOKED,
    seen: bool = False,
    kind: VisitKind = VisitKind.FAMILY,
) -> AgendaVisit:
    return AgendaVisit(
        visit_id=visit_id,
        terminal_id=terminal_id,
        inmate_id=inmate_id,
        party=Party(visitor_id="visitor-1", name="Elena Rivera"),
        kind=kind,
        slot=Slot(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)),
        status=status,
        recorded=False,
        seen=seen,
    )


def agenda(
    *visits: AgendaVisit,
    revision: int = 1,
    inmates: Iterable[str] = ("maria", "luis"),
    facility_id: str = "alder",
    unit_id: str = "unit-a",
    cost: Cost = CHEAP,
) -> Agenda:
    return Agenda(
        facility_id=facility_id,
        unit_id=unit_id,
        unit_name="Unit A",
        facility_name="Alder County Jail",
        zone_name="America/Chicago",
        revision=revision,
        made_at=NOON - timedelta(hours=1),
        check_in_opens=timedelta(minutes=15),
        check_in_closes=timedelta(minutes=10),
        inmates=tuple(inmate(name, cost=cost) for name in inmates),
        visits=visits,
    )


REAL_PIN_COST = PIN_COST
