"""Visitors, their requests for access, and the approvals that came of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlite_utils import Database

from ops_console.store._values import all_rows, as_instant, as_text, maybe_instant, number, one_row
from visits.messages import AccessRequested
from visits.model import (
    ApprovalId,
    CompanionDetails,
    Id,
    IdentityDetails,
    InmateId,
    RequestId,
    UnitId,
    VisitKind,
    VisitorId,
)
from visits.sealing import SealedDocument


class AccessStatus(StrEnum):
    """Where a request for access stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A visitor's request as an officer reviews it. The document stays sealed."""

    request_id: RequestId
    visitor: IdentityDetails
    inmate_number: str
    """As the visitor typed it."""
    inmate_last_name: str
    """As the visitor typed it."""
    inmate_id: InmateId | None
    """Whose number and last name both fit; None when nobody's do."""
    inmate_name: str | None
    relationship: str
    kind: VisitKind
    asked_at: datetime
    status: AccessStatus
    decided_at: datetime | None
    decided_by: str | None
    """The officer's name."""
    reason: str
    companions: tuple[CompanionDetails, ...]
    has_document: bool
    """False once the document was deleted after the decision."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Leave for one visitor to visit one inmate."""

    approval_id: ApprovalId
    revision: int
    visitor_id: VisitorId
    visitor_name: str
    inmate_id: InmateId
    inmate_name: str
    inmate_number: str
    unit_id: UnitId | None
    unit_name: str | None
    kinds: tuple[VisitKind, ...]
    active: bool
    relationship: str
    """Of the visitor to the inmate, as the facility put it down."""
    reason: str
    """Why it was withdrawn; empty while active."""
    changed_at: datetime


_COMPANIONS = TypeAdapter(tuple[CompanionDetails, ...])
_REQUESTS = """
SELECT access_requests.*, inmates.display_name AS inmate_name, officers.name AS decided_by_name,
  document IS NOT NULL AS has_document
FROM access_requests
LEFT JOIN inmates USING (inmate_id)
LEFT JOIN officers ON officers.officer_id = access_requests.decided_by
"""

_APPROVALS = """
SELECT approvals.*, visitors.full_name AS visitor_name, inmates.display_name AS inmate_name,
  inmates.number AS inmate_number, inmates.unit_id AS unit_id, units.name AS unit_name
FROM approvals JOIN visitors USING (visitor_id) JOIN inmates USING (inmate_id)
LEFT JOIN units ON units.unit_id = inmates.unit_id
"""


def waiting_requests(db: Database) -> list[AccessRequest]:
    """Requests without a decision, the longest waiting first."""
    rows = all_rows(db, f"{_REQUESTS} WHERE status = 'waiting' ORDER BY asked_at, request_id")
    return [_request(row) for row in rows]


def decided_requests(db: Database, limit: int = 50) -> list[AccessRequest]:
    """The latest decisions, newest first."""
    rows = all_rows(
        db,
        f"{_REQUESTS} WHERE status <> 'waiting' ORDER BY decided_at DESC LIMIT :limit",
        limit=limit,
    )
    return [_request(row) for row in rows]


def count_waiting(db: Database) -> int:
    return number(db, "SELECT count(*) FROM access_requests WHERE status = 'waiting'")


def request(db: Database, request_id: RequestId) -> AccessRequest | None:
    row = one_row(db, f"{_REQUESTS} WHERE request_id = :id", id=request_id)
    return None if row is None else _request(row)


def requests_of(db: Database, visitor_id: VisitorId) -> list[AccessRequest]:
    """Every request of one visitor, newest first."""
    rows = all_rows(db, f"{_REQUESTS} WHERE visitor_id = :id ORDER BY asked_at DESC", id=visitor_id)
    return [_request(row) for row in rows]


def sealed_document(db: Database, request_id: RequestId) -> SealedDocument | None:
    """None when the request is unknown or its document was deleted."""
    row = one_row(db, "SELECT document FROM access_requests WHERE request_id = :id", id=request_id)
    if row is None or row["document"] is None:
        return None
    return SealedDocument.model_validate_json(row["document"])


