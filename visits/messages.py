"""Every wire message: who may send it, on which topic, and its JSON form.

Two families. *Parcels* change something: they leave an outbox, are acknowledged by the
receiver's inbox once saved, and are repeated until then. *Notices* describe the present
(presence, agenda, calendar: retained on the broker, a lower revision is ignored) or are
worthless when late (signalling). `docs/protocol.md` is generated from this file.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints, ValidationError

from visits.clock import Instant
from visits.errors import MessageRefused
from visits.lifecycle import Actor, VisitEvent
from visits.model import (
    ApprovalId,
    Cause,
    CompanionDetails,
    DeviceId,
    FacilityId,
    Id,
    IdentityDetails,
    InmateId,
    Line,
    Name,
    Party,
    PersonId,
    Refusal,
    RequestId,
    Slot,
    Standing,
    TerminalId,
    UnitId,
    VisitChannel,
    VisitId,
    VisitKind,
    VisitorId,
    VisitStatus,
    WaitingId,
    Words,
)
from visits.sealing import SealedDocument
from visits.signing import Signed

PROTOCOL_VERSION = 1
LARGEST_MESSAGE_BYTES = 4 * 1024 * 1024
"""Of an encoded envelope. The broker ends the connection of whoever sends more."""
CONSOLE: DeviceId = "console"
PORTAL: DeviceId = "portal"


class Role(StrEnum):
    """Which program a device runs; the first part of its id and of its certificate's name."""

    CONSOLE = "console"
    PORTAL = "portal"
    KIOSK = "kiosk"

    @classmethod
    def of(cls, device: DeviceId) -> Role:
        """Raises `MessageRefused` for a name no certificate of ours carries."""
        role, _, rest = device.partition("-")
        if role in tuple(cls) and (role == cls.KIOSK) == bool(rest):
            return cls(role)
        raise MessageRefused(f"{device!r} is not the name of a console, portal or kiosk.")


def kiosk_device(terminal_id: TerminalId) -> DeviceId:
    """The device that drives a terminal."""
    return f"kiosk-{terminal_id}"


def terminal_of(device: DeviceId) -> TerminalId:
    """The terminal that a kiosk device drives. Raises `MessageRefused` for other devices."""
    if Role.of(device) is not Role.KIOSK:
        raise MessageRefused(f"{device!r} drives no terminal.")
    return device.removeprefix("kiosk-")


# --- topics -----------------------------------------------------------------------------


class Topics:
    """Every topic of one facility, spelled in one place."""

    def __init__(self, facility_id: FacilityId) -> None:
        self.facility_id = facility_id
        self.root = f"visitline/v{PROTOCOL_VERSION}/{facility_id}"

    def to_console(self, sender: DeviceId) -> str:
        """Parcels from `sender` (portal or kiosk) to the console."""
        return f"{self.root}/to-console/{sender}"

    def from_console(self, receiver: DeviceId) -> str:
        """Parcels from the console to `receiver`."""
        return f"{self.root}/from-console/{receiver}"

    def ack(self, parcel_sender: DeviceId, acknowledger: DeviceId) -> str:
        """Where `acknowledger` tells `parcel_sender` that a parcel is saved."""
        return f"{self.root}/ack/{parcel_sender}/{acknowledger}"

    def presence(self, device: DeviceId) -> str:
        """Retained greeting, and the will."""
        return f"{self.root}/presence/{device}"

    def agenda(self, unit_id: UnitId) -> str:
        """Retained signed agenda of a unit, for its kiosks only."""
        return f"{self.root}/agenda/{unit_id}"

    def calendar(self, unit_id: UnitId) -> str:
        """Retained public calendar of a unit, without names."""
        return f"{self.root}/calendar/{unit_id}"

    def question(self, device: DeviceId) -> str:
        """What `device` asks the console and nothing changes by."""
        return f"{self.root}/question/{device}"

    def answer(self, device: DeviceId) -> str:
        """The console's answers to `device`."""
        return f"{self.root}/answer/{device}"

    def signal_to_kiosk(self, terminal_id: TerminalId) -> str:
        return f"{self.root}/signal/{terminal_id}/to-kiosk"

    def signal_to_portal(self, terminal_id: TerminalId) -> str:
        return f"{self.root}/signal/{terminal_id}/to-portal"

    def last_part(self, topic: str) -> str:
        """The device, unit or direction that a topic of this facility ends with.

        Raises `MessageRefused` for another facility's topic.
        """
        if not topic.startswith(self.root + "/"):
            raise MessageRefused(f"Topic {topic!r} is not one of {self.facility_id}.")
        return topic.rsplit("/", 1)[1]

    def sender_of(self, topic: str) -> DeviceId:
        """The only device that may publish on `topic`.

        Raises `MessageRefused` for a topic that this class does not spell.
        """
        self.last_part(topic)
        match topic.removeprefix(self.root + "/").split("/"):
            case ["to-console" | "presence" | "question", device] | ["ack", _, device]:
                return device
            case ["from-console" | "agenda" | "calendar" | "answer", _]:
                return CONSOLE
            case ["signal", _, "to-kiosk"]:
                return PORTAL
            case ["signal", terminal_id, "to-portal"]:
                return kiosk_device(terminal_id)
            case _:
                raise MessageRefused(f"Nobody publishes on {topic!r}.")


