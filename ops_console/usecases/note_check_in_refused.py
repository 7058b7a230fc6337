"""Note that a terminal turned somebody away, so that an officer can see why."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.visits import HistoryWord
from ops_console.usecases._change import Change, device
from visits.lifecycle import Actor
from visits.messages import CheckInRefused, Envelope, terminal_of


def note_check_in_refused(one: Change, envelope: Envelope, refused: CheckInRefused) -> None:
    """Adds to the audit, and to the visit's history if the terminal knew which visit it was."""
    terminal = terminal_of(envelope.sender)
    visit = None
    if refused.visit_id is not None:
        visit = store.visits.visit(one.db, refused.visit_id)
    if visit is not None:
        store.visits.add_line(
            one.db,
            visit.visit_id,
            HistoryWord.INMATE_TURNED_AWAY,
            Actor.KIOSK,
            at=refused.at,
            saved_at=one.now,
            actor_id=terminal,
            note=refused.reason,
        )
        one.touches(Topic.VISITS)
    one.audit(
        device(envelope.sender),
        Verb.TURN_AWAY,
        ObjectKind.TERMINAL,
        terminal,
        {
            "inmate": refused.inmate_id or "",
            "visit": refused.visit_id or "",
            "reason": refused.reason,
            "at": refused.at.isoformat(),
        },
    )
    one.touches(Topic.TERMINALS)
