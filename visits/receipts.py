"""What is stated of a privileged visit when it is over, by its terminal and by the console.

The terminal states which lines there were, between which certificates, and how much it sent
where. The console holds that against its own record, enters it in the audit and countersigns.
`docs/privileged-visits.md` says what this proves and what it cannot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from visits.clock import Instant
from visits.model import FacilityId, Id, Name, Slot, TerminalId, VisitId, VisitKind, Words
from visits.signing import Signed

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""In lower-case hexadecimal."""
Destination = Annotated[str, StringConstraints(min_length=3, max_length=80)]
"""`host:port`."""
Count = Annotated[int, Field(ge=0)]


class StatedLine(Words):
    """One connection between terminal and browser that was really encrypted."""

    attempt: Id
    secured_at: Instant
    closed_at: Instant | None
    """None: the terminal stopped before it could count; the numbers are the last it knew."""
    kiosk_fingerprint: Sha256
    visitor_fingerprint: Sha256
    sent_bytes: Mapping[Destination, Count]
    """Everything that the terminal sent for this connection, by where it went."""


class CallStatement(Words):
    """A terminal's word on one privileged visit, under `Purpose.STATEMENT`."""

    facility_id: FacilityId
    visit_id: VisitId
    terminal_id: TerminalId
    kind: VisitKind
    recording_grants: Count
    """How many leaves to record this visit the terminal was ever handed."""
    lines: Annotated[tuple[StatedLine, ...], Field(max_length=200)]
    dropped_lines: Count = 0
    """Earlier connections that are left out, so that a statement stays small."""
    stated_at: Instant

    @property
    def complete(self) -> bool:
        """Every connection was counted to its end."""
        return not self.dropped_lines and all(line.closed_at for line in self.lines)


class TreeHead(Words):
    """The whole audit at one moment, under `Purpose.TREE_HEAD`."""

    facility_id: FacilityId
    size: Annotated[int, Field(ge=1)]
    """Lines in it."""
    root: Sha256
    made_at: Instant


class Receipt(Words):
    """What the attorney keeps, under `Purpose.RECEIPT`; `visitline-verify` checks it offline."""

    facility_id: FacilityId
    facility_name: Name
    visit_id: VisitId
    kind: VisitKind
    slot: Slot
    recording_grants: Count
    """How many leaves to record this visit the console ever signed."""
    complete: bool
    statement: Signed
    kiosk_key: str
    """The terminal's public key, for which the console vouches."""
    audit_line: str
    """The line of the audit that names this statement, in the text that is hashed."""
    line_index: Count
    """Its place in the audit, from 0."""
    proof: tuple[Sha256, ...]
    tree_head: Signed
    issued_at: Instant


def digest_of(statement: Signed) -> str:
    """How the audit names a statement."""
    return hashlib.sha256(statement.payload.encode()).hexdigest()