# --- parcels ----------------------------------------------------------------------------


class Parcel(Words):
    """A message that changes something and must arrive exactly once.

    `senders` may send it; undelivered after `lives_for`, it is returned to its sender's
    attention instead of being sent again.
    """

    senders: ClassVar[frozenset[Role]]
    lives_for: ClassVar[timedelta] = timedelta(days=7)


class AccessRequested(Parcel):
    """A visitor asks a facility for leave to visit a named inmate."""

    senders = frozenset({Role.PORTAL})

    request_id: RequestId
    visitor: IdentityDetails
    id_document: SealedDocument
    inmate_number: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)
    ]
    inmate_last_name: Name
    relationship: Name
    kind: VisitKind
    companions: tuple[CompanionDetails, ...] = ()
    """Who would come along, now and then."""
    asked_at: Instant


class CompanionState(Words):
    """Somebody who may come along, by name."""

    person_id: PersonId
    name: Name


class ApprovalState(Words):
    """Leave for one visitor to visit one inmate, as it stands now."""

    approval_id: ApprovalId
    revision: int
    visitor_id: VisitorId
    inmate_name: Name
    unit_id: UnitId | None
    """Where to look for open times; None while the inmate has no unit here."""
    kinds: tuple[VisitKind, ...]
    active: bool
    companions: tuple[CompanionState, ...] = ()


class AccessDecided(Parcel):
    """The facility's answer to an access request, final for that request."""

    senders = frozenset({Role.CONSOLE})

    request_id: RequestId
    visitor_id: VisitorId
    approval: ApprovalState | None
    """None when refused."""
    reason: Line
    """For the visitor: why not and what to do, or empty when approved."""
    decided_at: Instant


class ApprovalChanged(Parcel):
    """An approval was withdrawn, restored, or its inmate moved. Lower revisions are ignored."""

    senders = frozenset({Role.CONSOLE})

    approval: ApprovalState
    reason: Line


class TimeWanted(Words):
    """Who wants to visit whom, how and with whom."""

    visitor_id: VisitorId
    approval_id: ApprovalId
    kind: VisitKind
    channel: VisitChannel = VisitChannel.REMOTE
    companions: tuple[PersonId, ...] = ()
    """Who comes along with the visitor."""


class HoldRequested(TimeWanted, Parcel):
    """A visitor chose an open time and fills in the form: keep it for a few minutes.

    The portal names the visit that may come of it. Another hold of the same visitor and
    approval lapses with it.
    """

    senders = frozenset({Role.PORTAL})
    lives_for = timedelta(seconds=30)

    visit_id: VisitId
    slot: Slot
    asked_at: Instant


class HoldDecided(Parcel):
    """Held until then, or not, with every reason and the nearest other times."""

    senders = frozenset({Role.CONSOLE})
    lives_for = timedelta(minutes=10)

    visit_id: VisitId
    visitor_id: VisitorId
    held_until: Instant | None
    refusals: tuple[Refusal, ...]
    alternatives: tuple[Slot, ...] = ()


