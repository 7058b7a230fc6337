"""What the console states of an export before it is made; whoever has only the export holds all
that is in it against this word.

The console vouches for each recording twice: by the terminal's own statement and key, and by how
much of it the evidence process had when the export was asked for. So a tail that is taken away
afterwards is found even where the terminal has not stated its recording yet.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from visits.clock import Instant
from visits.errors import SignatureRefused
from visits.model import FacilityId, Id, Line, Name, TerminalId, VisitId, VisitKind, Words
from visits.receipts import Count, Sha256
from visits.recordings import RecordingStatement
from visits.signing import KeyRing, Purpose, Signed, VerifyingKey
from visits.tickets import EvidenceTicket, TicketRefused


class ExportedRecording(Words):
    """One connection of the visit."""

    recording_id: Id
    kept_pieces: Count
    """That the evidence process had, and that are exported; 0 where nothing had come yet."""
    kept_link: Sha256 | None
    """Of the last of those."""
    terminal_id: TerminalId | None = None
    terminal_key: str = ""
    """The terminal's public key. Empty where it has been replaced since: then the console alone
    vouches for the statement, which it believed when it came."""
    statement: Signed | None = None
    """The terminal's `RecordingStatement`; None where it has not come yet."""


class ExportStatement(Words):
    """Under `Purpose.EXPORT`. None can be written for a privileged kind."""

    export_id: Id
    """The ticket's."""
    facility_id: FacilityId
    facility_name: Name
    visit_id: VisitId
    kind: VisitKind
    inmate_name: Name
    visitor_name: Name
    officer_id: Id
    officer_name: Name
    purpose: Line
    asked_at: Instant
    recordings: Annotated[tuple[ExportedRecording, ...], Field(min_length=1, max_length=200)]
    """By begin."""

    @model_validator(mode="after")
    def _never_privileged(self) -> Self:
        if self.kind.privileged:
            raise ValueError(f"a {self.kind} visit is privileged: nothing of it can be exported")
        return self


def exported(
    recording_id: Id,
    kept: tuple[int, str | None],
    stated: tuple[Signed, VerifyingKey | None] | None,
) -> ExportedRecording:
    """`kept`: how many pieces, and the last one's link. A key that does not fit is left out."""
    if stated is None:
        return ExportedRecording(recording_id=recording_id, kept_pieces=kept[0], kept_link=kept[1])
    signed, key = stated
    said = RecordingStatement.model_validate_json(signed.payload)
    fits = key is not None and key.key_id == signed.key_id and key.checks(signed)
    return ExportedRecording(
        recording_id=recording_id,
        kept_pieces=kept[0],
        kept_link=kept[1],
        terminal_id=said.terminal_id,
        terminal_key=key.text if key is not None and fits else "",
        statement=signed,
    )


def leave_to_export(keys: KeyRing, signed: Signed, ticket: EvidenceTicket) -> ExportStatement:
    """What is to be exported, if the ticket is for just that. Raises `TicketRefused`."""
    try:
        said = keys.open(signed, Purpose.EXPORT, ExportStatement)
    except SignatureRefused as cause:
        raise TicketRefused(f"What is to be exported is not believed: {cause}") from cause
    told = (said.export_id, said.facility_id, said.officer_id, (said.visit_id,))
    if told != (ticket.ticket_id, ticket.facility_id, ticket.officer_id, ticket.visit_ids):
        raise TicketRefused("The ticket is for another export.")
    return said
