"""What every verb of supervision has in common: whom it is for, and where it is put down."""

from __future__ import annotations

from datetime import datetime

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.visits import HistoryWord, Visit
from ops_console.usecases._change import Change, officer
from ops_console.usecases._visits import known_visit
from visits.errors import OfficerMustAct
from visits.lifecycle import Actor
from visits.model import Id, VisitId, VisitStatus
from visits.supervision import Supervision

RUNNING = frozenset({VisitStatus.IN_PROGRESS, VisitStatus.INTERRUPTED})
PRIVATE = (
    "This visit is private by law. Nobody watches it, plays it or takes part in it. If it has to"
    " stop, end it on its own page."
)

FOR_CUSTODIANS = (
    "Recordings are for custodians alone. Ask one of them, or have yourself made one by whoever"
    " runs the console (visitline-console officer add)."
)


def not_private(visit: Visit) -> Visit:
    """Raises `OfficerMustAct` for a privileged visit."""
    if visit.kind.privileged:
        raise OfficerMustAct(PRIVATE)
    return visit


def custodian(one: Change, officer_id: Id) -> None:
    """Raises `OfficerMustAct` for an officer who is no custodian now, whatever they once were."""
    asking = store.people.officer(one.db, officer_id)
    if asking is None or not asking.custodian:
        raise OfficerMustAct(FOR_CUSTODIANS)


def supervised(one: Change, visit_id: VisitId) -> Visit:
    """Raises `OfficerMustAct` when the visit is unknown, privileged or not running."""
    visit = not_private(known_visit(one, visit_id))
    if visit.status not in RUNNING:
        raise OfficerMustAct("This visit does not run now. Look at its page.")
    return visit


def given_words(text: str, most: int, *, what: str) -> str:
    """`text` on one line. Raises `OfficerMustAct` when it is empty or longer than `most`."""
    words = " ".join(text.split())
    if not words:
        raise OfficerMustAct(f"Write {what} first.")
    if len(words) > most:
        raise OfficerMustAct(f"Use {most} letters or fewer for {what}.")
    return words


def stand(one: Change, visit: Visit, **changes: object) -> Supervision:
    """Changes how the visit is supervised; its kiosk is told."""
    before = store.supervision.supervision(one.db, visit.visit_id)
    after = before.model_copy(update=changes)
    if not (after.paused or after.muted):
        after = after.model_copy(update={"why": ""})
    store.supervision.save(one.db, visit.visit_id, after)
    one.touches(Topic.VISITS, visit.unit_id)
    return after


def put_down(
    one: Change,
    officer_id: Id,
    visit: Visit,
    verb: Verb,
    word: HistoryWord,
    *,
    note: str = "",
    at: datetime | None = None,
    **details: str,
) -> None:
    """One line in the visit's history and one in the audit, with `note` in both."""
    store.visits.add_line(
        one.db,
        visit.visit_id,
        word,
        Actor.OFFICER,
        at=at or one.now,
        saved_at=one.now,
        actor_id=officer_id,
        note=note,
    )
    said = {"text": note, **details} if note else details
    one.audit(officer(officer_id), verb, ObjectKind.VISIT, visit.visit_id, said)
    one.touches(Topic.VISITS)