class BookingRequested(TimeWanted, Parcel):
    """A visitor asks for one open time, held for them before or not. The console decides."""

    senders = frozenset({Role.PORTAL})
    lives_for = timedelta(hours=12)

    visit_id: VisitId
    """The portal names the visit; a hold's own name confirms the hold."""
    slot: Slot
    asked_at: Instant


class VisitState(Words):
    """A visit as its visitor may see it. Lower revisions are ignored."""

    visit_id: VisitId
    revision: int
    visitor_id: VisitorId
    approval_id: ApprovalId
    kind: VisitKind
    channel: VisitChannel = VisitChannel.REMOTE
    companions: tuple[PersonId, ...] = ()
    slot: Slot
    status: VisitStatus
    cause: Cause | None


class BookingDecided(Parcel):
    """Booked (no refusals), or refused with every reason and the nearest other times."""

    senders = frozenset({Role.CONSOLE})

    visit: VisitState
    refusals: tuple[Refusal, ...]
    alternatives: tuple[Slot, ...] = ()
    decided_at: Instant


class WaitingRequested(TimeWanted, Parcel):
    """A visitor wants the next time that comes free on one of these days."""

    senders = frozenset({Role.PORTAL})

    waiting_id: WaitingId
    first_day: date
    last_day: date
    """The facility's days, both included."""
    asked_at: Instant


class WaitingLeft(Parcel):
    """A visitor no longer waits, or does not want the time that was offered."""

    senders = frozenset({Role.PORTAL})

    waiting_id: WaitingId
    visitor_id: VisitorId
    asked_at: Instant


class TimeOffered(Words):
    """A time that came free, held for who waited; `BookingRequested` with its id takes it."""

    visit_id: VisitId
    slot: Slot
    held_until: Instant


class WaitingState(TimeWanted):
    """A place on the waiting list as it stands. Lower revisions are ignored."""

    waiting_id: WaitingId
    revision: int
    first_day: date
    last_day: date
    standing: Standing
    offer: TimeOffered | None = None
    refusals: tuple[Refusal, ...] = ()
    """Why it ended, where the facility ended it."""


class WaitingChanged(Parcel):
    """A place on the waiting list was taken, is offered a time, or ended."""

    senders = frozenset({Role.CONSOLE})

    waiting: WaitingState
    at: Instant


class CancelRequested(Parcel):
    """A visitor gives a booked time back, or one that is only held."""

    senders = frozenset({Role.PORTAL})

    visit_id: VisitId
    visitor_id: VisitorId
    asked_at: Instant


class VisitChanged(Parcel):
    """A visit has a new status or time, or was booked by the facility for its visitor."""

    senders = frozenset({Role.CONSOLE})

    visit: VisitState
    reason: Line = ""
    """What the facility tells the visitor of a change that it made."""
    alternatives: tuple[Slot, ...] = ()
    """Other times that the visitor could have, when the facility took this one back."""
    at: Instant


class JoinRequested(Parcel):
    """A visitor opened the door of a visit; approval and time are checked anew."""

    senders = frozenset({Role.PORTAL})
    lives_for = timedelta(seconds=30)

    join_id: Id
    visit_id: VisitId
    visitor_id: VisitorId
    asked_at: Instant


class JoinDecided(Parcel):
    """A signed `JoinToken`, or every reason why not."""

    senders = frozenset({Role.CONSOLE})
    lives_for = timedelta(seconds=60)

    join_id: Id
    visit_id: VisitId
    terminal_id: TerminalId | None
    token: Signed | None
    refusals: tuple[Refusal, ...]


class VisitSeen(Parcel):
    """The inmate confirmed, logged in, that they know of this visit."""

    senders = frozenset({Role.KIOSK})

    visit_id: VisitId
    inmate_id: InmateId
    seen_at: Instant


class VisitReported(Parcel):
    """Something happened to a visit at a terminal, in the order of `sequence` per visit."""

    senders = frozenset({Role.KIOSK})

    visit_id: VisitId
    sequence: int
    event: VisitEvent
    actor: Actor
    cause: Cause | None
    at: Instant


