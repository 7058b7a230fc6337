"""Note that an inmate confirmed, at a terminal, that they know of a visit."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Subject, SubjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.visits import HistoryWord, Visit
from ops_console.usecases._change import Change
from visits.errors import MessageRefused
from visits.lifecycle import Actor
from visits.messages import Envelope, VisitSeen, terminal_of


def note_seen(one: Change, envelope: Envelope, seen: VisitSeen) -> None:
    """Keeps the first confirmation. Raises `MessageRefused` when visit and inmate do not fit
    one another or the terminal's unit."""
    visit = _visit(one, envelope, seen)
    if visit.seen_at is not None:
        return
    store.visits.save_seen(one.db, visit.visit_id, seen.seen_at)
    store.visits.add_line(
        one.db,
        visit.visit_id,
        HistoryWord.SEEN,
        Actor.INMATE,
        at=seen.seen_at,
        saved_at=one.now,
        actor_id=seen.inmate_id,
    )
    subject = Subject(SubjectKind.INMATE, seen.inmate_id)
    one.audit(subject, Verb.CONFIRM, ObjectKind.VISIT, visit.visit_id)
    one.touches(Topic.VISITS, visit.unit_id)


def _visit(one: Change, envelope: Envelope, seen: VisitSeen) -> Visit:
    visit = store.visits.visit(one.db, seen.visit_id)
    if visit is None or visit.inmate_id != seen.inmate_id:
        raise MessageRefused(f"{seen.inmate_id} has no visit {seen.visit_id}.")
    terminal = terminal_of(envelope.sender)
    here = {known.terminal_id for known in store.facility.terminals(one.db, visit.unit_id)}
    if terminal not in here:
        raise MessageRefused(f"{terminal} is not a terminal of {visit.unit_id}.")
    return visit
