"""Withdraw an approval."""

from __future__ import annotations

from dataclasses import dataclass

from ops_console.usecases._console import Console
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

    Raises `OfficerMustAct` when the approval is unknown or withdrawn, or no reason is given.
    """
    raise NotImplementedError