class CheckInRefused(Parcel):
    """A terminal turned somebody away; the officer can see why."""

    senders = frozenset({Role.KIOSK})

    inmate_id: InmateId | None
    visit_id: VisitId | None
    reason: Id
    at: Instant


# --- notices ----------------------------------------------------------------------------


class Notice(Words):
    """A message about the present, or one that is worthless when late."""

    senders: ClassVar[frozenset[Role]]


class Ack(Notice):
    """The parcel is saved at the receiver, or was refused there for good (`problem`)."""

    senders = frozenset(Role)

    message_id: Id
    problem: Line | None = None


class PresenceState(StrEnum):
    """`OFFLINE` is only ever said by the broker, as the will."""

    ONLINE = "online"
    OFFLINE = "offline"
    STOPPED = "stopped"


class Presence(Notice):
    """Retained greeting of a device. A will of an older boot is ignored."""

    senders = frozenset(Role)

    device: DeviceId
    boot_id: Id
    state: PresenceState
    version: str
    since: Instant
    details: dict[str, str] = Field(default_factory=dict)
    """For a kiosk: `screen`, `simulated` (comma-separated devices), `agenda_revision`."""


class CalendarSlot(Words):
    """An open time: how many visits could still be booked in it, and which."""

    slot: Slot
    places: Annotated[int, Field(ge=1)]
    kinds: tuple[VisitKind, ...] = tuple(VisitKind)
    channels: tuple[VisitChannel, ...] = (VisitChannel.REMOTE,)


class PublicCalendar(Notice):
    """The open times of a unit: each could be had by somebody who lives there. Names nobody.

    What one visitor can have is asked for with `TimesAsked`.
    """

    senders = frozenset({Role.CONSOLE})

    unit_id: UnitId
    unit_name: Name
    revision: int
    published_at: Instant
    open: tuple[CalendarSlot, ...]


class TimesAsked(TimeWanted, Notice):
    """Which times could this visitor book now? Asked anew whenever the answer is needed."""

    senders = frozenset({Role.PORTAL})

    question_id: Id


class TimesTold(Notice):
    """Exactly the times that a request made at `told_at` would get."""

    senders = frozenset({Role.CONSOLE})

    question_id: Id
    visitor_id: VisitorId
    approval_id: ApprovalId
    times: tuple[Slot, ...]
    refusals: tuple[Refusal, ...] = ()
    """Why there is none, where one reason stands against all of them."""
    told_at: Instant


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
    inmates: tuple[AgendaInmate, ...]
    visits: tuple[AgendaVisit, ...]


class SignedAgenda(Notice):
    """An `Agenda` under `Purpose.AGENDA`."""

    senders = frozenset({Role.CONSOLE})

    signed: Signed


class JoinToken(Words):
    """Leave for one browser session to join one visit, under `Purpose.JOIN`.

    A kiosk admits the newest `issued_at` it has seen for the visit, so a later join
    displaces an earlier one and a replayed token is refused.
    """

    facility_id: FacilityId
    join_id: Id
    visit_id: VisitId
    visitor_id: VisitorId
    terminal_id: TerminalId
    kind: VisitKind
    issued_at: Instant
    not_before: Instant
    not_after: Instant


class VisitorHere(Notice):
    """The visitor's browser is in the room; repeated every two seconds while it is."""

    senders = frozenset({Role.PORTAL})
    type: Literal["visitor-here"] = "visitor-here"

    visit_id: VisitId
    join_id: Id
    token: Signed


class KioskReady(Notice):
    """The inmate is at the terminal and the kiosk awaits this join's offer."""

    senders = frozenset({Role.KIOSK})
    type: Literal["kiosk-ready"] = "kiosk-ready"

    visit_id: VisitId
    join_id: Id
    attempt: Id
    """A new value for each connection; offers and answers repeat it."""
    ends_at: Instant


class SessionDescription(Notice):
    """An SDP offer (from the browser) or answer (from the kiosk). RFC 8866."""

    senders = frozenset({Role.PORTAL, Role.KIOSK})
    type: Literal["offer", "answer"]

    visit_id: VisitId
    join_id: Id
    attempt: Id
    sdp: Annotated[str, StringConstraints(max_length=65_536)]


