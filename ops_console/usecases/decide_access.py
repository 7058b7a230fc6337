"""Approve or refuse a visitor's request for access."""

from __future__ import annotations

from ops_console.usecases._console import Console
from visits.model import ApprovalId, Id, RequestId, VisitKind


def approve_access(
    console: Console,
    officer_id: Id,
    request_id: RequestId,
    kinds: tuple[VisitKind, ...] | None = None,
) -> ApprovalId:
    """Approves the kind that was asked for, or the `kinds` that are given.

    Raises `OfficerMustAct` when the request is unknown or decided, or nobody held here has
    the number and last name that the visitor gave.
    """
    raise NotImplementedError


def refuse_access(console: Console, officer_id: Id, request_id: RequestId, reason: str) -> None:
    """Refuses, with a reason that the visitor reads.

    Raises `OfficerMustAct` when the request is unknown or decided, or no reason is given.
    """
    raise NotImplementedError
