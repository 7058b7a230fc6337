"""Leave to visit: asked for, decided, changed."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from visits.clock import Instant
from visits.messages.devices import Role
from visits.messages.families import Parcel
from visits.model import (
    ApprovalId,
    CompanionDetails,
    IdentityDetails,
    Line,
    Name,
    PersonId,
    RequestId,
    UnitId,
    VisitKind,
    VisitorId,
    Words,
)
from visits.sealing import SealedDocument


class AccessRequested(Parcel):
    """A visitor asks a facility for leave to visit a named inmate."""

    senders = frozenset({Role.PORTAL})

    request_id: RequestId
    visitor: IdentityDetails
    id_document: SealedDocument
    inmate_number: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)
    ]
    inmate_last_name: Name
    relationship: Name
    kind: VisitKind
    companions: tuple[CompanionDetails, ...] = ()
    """Who would come along, now and then."""
    asked_at: Instant


class CompanionState(Words):
    """Somebody who may come along, by name."""

    person_id: PersonId
    name: Name


class ApprovalState(Words):
    """Leave for one visitor to visit one inmate, as it stands now."""

    approval_id: ApprovalId
    revision: int
    visitor_id: VisitorId
    inmate_name: Name
    unit_id: UnitId | None
    """Where to look for open times; None while the inmate has no unit here."""
    kinds: tuple[VisitKind, ...]
    active: bool
    companions: tuple[CompanionState, ...] = ()


class AccessDecided(Parcel):
    """The facility's answer to an access request, final for that request."""

    senders = frozenset({Role.CONSOLE})

    request_id: RequestId
    visitor_id: VisitorId
    approval: ApprovalState | None
    """None when refused."""
    reason: Line
    """For the visitor: why not and what to do, or empty when approved."""
    decided_at: Instant


class ApprovalChanged(Parcel):
    """An approval was withdrawn, restored, or its inmate moved. Lower revisions are ignored."""

    senders = frozenset({Role.CONSOLE})

    approval: ApprovalState
    reason: Line