class Bye(Notice):
    """One side leaves, or does not admit the other."""

    senders = frozenset({Role.PORTAL, Role.KIOSK})
    type: Literal["bye"] = "bye"

    visit_id: VisitId
    join_id: Id
    cause: Cause | None
    """None when a join was displaced or not admitted; `text` says which."""
    text: Line = ""


class TerminalNotice(Notice):
    """What the visitor should know of the other side, before and during the call."""

    senders = frozenset({Role.KIOSK})
    type: Literal["terminal-notice"] = "terminal-notice"

    visit_id: VisitId
    join_id: Id
    word: Literal["inmate-not-here", "inmate-muted", "inmate-unmuted", "reconnecting"]


Signal = Annotated[
    VisitorHere | KioskReady | SessionDescription | Bye | TerminalNotice,
    Field(discriminator="type"),
]


class SignalFrame(Notice):
    """Any signalling message."""

    senders = frozenset({Role.PORTAL, Role.KIOSK})

    signal: Signal


PARCELS: dict[str, type[Parcel]] = {cls.__name__: cls for cls in Parcel.__subclasses__()}
NOTICES: dict[str, type[Notice]] = {
    cls.__name__: cls
    for cls in (Ack, Presence, PublicCalendar, SignedAgenda, SignalFrame, TimesAsked, TimesTold)
}


# --- codec ------------------------------------------------------------------------------


class Envelope(Words):
    """What travels: one parcel or notice with its identity, sender and lifetime."""

    version: Literal[1]
    message_id: Id
    type: str
    sender: DeviceId
    sent_at: Instant
    expires_at: Instant | None
    body: dict[str, Any]

    def open(self) -> Parcel | Notice:
        """The message itself.

        Raises `MessageRefused` when its type is unknown, its body does not fit, or its
        sender's role may not send it.
        """
        cls = PARCELS.get(self.type) or NOTICES.get(self.type)
        if cls is None:
            raise MessageRefused(f"Unknown message type {self.type!r}.")
        if Role.of(self.sender) not in cls.senders:
            raise MessageRefused(f"{self.sender} may not send {self.type}.")
        try:
            return cls.model_validate(self.body)
        except ValidationError as cause:
            raise MessageRefused(f"{self.type} does not fit its model: {_brief(cause)}") from cause


def wrap(
    message: Parcel | Notice, *, message_id: str, sender: DeviceId, sent_at: datetime
) -> Envelope:
    """`message` ready to travel. Parcels get the expiry that their type states."""
    lives_for = message.lives_for if isinstance(message, Parcel) else None
    return Envelope(
        version=PROTOCOL_VERSION,
        message_id=message_id,
        type=type(message).__name__,
        sender=sender,
        sent_at=sent_at,
        expires_at=sent_at + lives_for if lives_for else None,
        body=message.model_dump(mode="json"),
    )


def encode(envelope: Envelope) -> bytes:
    """JSON, UTF-8. Raises `MessageRefused` above `LARGEST_MESSAGE_BYTES`."""
    payload = envelope.model_dump_json().encode()
    if len(payload) > LARGEST_MESSAGE_BYTES:
        raise MessageRefused(
            f"{envelope.type} of {len(payload)} bytes is too large; send a smaller document."
        )
    return payload


def decode(payload: bytes, *, expected_sender: DeviceId | None = None) -> Envelope:
    """The envelope in `payload`, checked against the sender that its topic names.

    Raises `MessageRefused` for bytes that are no envelope of this protocol version.
    """
    try:
        envelope = Envelope.model_validate_json(payload)
    except ValidationError as cause:
        raise MessageRefused(f"Not an envelope of version 1: {_brief(cause)}") from cause
    if expected_sender is not None and envelope.sender != expected_sender:
        raise MessageRefused(f"Says it is from {envelope.sender}, came from {expected_sender}.")
    return envelope


def _brief(problem: ValidationError) -> str:
    first = problem.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "message"
    return f"{where}: {first['msg']} ({problem.error_count()} problems)"
