"""Visits as their visitors may see them: asked for here, decided by the facility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from visitor_portal.store.schema import approvals, visits
from visits.messages import BookingRequested, VisitState
from visits.model import (
    ApprovalId,
    Cause,
    FacilityId,
    Refusal,
    Slot,
    VisitId,
    VisitKind,
    VisitorId,
    VisitStatus,
)

_REFUSALS = TypeAdapter(tuple[Refusal, ...])


@dataclass(frozen=True)
class PortalVisit:
    """One visit. `revision` 0 means that the facility has not answered yet."""

    visit_id: VisitId
    facility_id: FacilityId
    visitor_id: VisitorId
    approval_id: ApprovalId
    kind: VisitKind
    slot: Slot
    status: VisitStatus
    cause: Cause | None
    revision: int
    refusals: tuple[Refusal, ...]
    cancel_asked_at: datetime | None
    inmate_name: str | None
    """None when the facility told of the visit but not yet of its approval."""


def find(connection: Connection, visit_id: VisitId, visitor_id: VisitorId) -> PortalVisit | None:
    """The visit, if it is this visitor's; another's is as good as none."""
    return _first(connection, visits.c.visit_id == visit_id, visits.c.visitor_id == visitor_id)


def of_visitor(connection: Connection, visitor_id: VisitorId) -> Sequence[PortalVisit]:
    """All of a visitor's visits by their start."""
    query = _select().where(visits.c.visitor_id == visitor_id).order_by(visits.c.starts_at)
    return [_visit(row) for row in connection.execute(query).mappings()]


def ask(connection: Connection, facility_id: FacilityId, asked: BookingRequested) -> None:
    """Keeps a request until the facility answers it."""
    connection.execute(
        insert(visits).values(
            visit_id=asked.visit_id,
            facility_id=facility_id,
            visitor_id=asked.visitor_id,
            approval_id=asked.approval_id,
            kind=asked.kind.value,
            starts_at=asked.slot.starts_at,
            ends_at=asked.slot.ends_at,
            status=VisitStatus.REQUESTED.value,
            revision=0,
            refusals="[]",
            asked_at=asked.asked_at,
        )
    )


def mark_cancel_asked(connection: Connection, visit_id: VisitId, at: datetime) -> None:
    """Remembers that the visitor gave the time back; the facility confirms by its next word."""
    connection.execute(
        update(visits).where(visits.c.visit_id == visit_id).values(cancel_asked_at=at)
    )


def apply(
    connection: Connection,
    facility_id: FacilityId,
    state: VisitState,
    refusals: tuple[Refusal, ...] | None = None,
) -> bool:
    """Takes over what the facility says of a visit; False when something newer is known.

    Another facility's visit is never touched. `refusals` None leaves earlier reasons as they are.
    """
    known = connection.execute(
        select(visits.c.facility_id, visits.c.revision).where(visits.c.visit_id == state.visit_id)
    ).one_or_none()
    values = _values(facility_id, state)
    if refusals is not None:
        values["refusals"] = _REFUSALS.dump_json(refusals).decode()
    if known is None:
        connection.execute(insert(visits).values({"refusals": "[]", **values}))
        return True
    if known.facility_id != facility_id or known.revision >= state.revision:
        return False
    connection.execute(update(visits).where(visits.c.visit_id == state.visit_id).values(**values))
    return True


def refuse_unanswered(connection: Connection, visit_id: VisitId, refusal: Refusal) -> None:
    """A request that never reached the facility ends here, with the reason."""
    connection.execute(
        update(visits)
        .where(visits.c.visit_id == visit_id, visits.c.revision == 0)
        .values(status=VisitStatus.REFUSED.value, refusals=_REFUSALS.dump_json((refusal,)).decode())
    )


def forget_cancel(connection: Connection, visit_id: VisitId) -> None:
    """The wish to cancel never reached the facility; the visit stands as it did."""
    connection.execute(
        update(visits).where(visits.c.visit_id == visit_id).values(cancel_asked_at=None)
    )


def _values(facility_id: FacilityId, state: VisitState) -> dict[str, Any]:
    return {
        "visit_id": state.visit_id,
        "facility_id": facility_id,
        "visitor_id": state.visitor_id,
        "approval_id": state.approval_id,
        "kind": state.kind.value,
        "starts_at": state.slot.starts_at,
        "ends_at": state.slot.ends_at,
        "status": state.status.value,
        "cause": state.cause.value if state.cause else None,
        "revision": state.revision,
    }


def _select() -> Any:
    same = and_(
        approvals.c.facility_id == visits.c.facility_id,
        approvals.c.approval_id == visits.c.approval_id,
        approvals.c.visitor_id == visits.c.visitor_id,
    )
    return select(visits, approvals.c.inmate_name).select_from(visits.outerjoin(approvals, same))


def _first(connection: Connection, *conditions: ColumnElement[bool]) -> PortalVisit | None:
    row = connection.execute(_select().where(*conditions)).mappings().one_or_none()
    return _visit(row) if row is not None else None


def _visit(row: Any) -> PortalVisit:
    return PortalVisit(
        visit_id=row["visit_id"],
        facility_id=row["facility_id"],
        visitor_id=row["visitor_id"],
        approval_id=row["approval_id"],
        kind=VisitKind(row["kind"]),
        slot=Slot(starts_at=row["starts_at"], ends_at=row["ends_at"]),
        status=VisitStatus(row["status"]),
        cause=Cause(row["cause"]) if row["cause"] else None,
        revision=row["revision"],
        refusals=_REFUSALS.validate_json(row["refusals"]),
        cancel_asked_at=row["cancel_asked_at"],
        inmate_name=row["inmate_name"],
    )
