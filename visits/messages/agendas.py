"""What the kiosks of a unit need to know, signed."""

from __future__ import annotations

from datetime import timedelta

from visits.clock import Instant
from visits.faces import FaceHelp
from visits.grants import WithoutRecording
from visits.messages.devices import Role
from visits.messages.families import Notice
from visits.model import (
    FacilityId,
    InmateId,
    Name,
    Party,
    Slot,
    TerminalId,
    UnitId,
    VisitId,
    VisitKind,
    VisitStatus,
    Words,
)
from visits.relaying import Relay
from visits.signing import Signed
from visits.supervision import Supervision


class AgendaVisit(Words):
    """One visit as the unit's kiosks need it."""

    visit_id: VisitId
    terminal_id: TerminalId
    inmate_id: InmateId
    party: Party
    kind: VisitKind
    slot: Slot
    status: VisitStatus
    recorded: bool
    """Whether policy records it. Says nothing about leave to record: that is a grant."""
    seen: bool
    relay: Relay | None = None
    """How its call is relayed; None once it is over, or where the console names no relay."""
    grant: Signed | None = None
    """Leave to record it: a `RecordingGrant`."""
    supervision: Supervision | None = None
    """What officers do to it; None: nothing."""


class AgendaInmate(Words):
    """What a kiosk needs to greet and check an inmate in, with or without the network."""

    inmate_id: InmateId
    number: str
    """What they type: the facility's inmate number."""
    display_name: Name
    pin_verifier: str
    """PHC string, `visits.secrets`."""
    card_ids: tuple[str, ...]


class Agenda(Words):
    """A unit's visits from yesterday to two weeks ahead. Higher revision replaces lower."""

    facility_id: FacilityId
    unit_id: UnitId
    unit_name: Name
    facility_name: Name
    zone_name: str
    revision: int
    made_at: Instant
    check_in_opens: timedelta
    """How long before its start a visit can be checked in."""
    check_in_closes: timedelta
    """How long after its start it still can."""
    without_recording: WithoutRecording = WithoutRecording.GO_ON
    """What becomes of a visit that policy records and that cannot be recorded."""
    faces: FaceHelp = FaceHelp()
    """What the cameras' helpers do in visits that are not privileged."""
    inmates: tuple[AgendaInmate, ...]
    visits: tuple[AgendaVisit, ...]


class SignedAgenda(Notice):
    """An `Agenda` under `Purpose.AGENDA`."""

    senders = frozenset({Role.CONSOLE})

    signed: Signed