def approvals(db: Database, search: str = "", *, active: bool | None = True) -> list[Approval]:
    """Approvals whose visitor, inmate or inmate number contains `search`, by visitor's name.

    `active` None shows withdrawn ones too.
    """
    rows = all_rows(
        db,
        f"{_APPROVALS} WHERE (:active IS NULL OR active = :active) AND ("
        " instr(lower(visitors.full_name), :part) OR instr(lower(inmates.display_name), :part)"
        " OR instr(lower(inmates.number), :part)) ORDER BY visitor_name, inmate_name",
        active=None if active is None else int(active),
        part=search.strip().lower(),
    )
    return [_approval(row) for row in rows]


def approval(db: Database, approval_id: ApprovalId) -> Approval | None:
    row = one_row(db, f"{_APPROVALS} WHERE approval_id = :id", id=approval_id)
    return None if row is None else _approval(row)


def approval_between(db: Database, visitor_id: VisitorId, inmate_id: InmateId) -> Approval | None:
    row = one_row(
        db,
        f"{_APPROVALS} WHERE approvals.visitor_id = :visitor AND approvals.inmate_id = :inmate",
        visitor=visitor_id,
        inmate=inmate_id,
    )
    return None if row is None else _approval(row)


def add_visitor(db: Database, visitor: IdentityDetails) -> None:
    """Adds a visitor; one who is known stays as an officer last approved them."""
    db.execute(
        "INSERT OR IGNORE INTO visitors (visitor_id, full_name, born_on, address, email)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            visitor.visitor_id,
            visitor.full_name,
            visitor.born_on.isoformat(),
            visitor.address,
            visitor.email,
        ],
    )


def save_visitor(db: Database, visitor: IdentityDetails) -> None:
    """Adds or replaces a visitor, as an officer has just approved them."""
    db.execute(
        "INSERT INTO visitors (visitor_id, full_name, born_on, address, email)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (visitor_id) DO UPDATE SET"
        " full_name = excluded.full_name, born_on = excluded.born_on,"
        " address = excluded.address, email = excluded.email",
        [
            visitor.visitor_id,
            visitor.full_name,
            visitor.born_on.isoformat(),
            visitor.address,
            visitor.email,
        ],
    )


def save_request(db: Database, asked: AccessRequested, inmate_id: InmateId | None) -> None:
    """Adds a waiting request; its visitor must be saved."""
    db.execute(
        "INSERT INTO access_requests (request_id, visitor_id, full_name, born_on, address, email,"
        " inmate_number, inmate_last_name, inmate_id, relationship, kind, asked_at, document,"
        " companions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            asked.request_id,
            asked.visitor.visitor_id,
            asked.visitor.full_name,
            asked.visitor.born_on.isoformat(),
            asked.visitor.address,
            asked.visitor.email,
            asked.inmate_number,
            asked.inmate_last_name,
            inmate_id,
            asked.relationship,
            asked.kind,
            as_text(asked.asked_at),
            asked.id_document.model_dump_json(),
            _COMPANIONS.dump_json(asked.companions).decode(),
        ],
    )


def match_request(db: Database, request_id: RequestId, inmate_id: InmateId) -> None:
    """Remembers whom a request is about, once somebody fits."""
    db.execute(
        "UPDATE access_requests SET inmate_id = ? WHERE request_id = ?", [inmate_id, request_id]
    )


def save_decision(
    db: Database,
    request_id: RequestId,
    status: AccessStatus,
    *,
    officer_id: Id,
    reason: str,
    now: datetime,
) -> None:
    db.execute(
        "UPDATE access_requests SET status = ?, decided_by = ?, decided_at = ?, reason = ?"
        " WHERE request_id = ?",
        [status, officer_id, as_text(now), reason, request_id],
    )


def save_approval(
    db: Database,
    approval_id: ApprovalId,
    visitor_id: VisitorId,
    inmate_id: InmateId,
    *,
    kinds: tuple[VisitKind, ...],
    active: bool,
    reason: str,
    now: datetime,
    relationship: str = "",
) -> None:
    """Adds an approval at revision 1, or changes one and raises its revision. A relationship
    that is not given stays as it was."""
    db.execute(
        "INSERT INTO approvals (approval_id, revision, visitor_id, inmate_id, kinds, active,"
        " reason, changed_at, relationship) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (approval_id) DO UPDATE SET revision = revision + 1,"
        " kinds = excluded.kinds, active = excluded.active, reason = excluded.reason,"
        " changed_at = excluded.changed_at,"
        " relationship = coalesce(nullif(excluded.relationship, ''), relationship)",
        [
            approval_id,
            visitor_id,
            inmate_id,
            json.dumps(kinds),
            int(active),
            reason,
            as_text(now),
            relationship,
        ],
    )


