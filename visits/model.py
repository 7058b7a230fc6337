"""What a visit is made of. Frozen values; unknown fields are refused; instants are UTC."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from visits.clock import Instant

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""An identifier that is safe in a topic, a path and an address: lower case, digits, hyphens."""

FacilityId = Id
UnitId = Id
TerminalId = Id
DeviceId = Id
VisitId = Id
InmateId = Id
VisitorId = Id
ApprovalId = Id
RequestId = Id

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


def new_id() -> str:
    """A fresh random identifier (122 random bits, RFC 9562 version 4)."""
    return str(uuid4())


class Words(BaseModel):
    """Base of everything that crosses a boundary: frozen, strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VisitKind(StrEnum):
    """Why two people meet. Fixed at booking; decides privilege, quotas and recording."""

    SOCIAL = "social"
    FAMILY = "family"
    LEGAL = "legal"
    CLERGY = "clergy"
    OFFICIAL = "official"

    @property
    def privileged(self) -> bool:
        """Whether what is said is protected by law from being recorded or monitored."""
        return self in PRIVILEGED_KINDS


PRIVILEGED_KINDS = frozenset({VisitKind.LEGAL})


class VisitChannel(StrEnum):
    """How the two sides meet."""

    REMOTE = "remote"
    """The visitor is at home, the inmate at a terminal."""
    ONSITE_VIDEO = "onsite-video"
    """The visitor is at a booth of the facility, the inmate at a terminal."""
    IN_PERSON = "in-person"
    """Both in one room, or at one window."""

    @property
    def at_terminal(self) -> bool:
        """Whether the inmate's side takes a terminal of the housing unit."""
        return self is not VisitChannel.IN_PERSON


class Slot(Words):
    """A half-open stretch of time, `starts_at` included and `ends_at` not."""

    starts_at: Instant
    ends_at: Instant

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a slot must end after it starts")
        return self

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    def overlaps(self, other: Slot) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class HousingUnit(Words):
    """Where inmates live, and so where their terminals hang."""

    unit_id: UnitId
    name: Name


class Party(Words):
    """The person outside, as the facility knows them."""

    visitor_id: VisitorId
    name: Name


class RefusalCode(StrEnum):
    """Every reason for which a booking or a join can be refused. Codes never change meaning."""

    NOT_APPROVED = "not-approved"
    KIND_NOT_APPROVED = "kind-not-approved"
    INMATE_NOT_HELD = "inmate-not-held"
    IN_THE_PAST = "in-the-past"
    TOO_SHORT_NOTICE = "too-short-notice"
    TOO_FAR_AHEAD = "too-far-ahead"
    OUTSIDE_HOURS = "outside-hours"
    NO_TERMINAL_FREE = "no-terminal-free"
    INMATE_ALREADY_BOOKED = "inmate-already-booked"
    VISITOR_ALREADY_BOOKED = "visitor-already-booked"
    REQUEST_EXPIRED = "request-expired"
    VISIT_UNKNOWN = "visit-unknown"
    VISIT_OVER = "visit-over"
    TOO_EARLY = "too-early"
    CANCELLED = "cancelled"


class Refusal(Words):
    """One reason for a no: a stable code and a sentence that says what to do next.

    `text` is for the visitor and leaks nothing about the inmate or the facility's reasons.
    """

    code: RefusalCode
    text: Line


class VisitStatus(StrEnum):
    """Where a visit stands. `visits.lifecycle` holds the lawful changes."""

    REQUESTED = "requested"
    REFUSED = "refused"
    BOOKED = "booked"
    CHECKED_IN = "checked-in"
    WAITING = "waiting"
    IN_PROGRESS = "in-progress"
    INTERRUPTED = "interrupted"
    ENDED = "ended"
    CANCELLED = "cancelled"
    NO_SHOW = "no-show"

    @property
    def over(self) -> bool:
        """Nothing more can happen to it."""
        return self in {
            VisitStatus.REFUSED,
            VisitStatus.ENDED,
            VisitStatus.CANCELLED,
            VisitStatus.NO_SHOW,
        }

    @property
    def holds_time(self) -> bool:
        """It occupies its inmate, visitor and terminal for the length of its slot."""
        return self not in {
            VisitStatus.REQUESTED,
            VisitStatus.REFUSED,
            VisitStatus.CANCELLED,
        }


class Cause(StrEnum):
    """Why a visit ended, was missed or was interrupted."""

    TIME_UP = "time-up"
    INMATE_HUNG_UP = "inmate-hung-up"
    VISITOR_HUNG_UP = "visitor-hung-up"
    OFFICER_ENDED = "officer-ended"
    VISITOR_CANCELLED = "visitor-cancelled"
    OFFICER_CANCELLED = "officer-cancelled"
    APPROVAL_WITHDRAWN = "approval-withdrawn"
    INMATE_DID_NOT_COME = "inmate-did-not-come"
    VISITOR_DID_NOT_COME = "visitor-did-not-come"
    NOBODY_CAME = "nobody-came"
    LINE_LOST = "line-lost"
    TERMINAL_RESTARTED = "terminal-restarted"


class IdentityDetails(Words):
    """What a visitor tells of themselves when signing up."""

    visitor_id: VisitorId
    full_name: Name
    born_on: date
    address: Line
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]
