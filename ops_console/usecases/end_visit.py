"""End a visit that is running."""

from __future__ import annotations

from ops_console.usecases._console import Console
from visits.model import Id, VisitId


def end_visit(console: Console, officer_id: Id, visit_id: VisitId, reason: str) -> None:
    """An officer ends a visit that is in progress or interrupted, with a reason for the record.

    Raises `OfficerMustAct` when the visit is unknown or not running, or no reason is given.
    """
    raise NotImplementedError
