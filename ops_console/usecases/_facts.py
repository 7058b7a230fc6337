"""Gathers from the store what decides whether a visitor may join."""

from __future__ import annotations

from sqlite_utils import Database

from ops_console import store
from ops_console.rules.joining import JoinFacts
from visits.model import VisitId


def join_facts(db: Database, visit_id: VisitId) -> JoinFacts | None:
    """The visit and whether its approval still covers it; None for an unknown one."""
    visit = store.visits.visit(db, visit_id)
    if visit is None:
        return None
    approval = store.approvals.approval(db, visit.approval_id)
    return JoinFacts(
        visitor_id=visit.visitor_id,
        status=visit.status,
        kind=visit.kind,
        slot=visit.slot,
        terminal_id=visit.terminal_id,
        approved=approval is not None and approval.active and visit.kind in approval.kinds,
    )
