"""Whom a visitor may visit: what they asked, and what each facility answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select, update

from visitor_portal.store.columns import COMPANIONS, written
from visitor_portal.store.schema import access_requests, approvals
from visits.messages import AccessDecided, AccessRequested, ApprovalState, CompanionState
from visits.model import (
    ApprovalId,
    FacilityId,
    Name,
    PersonId,
    RequestId,
    UnitId,
    VisitKind,
    VisitorId,
    Words,
)


class Standing(StrEnum):
    """Where an access request stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"


class CompanionAsked(Words):
    """Somebody whom a request names, without their date of birth: only the facility needs it."""

    person_id: PersonId
    name: Name
    relationship: Name


_ASKED = TypeAdapter(tuple[CompanionAsked, ...])


@dataclass(frozen=True)
class AccessRequest:
    """A visitor's request to visit one inmate, as they typed it."""

    request_id: RequestId
    facility_id: FacilityId
    inmate_number: str
    inmate_last_name: str
    relationship: str
    kind: VisitKind
    asked_at: datetime
    standing: Standing
    reason: str
    approval_id: ApprovalId | None
    companions: tuple[CompanionAsked, ...] = ()


@dataclass(frozen=True)
class Approval:
    """Leave to visit one inmate."""

    facility_id: FacilityId
    approval_id: ApprovalId
    inmate_name: str
    unit_id: UnitId | None
    kinds: tuple[VisitKind, ...]
    active: bool
    reason: str
    companions: tuple[CompanionState, ...] = ()
    """Who may come along."""

    @property
    def bookable(self) -> bool:
        """Whether times can be asked for at all."""
        return self.active and self.unit_id is not None and bool(self.kinds)


def ask(connection: Connection, facility_id: FacilityId, asked: AccessRequested) -> None:
    connection.execute(
        insert(access_requests).values(
            request_id=asked.request_id,
            visitor_id=asked.visitor.visitor_id,
            facility_id=facility_id,
            inmate_number=asked.inmate_number,
            inmate_last_name=asked.inmate_last_name,
            relationship=asked.relationship,
            kind=asked.kind.value,
            asked_at=asked.asked_at,
            standing=Standing.ASKED.value,
            reason="",
            companions=written(_ASKED, _without_birthdays(asked)),
        )
    )


def _without_birthdays(asked: AccessRequested) -> tuple[CompanionAsked, ...]:
    return tuple(
        CompanionAsked(person_id=one.person_id, name=one.full_name, relationship=one.relationship)
        for one in asked.companions
    )


def requests_of(connection: Connection, visitor_id: VisitorId) -> Sequence[AccessRequest]:
    """All of a visitor's requests, newest first."""
    rows = connection.execute(
        select(access_requests)
        .where(access_requests.c.visitor_id == visitor_id)
        .order_by(access_requests.c.asked_at.desc())
    ).mappings()
    return [_request(row) for row in rows]


def find_request(
    connection: Connection, request_id: RequestId, visitor_id: VisitorId
) -> AccessRequest | None:
    """The request, if it is this visitor's."""
    row = (
        connection.execute(
            select(access_requests).where(
                access_requests.c.request_id == request_id,
                access_requests.c.visitor_id == visitor_id,
            )
        )
        .mappings()
        .one_or_none()
    )
    return _request(row) if row is not None else None


def decide(connection: Connection, facility_id: FacilityId, decided: AccessDecided) -> None:
    """Keeps a facility's answer. The answer to another facility's request changes nothing."""
    approval = decided.approval
    connection.execute(
        update(access_requests)
        .where(
            access_requests.c.request_id == decided.request_id,
            access_requests.c.visitor_id == decided.visitor_id,
            access_requests.c.facility_id == facility_id,
        )
        .values(
            standing=(Standing.APPROVED if approval else Standing.REFUSED).value,
            reason=decided.reason,
            decided_at=decided.decided_at,
            approval_id=approval.approval_id if approval else None,
        )
    )


def mark_undelivered(connection: Connection, request_id: RequestId) -> None:
    """The request never reached the facility; an answer that has come stays."""
    connection.execute(
        update(access_requests)
        .where(
            access_requests.c.request_id == request_id,
            access_requests.c.standing == Standing.ASKED.value,
        )
        .values(standing=Standing.UNDELIVERED.value)
    )


def apply(
    connection: Connection, facility_id: FacilityId, state: ApprovalState, reason: str
) -> bool:
    """Takes over an approval as it stands now; False when something newer is known."""
    here = (approvals.c.facility_id == facility_id, approvals.c.approval_id == state.approval_id)
    known = connection.execute(select(approvals.c.revision).where(*here)).scalar_one_or_none()
    values = {
        "visitor_id": state.visitor_id,
        "revision": state.revision,
        "inmate_name": state.inmate_name,
        "unit_id": state.unit_id,
        "kinds": " ".join(kind.value for kind in state.kinds),
        "active": state.active,
        "reason": reason,
        "companions": written(COMPANIONS, state.companions),
    }
    if known is None:
        key = {"facility_id": facility_id, "approval_id": state.approval_id}
        connection.execute(insert(approvals).values(**key, **values))
        return True
    if known >= state.revision:
        return False
    connection.execute(update(approvals).where(*here).values(**values))
    return True


def approvals_of(connection: Connection, visitor_id: VisitorId) -> Sequence[Approval]:
    """All of a visitor's approvals, withdrawn ones too, by the inmate's name."""
    rows = connection.execute(
        select(approvals)
        .where(approvals.c.visitor_id == visitor_id)
        .order_by(approvals.c.inmate_name)
    ).mappings()
    return [_approval(row) for row in rows]


def find_approval(
    connection: Connection, facility_id: FacilityId, approval_id: ApprovalId, visitor_id: VisitorId
) -> Approval | None:
    """The approval, if it is this visitor's."""
    row = (
        connection.execute(
            select(approvals).where(
                approvals.c.facility_id == facility_id,
                approvals.c.approval_id == approval_id,
                approvals.c.visitor_id == visitor_id,
            )
        )
        .mappings()
        .one_or_none()
    )
    return _approval(row) if row is not None else None


def forget_companions(connection: Connection, visitor_id: VisitorId) -> None:
    """The names of others, most often children, leave with the visitor who told them."""
    for table in (access_requests, approvals):
        connection.execute(
            update(table).where(table.c.visitor_id == visitor_id).values(companions="[]")
        )


def _request(row: Any) -> AccessRequest:
    return AccessRequest(
        request_id=row["request_id"],
        facility_id=row["facility_id"],
        inmate_number=row["inmate_number"],
        inmate_last_name=row["inmate_last_name"],
        relationship=row["relationship"],
        kind=VisitKind(row["kind"]),
        asked_at=row["asked_at"],
        standing=Standing(row["standing"]),
        reason=row["reason"],
        approval_id=row["approval_id"],
        companions=_ASKED.validate_json(row["companions"]),
    )


def _approval(row: Any) -> Approval:
    return Approval(
        facility_id=row["facility_id"],
        approval_id=row["approval_id"],
        inmate_name=row["inmate_name"],
        unit_id=row["unit_id"],
        kinds=tuple(VisitKind(kind) for kind in row["kinds"].split()),
        active=row["active"],
        reason=row["reason"],
        companions=COMPANIONS.validate_json(row["companions"]),
    )
