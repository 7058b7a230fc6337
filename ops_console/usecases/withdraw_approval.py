"""Withdraw an approval, and with it every visit that stands on it."""

from __future__ import annotations

from dataclasses import dataclass

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.approvals import Approval
from ops_console.usecases._change import Change, change, officer
from ops_console.usecases._console import Console
from ops_console.usecases._visits import By, given_reason, move
from ops_console.usecases.decide_access import approval_state, known_approval
from visits.errors import OfficerMustAct
from visits.lifecycle import Actor, VisitEvent, may
from visits.messages import ApprovalChanged
from visits.model import ApprovalId, Cause, Id


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal did to the approval's visits."""

    cancelled: int
    ended: int


def withdraw_approval(
    console: Console, officer_id: Id, approval_id: ApprovalId, reason: str
) -> Withdrawn:
    """Cancels the approval's coming visits and ends one that is running.

    The visitor reads the reason. Raises `OfficerMustAct` when the approval is unknown or
    withdrawn, or no reason is given.
    """
    why = given_reason(reason)

    def withdraw(one: Change) -> Withdrawn:
        approval = known_approval(one, approval_id)
        if not approval.active:
            raise OfficerMustAct("This approval is already withdrawn. Nothing was changed.")
        _save(one, approval, why)
        by = By(Actor.OFFICER, officer_id)
        result = Withdrawn(
            cancelled=_stop_all(one, approval_id, VisitEvent.CANCEL, by, why),
            ended=_stop_all(one, approval_id, VisitEvent.END, by, why),
        )
        one.audit(
            officer(officer_id),
            Verb.WITHDRAW,
            ObjectKind.APPROVAL,
            approval_id,
            {"reason": why, "cancelled": str(result.cancelled), "ended": str(result.ended)},
        )
        return result

    return change(console, withdraw)


def _save(one: Change, approval: Approval, why: str) -> None:
    store.approvals.save_approval(
        one.db,
        approval.approval_id,
        approval.visitor_id,
        approval.inmate_id,
        kinds=approval.kinds,
        active=False,
        reason=why,
        now=one.now,
    )
    withdrawn = known_approval(one, approval.approval_id)
    one.tell_portal(ApprovalChanged(approval=approval_state(one.db, withdrawn), reason=why))
    one.touches(Topic.ACCESS)


def _stop_all(one: Change, approval_id: ApprovalId, event: VisitEvent, by: By, why: str) -> int:
    stopped = 0
    for visit in store.visits.of_approval(one.db, approval_id):
        if may(visit.status, event, by.actor):
            move(one, visit, event, by, cause=Cause.APPROVAL_WITHDRAWN, note=why)
            stopped += 1
    return stopped
