"""What travels: one parcel or notice in its envelope, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from visits.clock import Instant
from visits.errors import MessageRefused
from visits.messages.access import AccessDecided, AccessRequested, ApprovalChanged
from visits.messages.agendas import SignedAgenda
from visits.messages.booking import (
    BookingDecided,
    BookingRequested,
    CancelRequested,
    HoldDecided,
    HoldRequested,
    PublicCalendar,
    TimesAsked,
    TimesTold,
    VisitChanged,
    WaitingChanged,
    WaitingLeft,
    WaitingRequested,
)
from visits.messages.devices import LARGEST_MESSAGE_BYTES, PROTOCOL_VERSION, Role
from visits.messages.faces import FaceTold
from visits.messages.families import Notice, Parcel
from visits.messages.presence import Ack, Presence
from visits.messages.quality import FailuresTold, PageWitnessed, QualityTold
from visits.messages.receipts import CallStated, ReceiptIssued
from visits.messages.recording import RecordingStated, RecordingTroubled
from visits.messages.signalling import SignalFrame
from visits.messages.visiting import (
    CheckInRefused,
    JoinDecided,
    JoinRequested,
    VisitReported,
    VisitSeen,
)
from visits.model import DeviceId, Id, Words

PARCELS: dict[str, type[Parcel]] = {
    cls.__name__: cls
    for cls in (
        AccessRequested,
        AccessDecided,
        ApprovalChanged,
        HoldRequested,
        HoldDecided,
        BookingRequested,
        BookingDecided,
        WaitingRequested,
        WaitingLeft,
        WaitingChanged,
        CancelRequested,
        VisitChanged,
        JoinRequested,
        JoinDecided,
        VisitSeen,
        VisitReported,
        CheckInRefused,
        CallStated,
        ReceiptIssued,
        RecordingStated,
        RecordingTroubled,
        FaceTold,
        QualityTold,
        FailuresTold,
        PageWitnessed,
    )
}
NOTICES: dict[str, type[Notice]] = {
    cls.__name__: cls
    for cls in (Ack, Presence, PublicCalendar, SignedAgenda, SignalFrame, TimesAsked, TimesTold)
}


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
    return Envelope(
        version=PROTOCOL_VERSION,
        message_id=message_id,
        type=type(message).__name__,
        sender=sender,
        sent_at=sent_at,
        expires_at=expiry_of(type(message), sent_at),
        body=message.model_dump(mode="json"),
    )


def expiry_of(kind: type[Parcel | Notice], sent_at: datetime) -> datetime | None:
    """When a message of this kind is no longer delivered; None for a notice."""
    return sent_at + kind.lives_for if issubclass(kind, Parcel) else None


def encode(envelope: Envelope) -> bytes:
    """JSON, UTF-8. Raises `MessageRefused` above `LARGEST_MESSAGE_BYTES`."""
    return _within_limit(envelope.type, envelope.model_dump_json().encode())


def encode_written(
    kind: type[Parcel | Notice], body: str, *, message_id: str, sender: DeviceId, sent_at: datetime
) -> bytes:
    """As `encode` of what `wrap` makes of a message of this kind, whose own JSON is at hand: it is
    neither taken apart nor written down twice. Raises as `encode`."""
    empty = Envelope(
        version=PROTOCOL_VERSION,
        message_id=message_id,
        type=kind.__name__,
        sender=sender,
        sent_at=sent_at,
        expires_at=expiry_of(kind, sent_at),
        body={},
    ).model_dump_json()
    return _within_limit(kind.__name__, f"{empty.removesuffix('{}}')}{body}}}".encode())


def _within_limit(type_: str, payload: bytes) -> bytes:
    if len(payload) > LARGEST_MESSAGE_BYTES:
        raise MessageRefused(
            f"{type_} of {len(payload)} bytes is too large; send a smaller document."
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
