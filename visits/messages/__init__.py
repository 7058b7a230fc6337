"""Every wire message: who may send it, on which topic, and its JSON form.

Two families. *Parcels* change something: they leave an outbox, are acknowledged by the
receiver's inbox once saved, and are repeated until then. *Notices* describe the present
(presence, agenda, calendar: retained on the broker, a lower revision is ignored), ask and
answer what changes nothing, or are worthless when late (signalling). `docs/protocol.md` is
generated from here.
"""

from visits.messages.access import (
    AccessDecided,
    AccessRequested,
    ApprovalChanged,
    ApprovalState,
    CompanionState,
)
from visits.messages.agendas import Agenda, AgendaInmate, AgendaVisit, SignedAgenda
from visits.messages.booking import (
    BookingDecided,
    BookingRequested,
    CalendarSlot,
    CancelRequested,
    HoldDecided,
    HoldRequested,
    PublicCalendar,
    TimeOffered,
    TimesAsked,
    TimesTold,
    TimeWanted,
    VisitChanged,
    VisitState,
    WaitingChanged,
    WaitingLeft,
    WaitingRequested,
    WaitingState,
)
from visits.messages.codec import (
    NOTICES,
    PARCELS,
    Envelope,
    decode,
    encode,
    encode_written,
    wrap,
)
from visits.messages.devices import (
    CONSOLE,
    LARGEST_MESSAGE_BYTES,
    PORTAL,
    PROTOCOL_VERSION,
    Role,
    Topics,
    kiosk_device,
    terminal_of,
)
from visits.messages.faces import FaceTold
from visits.messages.families import Notice, Parcel
from visits.messages.presence import Ack, Presence, PresenceState
from visits.messages.quality import (
    FailuresTold,
    Over,
    PageWitnessed,
    PageWord,
    QualityTold,
    Sample,
    Way,
)
from visits.messages.receipts import CallStated, ReceiptIssued
from visits.messages.recording import RecordingStated, RecordingTroubled
from visits.messages.signalling import (
    Bye,
    KioskReady,
    SessionDescription,
    Signal,
    SignalFrame,
    TerminalNotice,
    TerminalWord,
    VisitorHere,
)
from visits.messages.visiting import (
    CheckInRefused,
    JoinDecided,
    JoinRequested,
    JoinToken,
    VisitReported,
    VisitSeen,
)

__all__ = [
    "CONSOLE",
    "LARGEST_MESSAGE_BYTES",
    "NOTICES",
    "PARCELS",
    "PORTAL",
    "PROTOCOL_VERSION",
    "AccessDecided",
    "AccessRequested",
    "Ack",
    "Agenda",
    "AgendaInmate",
    "AgendaVisit",
    "ApprovalChanged",
    "ApprovalState",
    "BookingDecided",
    "BookingRequested",
    "Bye",
    "CalendarSlot",
    "CallStated",
    "CancelRequested",
    "CheckInRefused",
    "CompanionState",
    "Envelope",
    "FaceTold",
    "FailuresTold",
    "HoldDecided",
    "HoldRequested",
    "JoinDecided",
    "JoinRequested",
    "JoinToken",
    "KioskReady",
    "Notice",
    "Over",
    "PageWitnessed",
    "PageWord",
    "Parcel",
    "Presence",
    "PresenceState",
    "PublicCalendar",
    "QualityTold",
    "ReceiptIssued",
    "RecordingStated",
    "RecordingTroubled",
    "Role",
    "Sample",
    "SessionDescription",
    "Signal",
    "SignalFrame",
    "SignedAgenda",
    "TerminalNotice",
    "TerminalWord",
    "TimeOffered",
    "TimeWanted",
    "TimesAsked",
    "TimesTold",
    "Topics",
    "VisitChanged",
    "VisitReported",
    "VisitSeen",
    "VisitState",
    "VisitorHere",
    "WaitingChanged",
    "WaitingLeft",
    "WaitingRequested",
    "WaitingState",
    "Way",
    "decode",
    "encode",
    "encode_written",
    "kiosk_device",
    "terminal_of",
    "wrap",
]
