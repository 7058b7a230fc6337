"""Everything that can happen to the kiosk.

`Intent`s come from a person at the screen; screens post these and nothing else. The rest
comes from the line, the media and the workers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.session.states import Purpose
from visits.faces import FaceTrouble
from visits.messages import Agenda
from visits.model import Id, InmateId, VisitId


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True)
class Intent(Event):
    """Something a person at the terminal did; it also counts as a touch."""


@dataclass(frozen=True, slots=True)
class Touched(Intent):
    """The glass was touched anywhere. The program posts it; screens need not."""


@dataclass(frozen=True, slots=True)
class LogInPressed(Intent):
    """On the board: "check in" or "see my visits"."""

    purpose: Purpose


@dataclass(frozen=True, slots=True)
class KeyPressed(Intent):
    """A key of the keypad: one letter or digit."""

    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ErasePressed(Intent):
    """Take the last sign back."""


@dataclass(frozen=True, slots=True)
class EntryConfirmed(Intent):
    """The number or PIN is complete."""


@dataclass(frozen=True, slots=True)
class BackPressed(Intent):
    """One step back: keypad to board, refusal to where it came from, ended to board.

    While waiting for a visit it means "leave": the inmate steps away and may return.
    """


@dataclass(frozen=True, slots=True)
class LogOutPressed(Intent):
    """Back to the board for the next person."""


@dataclass(frozen=True, slots=True)
class SeenPressed(Intent):
    """The inmate confirms that they know of this visit."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class CheckInPressed(Intent):
    """In "my visits": check in to this one."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class LanguageChosen(Intent):
    """One of `facts.languages`; holds until log-out."""

    language: str


@dataclass(frozen=True, slots=True)
class MutePressed(Intent):
    """Mute or unmute the inmate's own sound."""


@dataclass(frozen=True, slots=True)
class EndPressed(Intent):
    """Asks whether to end the visit."""


@dataclass(frozen=True, slots=True)
class EndConfirmed(Intent):
    """Yes, end it."""


@dataclass(frozen=True, slots=True)
class EndKept(Intent):
    """No, go on."""


@dataclass(frozen=True, slots=True)
class CardRead(Intent):
    """A card stands for the number; the PIN is still asked."""

    card_id: str


@dataclass(frozen=True, slots=True)
class Ticked(Event):
    """Time has passed. Only the hour and the countdowns depend on it."""


@dataclass(frozen=True, slots=True)
class AgendaReceived(Event):
    """A verified agenda of this unit with a higher revision than any before."""

    agenda: Agenda = field(repr=False)
    received_at: datetime


@dataclass(frozen=True, slots=True)
class LinkUp(Event):
    """The line to the broker is up."""


@dataclass(frozen=True, slots=True)
class LinkDown(Event):
    """The line to the broker is down; calls go on without it."""


@dataclass(frozen=True, slots=True)
class PinRight(Event):
    """The PIN is this inmate's."""

    inmate_id: InmateId


@dataclass(frozen=True, slots=True)
class PinWrong(Event):
    """It is not; `tries_left` more before the lock."""

    inmate_id: InmateId
    tries_left: int


@dataclass(frozen=True, slots=True)
class PinLocked(Event):
    """No PIN is evaluated for this inmate now; None: until staff release it or tomorrow."""

    inmate_id: InmateId
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CheckInResumed(Event):
    """After a restart: this inmate was checked in to this visit less than two minutes ago."""

    visit_id: VisitId
    inmate_id: InmateId


@dataclass(frozen=True, slots=True)
class CheckInLapsed(Event):
    """After a restart: somebody was checked in to this visit, longer than two minutes ago."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class VisitorHeard(Event):
    """The visitor's browser is in the room; repeated every two seconds while it is."""

    visit_id: VisitId
    join_id: Id


@dataclass(frozen=True, slots=True)
class VisitorLeft(Event):
    """Not heard of for six seconds while the line to the broker was up."""

    visit_id: VisitId
    join_id: Id


@dataclass(frozen=True, slots=True)
class VisitorHungUp(Event):
    """The visitor ended the visit on purpose."""

    visit_id: VisitId
    join_id: Id


@dataclass(frozen=True, slots=True)
class MediaConnected(Event):
    """The attempt's line stands; sound flows."""

    attempt: Id


@dataclass(frozen=True, slots=True)
class LineSecured(Event):
    """The attempt's line is encrypted between just these two certificates; said right before
    `MediaConnected`. SHA-256, lower-case hexadecimal."""

    attempt: Id
    kiosk_fingerprint: str
    visitor_fingerprint: str


@dataclass(frozen=True, slots=True)
class RecordingStarted(Event):
    """The call that is being opened is recorded, on the console's leave."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class RecordingFailed(Event):
    """A visit that policy records is not, or no longer; `why` is for an officer."""

    visit_id: VisitId
    why: str
    began: bool = False
    """It was recorded until now."""


@dataclass(frozen=True, slots=True)
class FirstFrame(Event):
    """The first picture of the visitor was decoded."""

    attempt: Id


@dataclass(frozen=True, slots=True)
class PicturesChanged(Event):
    """The line carries less, or more again: whether the visitor's pictures come, and whether
    our own are sent. Sound goes on either way."""

    attempt: Id
    theirs: bool
    own: bool


@dataclass(frozen=True, slots=True)
class FaceChanged(Event):
    """What the camera helper of an attempt thinks it sees: whether the inmate's face is missing,
    for how many seconds so far, and whether the whole picture is blurred for want of one."""

    attempt: Id
    trouble: FaceTrouble | None
    missing_s: float = 0.0
    all_blurred: bool = False


@dataclass(frozen=True, slots=True)
class LineLost(Event):
    """A line that stood is gone."""

    attempt: Id
    why: str


@dataclass(frozen=True, slots=True)
class MediaFailed(Event):
    """A line could not be made."""

    attempt: Id
    why: str


@dataclass(frozen=True, slots=True)
class DeviceFailed(Event):
    """A device without which no visit can be held: `camera` or `sound`."""

    device: str
    why: str


@dataclass(frozen=True, slots=True)
class DeviceMended(Event):
    """It works again."""

    device: str
