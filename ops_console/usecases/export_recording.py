"""Export what was recorded of a visit: with a purpose, put down before anything leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from ops_console import store
from ops_console.audit import Verb
from ops_console.store.recordings import Recording
from ops_console.store.visits import HistoryWord, Visit
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._evidence_line import KeptThere, kept_there
from ops_console.usecases._supervising import custodian, given_words, not_private, put_down
from ops_console.usecases._tickets import ticket
from ops_console.usecases._visits import known_visit
from visits.errors import OfficerMustAct
from visits.exports import ExportedRecording, ExportStatement, exported
from visits.model import Id, VisitId
from visits.recordings import RecordingStatement
from visits.signing import Purpose, Signed, VerifyingKey
from visits.tickets import EvidenceTicket, Sight

MOST_LETTERS = 200
TICKET_LASTS = timedelta(hours=2)
"""For the longest visit to be made into a film, and the file to be fetched."""
LOOK_LASTS = timedelta(minutes=1)


class ExportLeave(NamedTuple):
    """What the officer's browser takes to the evidence process."""

    ticket: Signed
    statement: Signed
    """An `ExportStatement`."""


def export_recording(
    console: Console, officer_id: Id, visit_id: VisitId, purpose: str
) -> ExportLeave:
    """Leave to export the visit's recordings once, once the audit says durably who exports and
    what for.

    Raises `OfficerMustAct` when the officer is no custodian, the visit is privileged or not
    recorded, the recording is purged or the purpose is missing; `WaitAndRetry` while the evidence
    process does not answer.
    """
    words = given_words(purpose, MOST_LETTERS, what="what you export it for")
    recording = console.policy.recording
    if recording is None:
        raise OfficerMustAct("Nothing is recorded here.")

    def look(one: Change) -> Signed:
        custodian(one, officer_id)
        visit, _ = _recorded(one, visit_id)
        return ticket(one, Sight.LIST, visit, officer_id, purpose=words, lasts=LOOK_LASTS)

    kept = kept_there(recording.evidence_url, change(console, look))

    def export(one: Change) -> ExportLeave:
        custodian(one, officer_id)
        visit, stated = _recorded(one, visit_id)
        signed = ticket(one, Sight.EXPORT, visit, officer_id, purpose=words, lasts=TICKET_LASTS)
        leave = EvidenceTicket.model_validate_json(signed.payload)
        said = _statement(one, visit, leave, _named(stated, kept, console.kiosk_keys))
        put_down(
            one,
            officer_id,
            visit,
            Verb.EXPORT,
            HistoryWord.EXPORTED,
            note=words,
            export=leave.ticket_id,
            recordings=" ".join(it.recording_id for it in said.recordings),
        )
        return ExportLeave(signed, console.signing_key.sign(Purpose.EXPORT, said))

    return change(console, export)


def _recorded(one: Change, visit_id: VisitId) -> tuple[Visit, list[Recording]]:
    visit = not_private(known_visit(one, visit_id))
    stated = store.recordings.of_visit(one.db, visit_id)
    if not stated:
        raise OfficerMustAct("There is no recording of this visit that could be exported.")
    purge = store.keeping.purge_of(one.db, visit_id)
    if purge is not None and purge.confirmed_at is not None:
        raise OfficerMustAct("The recording of this visit is purged.")
    return visit, stated


def _named(
    stated: list[Recording],
    kept: Mapping[Id, KeptThere],
    keys: Mapping[str, VerifyingKey],
) -> tuple[ExportedRecording, ...]:
    """Those that terminals stated, then those that are not closed yet."""
    found = []
    for one in stated:
        there = kept.get(one.recording_id, KeptThere(0, None))
        said = RecordingStatement.model_validate_json(one.statement.payload)
        key = keys.get(said.terminal_id)
        found.append(exported(one.recording_id, there, (one.statement, key)))
    known = {one.recording_id for one in stated}
    return (
        *found,
        *(exported(id_, there, None) for id_, there in kept.items() if id_ not in known),
    )


def _statement(
    one: Change, visit: Visit, leave: EvidenceTicket, recordings: tuple[ExportedRecording, ...]
) -> ExportStatement:
    return ExportStatement(
        export_id=leave.ticket_id,
        facility_id=one.console.facility.facility_id,
        facility_name=one.console.facility.name,
        visit_id=visit.visit_id,
        kind=visit.kind,
        inmate_name=visit.inmate_name,
        visitor_name=visit.visitor_name,
        officer_id=leave.officer_id,
        officer_name=leave.officer_name,
        purpose=leave.purpose,
        asked_at=one.now,
        recordings=recordings,
    )
