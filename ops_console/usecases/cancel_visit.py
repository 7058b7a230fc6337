"""Cancel a visit before it begins."""

from __future__ import annotations

from ops_console.usecases._console import Console
from visits.model import Id, VisitId


def cancel_visit(console: Console, officer_id: Id, visit_id: VisitId, reason: str) -> None:
    """An officer takes a visit back, with a reason for the record.

    Raises `OfficerMustAct` when the visit is unknown, cannot be cancelled any more, or no
    reason is given.
    """
    raise NotImplementedError
