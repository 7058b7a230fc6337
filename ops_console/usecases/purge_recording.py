"""Take a visit's recordings away: two officers decide it, or their age does.

What is decided is carried out by the evidence process on a signed ticket, again and again until
it has answered; what it answers stays as a stone in their place.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.keeping import Purge
from ops_console.store.visits import HistoryWord
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change, officer
from ops_console.usecases._console import Console
from ops_console.usecases._evidence_line import purge_there
from ops_console.usecases._supervising import custodian, put_down
from ops_console.usecases._tickets import ticket
from ops_console.usecases._visits import given_reason, known_visit
from ops_console.usecases.hold_recording import recorded_visit
from visits.errors import OfficerMustAct, WaitAndRetry
from visits.lifecycle import Actor
from visits.model import Id, VisitId, new_id
from visits.signing import Signed
from visits.tickets import Sight

AT_ONCE = 50
TICKET_LASTS = timedelta(minutes=2)
CONSOLE_ID = "console"
TOO_OLD = "Kept for as long as policy keeps recordings"

_logger = logging.getLogger(__name__)


def ask_purge(console: Console, officer_id: Id, visit_id: VisitId, reason: str) -> None:
    """Another custodian has to confirm it. Raises `OfficerMustAct` when there is no recording, a
    hold, a purge already, or no reason."""
    why = given_reason(reason)

    def ask(one: Change) -> None:
        custodian(one, officer_id)
        visit = recorded_visit(one, visit_id)
        _no_hold(one, visit_id)
        if store.keeping.purge_of(one.db, visit_id) is not None:
            raise OfficerMustAct("Somebody asked for this purge already, or it is done.")
        asked = Purge(new_id(), visit_id, why, officer_id, one.now, None, None, None, ())
        store.keeping.save_purge(one.db, asked)
        put_down(one, officer_id, visit, Verb.ASK_TO_PURGE, HistoryWord.PURGE_ASKED, note=why)

    change(console, ask)


def withdraw_purge(console: Console, officer_id: Id, visit_id: VisitId) -> None:
    """Raises `OfficerMustAct` when none waits to be confirmed."""

    def withdraw(one: Change) -> None:
        custodian(one, officer_id)
        asked = _asked(one, visit_id)
        store.keeping.withdraw_purge(one.db, asked.purge_id, one.now)
        visit = known_visit(one, visit_id)
        put_down(one, officer_id, visit, Verb.WITHDRAW, HistoryWord.PURGE_WITHDRAWN)

    change(console, withdraw)


def confirm_purge(console: Console, officer_id: Id, visit_id: VisitId) -> bool:
    """Whether it is done; otherwise it is as soon as the evidence process answers.

    Raises `OfficerMustAct` when none waits, the same officer asked for it, or there is a hold.
    """

    def confirm(one: Change) -> None:
        custodian(one, officer_id)
        recorded_visit(one, visit_id)
        asked = _asked(one, visit_id)
        if asked.asked_by == officer_id:
            raise OfficerMustAct("You asked for this purge. Another custodian has to confirm it.")
        _no_hold(one, visit_id)
        confirmed = replace(asked, confirmed_by=officer_id, confirmed_at=one.now)
        store.keeping.save_purge(one.db, confirmed)
        details = {"purge": asked.purge_id, "reason": asked.reason}
        one.audit(officer(officer_id), Verb.CONFIRM, ObjectKind.VISIT, visit_id, details)
        one.touches(Topic.VISITS)

    change(console, confirm)
    return carry_out_purges(console) == 0


def purge_expired(console: Console) -> int:
    """Decides for recordings that are older than policy keeps them; how many visits."""
    recording = console.policy.recording
    if recording is None:
        return 0
    before = console.clock.now() - recording.retention
    with console.readers.read() as db:
        if not store.keeping.too_old(db, before, AT_ONCE):
            return 0

    def decide(one: Change) -> int:
        old = store.keeping.too_old(one.db, before, AT_ONCE)
        for visit_id in old:
            _supersede(one, visit_id)
            decided = Purge(new_id(), visit_id, TOO_OLD, None, one.now, None, one.now, None, ())
            store.keeping.save_purge(one.db, decided)
        return len(old)

    decided = change(console, decide)
    carry_out_purges(console)
    return decided


def carry_out_purges(console: Console) -> int:
    """How many decided purges could not be carried out yet."""
    recording = console.policy.recording
    with console.readers.read() as db:
        waiting = store.keeping.confirmed_purges(db)
    if recording is None:
        return len(waiting)
    failed = 0
    for purge in waiting:
        try:
            _carry_out(console, recording.evidence_url, purge)
        except WaitAndRetry as trouble:
            _logger.warning("a purge waits: %s", trouble)
            failed += 1
    return failed


def _carry_out(console: Console, url: str, purge: Purge) -> None:
    signed = change(console, lambda one: _ticket(one, purge))
    stones = purge_there(url, signed, purge.visit_id)

    def put_away(one: Change) -> None:
        done = replace(purge, done_at=one.now, stones=tuple(stones))
        store.keeping.save_purge(one.db, done)
        by = purge.confirmed_by
        details = {
            "purge": purge.purge_id,
            "reason": purge.reason,
            "asked-by": purge.asked_by or CONSOLE_ID,
            "recordings": " ".join(str(stone.get("recording_id", "")) for stone in stones),
        }
        subject = officer(by) if by else CONSOLE_ITSELF
        one.audit(subject, Verb.PURGE, ObjectKind.VISIT, purge.visit_id, details)
        store.visits.add_line(
            one.db,
            purge.visit_id,
            HistoryWord.PURGED,
            Actor.OFFICER if by else Actor.CONSOLE,
            at=one.now,
            saved_at=one.now,
            actor_id=by,
            note=purge.reason,
        )
        one.touches(Topic.VISITS)

    change(console, put_away)


def _ticket(one: Change, purge: Purge) -> Signed:
    """Nothing can be held any more once a purge is decided; looked at once more all the same."""
    _no_hold(one, purge.visit_id)
    visit = recorded_visit(one, purge.visit_id)
    by = purge.confirmed_by or CONSOLE_ID
    return ticket(one, Sight.PURGE, visit, by, purpose=purge.reason, lasts=TICKET_LASTS)


def _asked(one: Change, visit_id: VisitId) -> Purge:
    purge = store.keeping.purge_of(one.db, visit_id)
    if purge is None or purge.confirmed_at is not None:
        raise OfficerMustAct("No purge waits to be confirmed here.")
    return purge


def _supersede(one: Change, visit_id: VisitId) -> None:
    """What an officer asked for and nobody confirmed, the recordings' age decides."""
    purge = store.keeping.purge_of(one.db, visit_id)
    if purge is not None and purge.confirmed_at is None:
        store.keeping.withdraw_purge(one.db, purge.purge_id, one.now)


def _no_hold(one: Change, visit_id: VisitId) -> None:
    if store.keeping.hold_on(one.db, visit_id) is not None:
        raise OfficerMustAct("There is a legal hold on this recording. Lift it first.")