def save_relation(db: Database, person_id: Id, inmate_id: InmateId, relation: str) -> None:
    """How a visitor or companion is related to an inmate whom they may visit; empty where that is
    not known. Visitors are not told, so no revision is raised."""
    db.execute(
        "UPDATE approvals SET relationship = ? WHERE visitor_id = ? AND inmate_id = ?",
        [relation, person_id, inmate_id],
    )
    db.execute(
        "UPDATE companions SET relationship = ? WHERE person_id = ?"
        " AND approval_id IN (SELECT approval_id FROM approvals WHERE inmate_id = ?)",
        [relation, person_id, inmate_id],
    )


def of_inmate(db: Database, inmate_id: InmateId) -> list[Approval]:
    """Every approval for one inmate."""
    rows = all_rows(db, f"{_APPROVALS} WHERE approvals.inmate_id = :id", id=inmate_id)
    return [_approval(row) for row in rows]


def approved_for(db: Database, inmate_id: InmateId) -> list[Id]:
    """Everybody who may visit an inmate: visitors and the companions who come with them."""
    rows = all_rows(
        db,
        "SELECT visitor_id AS id FROM approvals WHERE inmate_id = :id AND active"
        " UNION SELECT person_id FROM companions JOIN approvals USING (approval_id)"
        " WHERE inmate_id = :id AND approvals.active AND companions.active",
        id=inmate_id,
    )
    return [row["id"] for row in rows]


def inmates_of(db: Database, person_id: Id) -> list[InmateId]:
    """Whom somebody, visitor or companion, may visit."""
    rows = all_rows(
        db,
        "SELECT inmate_id FROM approvals WHERE visitor_id = :id AND active"
        " UNION SELECT inmate_id FROM companions JOIN approvals USING (approval_id)"
        " WHERE person_id = :id AND approvals.active AND companions.active",
        id=person_id,
    )
    return [row["inmate_id"] for row in rows]


def documents_decided_before(db: Database, before: datetime) -> list[RequestId]:
    """Requests decided before `before` whose document is still kept."""
    rows = all_rows(
        db,
        "SELECT request_id FROM access_requests"
        " WHERE document IS NOT NULL AND decided_at < :before ORDER BY decided_at",
        before=as_text(before),
    )
    return [row["request_id"] for row in rows]


def delete_document(db: Database, request_id: RequestId) -> None:
    db.execute("UPDATE access_requests SET document = NULL WHERE request_id = ?", [request_id])


def _request(row: dict[str, Any]) -> AccessRequest:
    return AccessRequest(
        request_id=row["request_id"],
        visitor=IdentityDetails(
            visitor_id=row["visitor_id"],
            full_name=row["full_name"],
            born_on=date.fromisoformat(row["born_on"]),
            address=row["address"],
            email=row["email"],
        ),
        inmate_number=row["inmate_number"],
        inmate_last_name=row["inmate_last_name"],
        inmate_id=row["inmate_id"],
        inmate_name=row["inmate_name"],
        relationship=row["relationship"],
        kind=VisitKind(row["kind"]),
        asked_at=as_instant(row["asked_at"]),
        status=AccessStatus(row["status"]),
        decided_at=maybe_instant(row["decided_at"]),
        decided_by=row["decided_by_name"],
        reason=row["reason"],
        companions=_COMPANIONS.validate_json(row["companions"]),
        has_document=bool(row["has_document"]),
    )


def _approval(row: dict[str, Any]) -> Approval:
    return Approval(
        approval_id=row["approval_id"],
        revision=row["revision"],
        visitor_id=row["visitor_id"],
        visitor_name=row["visitor_name"],
        inmate_id=row["inmate_id"],
        inmate_name=row["inmate_name"],
        inmate_number=row["inmate_number"],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        kinds=_kinds(row["kinds"]),
        active=bool(row["active"]),
        relationship=row["relationship"],
        reason=row["reason"],
        changed_at=as_instant(row["changed_at"]),
    )


@cache
def _kinds(text: str) -> tuple[VisitKind, ...]:
    """There are few combinations, and every decision reads one."""
    return tuple(VisitKind(kind) for kind in json.loads(text))
