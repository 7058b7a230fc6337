"""Hear what a terminal states of a recording that is closed, or of one that failed."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.recordings import Trouble
from ops_console.store.visits import HistoryWord, Visit
from ops_console.usecases._change import Change, device
from ops_console.usecases._console import Console
from visits.errors import MessageRefused, SignatureRefused
from visits.lifecycle import Actor
from visits.messages import Envelope, RecordingStated, RecordingTroubled, terminal_of
from visits.model import TerminalId
from visits.receipts import digest_of
from visits.recordings import RecordingStatement
from visits.signing import KeyRing, Purpose, Signed


def hear_recording(one: Change, envelope: Envelope, stated: RecordingStated) -> None:
    """Keeps the statement and enters its digest in the audit; a repeat changes nothing.

    Raises `MessageRefused` for one that is not this terminal's, for which no leave was given, of
    a privileged visit, or that contradicts an earlier one.
    """
    reporter = terminal_of(envelope.sender)
    said = _believed(one.console, reporter, stated.statement)
    visit = _visit(one, stated.visit_id)
    given_to = store.grants.terminal_of_grant(one.db, visit.visit_id, said.grant_id)
    told = (said.facility_id, said.visit_id, said.terminal_id, given_to)
    if told != (one.console.facility.facility_id, visit.visit_id, reporter, reporter):
        raise MessageRefused(f"{envelope.sender} states a recording for which it had no leave.")
    known = store.recordings.recording(one.db, said.recording_id)
    if known is not None:
        if known.statement.payload != stated.statement.payload:
            raise MessageRefused(f"{envelope.sender} states recording {said.recording_id} anew.")
        return
    store.recordings.save(one.db, said, stated.statement, one.now)
    _enter(one, envelope.sender, said, stated.statement)


def hear_trouble(one: Change, envelope: Envelope, told: RecordingTroubled) -> None:
    """A line in the visit's history and in the audit, and something for a person to look at.

    Raises `MessageRefused` where the visit is not that terminal's, or is privileged.
    """
    visit, reporter = _visit(one, told.visit_id), terminal_of(envelope.sender)
    if visit.terminal_id != reporter:
        raise MessageRefused(f"{told.visit_id} is no visit of {envelope.sender}.")
    trouble = Trouble(visit.visit_id, one.now, told.why, told.blocked)
    store.recordings.note_trouble(one.db, trouble)
    outcome = "The visit does not go on without." if told.blocked else "The visit goes on."
    _add_line(one, visit, HistoryWord.NOT_RECORDED, reporter, f"{told.why} {outcome}".strip())
    details = {"why": told.why, "blocked": "yes" if told.blocked else "no"}
    subject = device(envelope.sender)
    one.audit(subject, Verb.FAIL_TO_RECORD, ObjectKind.VISIT, visit.visit_id, details)
    one.touches(Topic.VISITS)


def _believed(console: Console, reporter: TerminalId, signed: Signed) -> RecordingStatement:
    key = console.kiosk_keys.get(reporter)
    if key is None:
        raise MessageRefused(
            f"No key of terminal {reporter} is known. Provision it, then start the console anew."
        )
    try:
        return KeyRing([key]).open(signed, Purpose.RECORDED, RecordingStatement)
    except SignatureRefused as cause:
        raise MessageRefused(f"The statement of {reporter} is not believed: {cause}") from cause


def _visit(one: Change, visit_id: str) -> Visit:
    visit = store.visits.visit(one.db, visit_id)
    if visit is None:
        raise MessageRefused(f"There is no visit {visit_id}.")
    if visit.kind.privileged:
        raise MessageRefused(f"Visit {visit_id} is privileged: nothing of it can be recorded.")
    return visit


def _enter(one: Change, sender: str, said: RecordingStatement, signed: Signed) -> None:
    details = {
        "recording": said.recording_id,
        "statement": digest_of(signed),
        "last-link": said.last_link,
        "pieces": str(said.pieces),
        "cut-off": "yes" if said.cut_off else "no",
    }
    one.audit(device(sender), Verb.RECORD, ObjectKind.VISIT, said.visit_id, details)
    one.touches(Topic.VISITS)


def _add_line(one: Change, visit: Visit, word: HistoryWord, terminal: str, note: str) -> None:
    store.visits.add_line(
        one.db,
        visit.visit_id,
        word,
        Actor.KIOSK,
        at=one.now,
        saved_at=one.now,
        actor_id=terminal,
        note=note,
    )
