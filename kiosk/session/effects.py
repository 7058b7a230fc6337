"""Everything the session asks for; `kiosk.effects` carries it out, in the order given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.session.views import Reason
from visits.faces import FaceTrouble
from visits.lifecycle import Actor, VisitEvent
from visits.messages import TerminalWord
from visits.model import Cause, Id, InmateId, VisitId, VisitKind


@dataclass(frozen=True, slots=True)
class Effect:
    """Base of all effects."""


@dataclass(frozen=True, slots=True)
class VerifyPin(Effect):
    """Answered by `PinRight`, `PinWrong` or `PinLocked`. The PIN is written nowhere."""

    inmate_id: InmateId
    verifier: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SaveSeen(Effect):
    """Save the inmate's confirmation and send it as `VisitSeen`."""

    visit_id: VisitId
    inmate_id: InmateId
    at: datetime


@dataclass(frozen=True, slots=True)
class Report(Effect):
    """Save what happened to a visit and send it as `VisitReported`."""

    visit_id: VisitId
    event: VisitEvent
    actor: Actor
    cause: Cause | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportRefusal(Effect):
    """Send `CheckInRefused`."""

    inmate_id: InmateId | None
    visit_id: VisitId | None
    reason: Reason
    at: datetime


@dataclass(frozen=True, slots=True)
class KeepCheckIn(Effect):
    """Remember who is checked in to what, for a restart."""

    visit_id: VisitId
    inmate_id: InmateId
    at: datetime


@dataclass(frozen=True, slots=True)
class DropCheckIn(Effect):
    """Nobody is checked in any more."""


@dataclass(frozen=True, slots=True)
class WarmUp(Effect):
    """Open camera and microphone; asked on entering a state that needs them."""


@dataclass(frozen=True, slots=True)
class CoolDown(Effect):
    """Close them; asked on leaving the last such state."""


@dataclass(frozen=True, slots=True)
class OpenCall(Effect):
    """Make ready for the attempt's offer and tell the visitor's page so (`KioskReady`)."""

    visit_id: VisitId
    join_id: Id
    attempt: Id
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CloseCall(Effect):
    """Let go of the attempt; later answers and offers of it are dropped."""

    attempt: Id


@dataclass(frozen=True, slots=True)
class NoteLine(Effect):
    """Remember an encrypted line of a privileged visit, for its statement."""

    visit_id: VisitId
    kind: VisitKind
    attempt: Id
    kiosk_fingerprint: str
    visitor_fingerprint: str
    at: datetime
    ends_at: datetime
    """The visit's booked end."""


@dataclass(frozen=True, slots=True)
class StateCall(Effect):
    """The privileged visit is over: state its lines, once the last is counted."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class SetMuted(Effect):
    """Send silence, or the inmate's sound again."""

    muted: bool


@dataclass(frozen=True, slots=True)
class SetPaused(Effect):
    """Let neither side see or hear the other, or let them again."""

    paused: bool


@dataclass(frozen=True, slots=True)
class SetSilenced(Effect):
    """Let neither side hear the other, or let them again; what the inmate muted stays so."""

    silenced: bool


@dataclass(frozen=True, slots=True)
class StopRecording(Effect):
    """There is no leave any more to record this visit. Answered by `RecordingFailed` where policy
    still wants it recorded."""

    visit_id: VisitId
    wanted: bool


@dataclass(frozen=True, slots=True)
class ReportRecordingTrouble(Effect):
    """Save `RecordingTroubled` and send it."""

    visit_id: VisitId
    why: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class ReportFace(Effect):
    """Save `FaceTold` and send it: no face is seen, or with `until`, that this is over."""

    visit_id: VisitId
    trouble: FaceTrouble
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TellVisitor(Effect):
    """Send a `TerminalNotice`."""

    visit_id: VisitId
    join_id: Id
    word: TerminalWord
    text: str = ""
    """The officer's own words."""


@dataclass(frozen=True, slots=True)
class SayBye(Effect):
    """Send a `Bye`; with no cause, the visit is over and this kiosk no longer knows why."""

    visit_id: VisitId
    join_id: Id
    cause: Cause | None
