"""Withdraw an approval, and with it every visit that stands on it."""

from __future__ import annotations

from dataclasses import dataclass

from ops_console.usecases._console import Console
from ops_console.usecases._visits import given_reason
from ops_console.usecases._world_changes import ApprovalEnds
from ops_console.usecases.change_world import change_now
from visits.model import ApprovalId, Id


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
    done = change_now(console, officer_id, ApprovalEnds(approval_id), why)
    return Withdrawn(cancelled=done.cancelled, ended=done.ended)
