"""Give leave to record the visits that policy records, the day before they begin.

Leave is positive, signed and for one visit at one terminal and hour; nothing else lets a terminal
record. A kind that the visit's own booking in the audit does not confirm gets none.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlite_utils import Database

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.grants import ToGrant
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change
from ops_console.usecases._console import Console, RecordingPolicy
from visits.grants import RecordingGrant
from visits.model import new_id
from visits.signing import Purpose

AHEAD = timedelta(hours=24)
BEFORE_CHECK_IN = timedelta(minutes=5)
AFTER_END = timedelta(minutes=10)
"""A call may be connected early and closed late; clocks differ a little."""

_logger = logging.getLogger(__name__)


def grant_recordings(console: Console) -> int:
    """How many grants were signed: for visits that begin within a day, were booked or moved
    lately, or whose evidence key is a new one."""
    policy = console.policy.recording
    if policy is None:
        return 0
    with console.readers.read() as db:
        known = {it.visit_id for it in store.grants.refused(db)}
        if not any(it.visit_id not in known for it in _due(console, policy, db)):
            return 0
    return change(
        console, lambda one: sum(_grant(one, policy, it) for it in _due(console, policy, one.db))
    )


def _due(console: Console, policy: RecordingPolicy, db: Database) -> list[ToGrant]:
    now = console.clock.now()
    kinds = [kind for kind in policy.kinds if console.policy.records(kind)]
    return store.grants.to_grant(db, kinds, policy.evidence_key, now, now + AHEAD)


def _grant(one: Change, policy: RecordingPolicy, due: ToGrant) -> bool:
    booked = store.audit.booked_kinds(one.db, due.visit_id)
    if booked != {due.kind}:
        _refuse(one, due, booked)
        return False
    grant = RecordingGrant(
        grant_id=new_id(),
        facility_id=one.console.facility.facility_id,
        visit_id=due.visit_id,
        terminal_id=due.terminal_id,
        kind=due.kind,
        evidence_key=policy.evidence_key,
        issued_at=one.now,
        not_before=due.slot.starts_at - one.console.policy.check_in_opens - BEFORE_CHECK_IN,
        not_after=due.slot.ends_at + AFTER_END,
    )
    signed = one.console.signing_key.sign(Purpose.RECORDING, grant)
    store.grants.save(one.db, grant, due.slot, signed)
    details = {
        "grant": grant.grant_id,
        "kind": due.kind,
        "terminal": due.terminal_id,
        "starts": due.slot.starts_at.isoformat(),
    }
    one.audit(CONSOLE_ITSELF, Verb.GRANT, ObjectKind.VISIT, due.visit_id, details)
    one.touches(Topic.VISITS, due.unit_id)
    return True


def _refuse(one: Change, due: ToGrant, booked: frozenset[str]) -> None:
    said = " and ".join(sorted(booked)) or "no kind"
    why = f"It stands here as {due.kind}, and the audit says that it was booked as {said}"
    if store.grants.note_refused(one.db, due.visit_id, why, one.now):
        _logger.error("no leave to record visit %s: %s", due.visit_id, why)
        details = {"grant": "refused", "why": why}
        one.audit(CONSOLE_ITSELF, Verb.REFUSE, ObjectKind.VISIT, due.visit_id, details)
        one.touches(Topic.VISITS)
