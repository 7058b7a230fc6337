"""Approve or refuse a visitor's request for access."""

from __future__ import annotations

from collections.abc import Collection

from sqlite_utils import Database

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.rules.relations import relation
from ops_console.store.approvals import AccessRequest, AccessStatus, Approval
from ops_console.store.people import Inmate
from ops_console.usecases._change import Change, change, officer
from ops_console.usecases._console import Console
from ops_console.usecases._visits import given_reason
from visits.errors import OfficerMustAct
from visits.messages import AccessDecided, ApprovalState, CompanionState
from visits.model import ApprovalId, Id, PersonId, RequestId, VisitKind, new_id


def approve_access(
    console: Console,
    officer_id: Id,
    request_id: RequestId,
    kinds: tuple[VisitKind, ...] | None = None,
    *,
    relationship: str | None = None,
    companions: Collection[PersonId] | None = None,
) -> ApprovalId:
    """Approves the kind that was asked for, or the `kinds` that are given, and everybody who
    would come along, or those of them in `companions`. `relationship` is what the rules are to
    know of it, by default the visitor's own word in the rules' words.

    Raises `OfficerMustAct` when the request is unknown or decided, or nobody held here has
    the number and last name that the visitor gave.
    """

    def approve(one: Change) -> ApprovalId:
        request = _undecided(one, request_id)
        inmate = _inmate_of(one, request)
        store.approvals.match_request(one.db, request_id, inmate.inmate_id)
        store.approvals.save_visitor(one.db, request.visitor)
        approval = _grant(
            one,
            request,
            inmate,
            kinds or (request.kind,),
            relation(request.relationship if relationship is None else relationship),
        )
        _let_along(one, request, approval, companions)
        _decide(one, request, officer_id, approval, "")
        one.touches(Topic.VISITS, inmate.unit_id)
        return approval.approval_id

    return change(console, approve)


def refuse_access(console: Console, officer_id: Id, request_id: RequestId, reason: str) -> None:
    """Refuses, with a reason that the visitor reads.

    Raises `OfficerMustAct` when the request is unknown or decided, or no reason is given.
    """
    why = given_reason(reason)

    def refuse(one: Change) -> None:
        _decide(one, _undecided(one, request_id), officer_id, None, why)

    change(console, refuse)


def approval_state(db: Database, approval: Approval) -> ApprovalState:
    """An approval as its visitor may see it."""
    return ApprovalState(
        approval_id=approval.approval_id,
        revision=approval.revision,
        visitor_id=approval.visitor_id,
        inmate_name=approval.inmate_name,
        unit_id=approval.unit_id,
        kinds=approval.kinds,
        active=approval.active,
        companions=tuple(
            CompanionState(person_id=person, name=name)
            for person, name in store.facts.companions_of(db, approval.approval_id).items()
        ),
    )


def _undecided(one: Change, request_id: RequestId) -> AccessRequest:
    request = store.approvals.request(one.db, request_id)
    if request is None:
        raise OfficerMustAct("There is no such request. Go back to the list of requests.")
    if request.status is not AccessStatus.WAITING:
        raise OfficerMustAct(f"This request is already {request.status}. Open the next one.")
    return request


def _inmate_of(one: Change, request: AccessRequest) -> Inmate:
    inmate = store.people.inmate_named(one.db, request.inmate_number, request.inmate_last_name)
    if inmate is None:
        raise OfficerMustAct(
            f"Nobody here has the number {request.inmate_number} and the last name"
            f" {request.inmate_last_name}. Refuse the request and say so."
        )
    return inmate


def _let_along(
    one: Change,
    request: AccessRequest,
    approval: Approval,
    wanted: Collection[PersonId] | None,
) -> None:
    for companion in request.companions:
        if wanted is None or companion.person_id in wanted:
            store.facts.save_companion(
                one.db,
                approval.approval_id,
                companion.person_id,
                full_name=companion.full_name,
                born_on=companion.born_on,
                relationship=relation(companion.relationship),
            )


def _grant(
    one: Change,
    request: AccessRequest,
    inmate: Inmate,
    kinds: tuple[VisitKind, ...],
    relationship: str,
) -> Approval:
    """A new approval, or the former one of these two people with the kinds added."""
    visitor_id = request.visitor.visitor_id
    former = store.approvals.approval_between(one.db, visitor_id, inmate.inmate_id)
    kept = former.kinds if former is not None and former.active else ()
    approval_id = former.approval_id if former else new_id()
    store.approvals.save_approval(
        one.db,
        approval_id,
        visitor_id,
        inmate.inmate_id,
        kinds=tuple(kind for kind in VisitKind if kind in {*kept, *kinds}),
        active=True,
        reason="",
        now=one.now,
        relationship=relationship,
    )
    return known_approval(one, approval_id)


def known_approval(one: Change, approval_id: ApprovalId) -> Approval:
    """Raises `OfficerMustAct` when there is no such approval."""
    approval = store.approvals.approval(one.db, approval_id)
    if approval is None:
        raise OfficerMustAct("There is no such approval. Go back to the list of approvals.")
    return approval


def _decide(
    one: Change, request: AccessRequest, officer_id: Id, approval: Approval | None, reason: str
) -> None:
    status = AccessStatus.REFUSED if approval is None else AccessStatus.APPROVED
    store.approvals.save_decision(
        one.db, request.request_id, status, officer_id=officer_id, reason=reason, now=one.now
    )
    one.tell_portal(
        AccessDecided(
            request_id=request.request_id,
            visitor_id=request.visitor.visitor_id,
            approval=None if approval is None else approval_state(one.db, approval),
            reason=reason,
            decided_at=one.now,
        )
    )
    details = {"reason": reason}
    if approval is not None:
        details = {"approval": approval.approval_id, "kinds": " ".join(approval.kinds)}
    verb = Verb.REFUSE if approval is None else Verb.APPROVE
    one.audit(officer(officer_id), verb, ObjectKind.ACCESS_REQUEST, request.request_id, details)
    one.touches(Topic.ACCESS)
