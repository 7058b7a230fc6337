"""Leave to record one visit: signed by the console, for one terminal and hour, or there is none.

There is no list of visits that must not be recorded, anywhere. Kiosk and evidence process each
check the grant themselves, and take anything that they do not understand for no leave.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from visits.clock import Instant
from visits.errors import MessageRefused, SignatureRefused
from visits.model import FacilityId, Id, TerminalId, VisitId, VisitKind, Words
from visits.signing import KeyRing, Purpose, Signed


class GrantRefused(MessageRefused):
    """There is no leave to record this visit here and now; the text says why."""


class WithoutRecording(StrEnum):
    """What becomes of a visit that policy records and that cannot be recorded."""

    GO_ON = "go-on"
    BLOCK = "block"


class RecordingGrant(Words):
    """Leave to record one visit, under `Purpose.RECORDING`. None can be written for a privileged
    kind."""

    grant_id: Id
    facility_id: FacilityId
    visit_id: VisitId
    terminal_id: TerminalId
    kind: VisitKind
    evidence_key: str
    """To whom the record is sealed: base64 of an X25519 public key."""
    issued_at: Instant
    not_before: Instant
    not_after: Instant

    @model_validator(mode="after")
    def _never_privileged(self) -> Self:
        if self.kind.privileged:
            raise ValueError(f"a {self.kind} visit is privileged: nothing can allow recording it")
        return self


def leave_to_record(
    keys: KeyRing,
    signed: Signed | None,
    *,
    facility_id: FacilityId,
    visit_id: VisitId,
    terminal_id: TerminalId,
    kind: VisitKind,
    now: datetime,
) -> RecordingGrant:
    """The grant, if it gives leave for just this. Raises `GrantRefused` otherwise."""
    if signed is None:
        raise GrantRefused("No recording grant was given.")
    if kind.privileged:
        raise GrantRefused(f"A {kind} visit is privileged.")
    try:
        grant = keys.open(signed, Purpose.RECORDING, RecordingGrant)
    except SignatureRefused as cause:
        raise GrantRefused(f"The recording grant is not believed: {cause}") from cause
    given = (grant.facility_id, grant.visit_id, grant.terminal_id, grant.kind)
    if given != (facility_id, visit_id, terminal_id, kind):
        raise GrantRefused("The recording grant is for another visit, terminal or kind.")
    if not grant.not_before <= now < grant.not_after:
        raise GrantRefused("The recording grant is not in force now.")
    return grant
