"""What a visit is made of. Frozen values; unknown fields are refused; instants are UTC."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

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
PersonId = Id
"""Somebody outside: a visitor, or a companion who comes with one."""
WaitingId = Id

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


_VERSION_7, _VARIANT = 7 << 76, 0b10 << 62
_ALL_ELSE = (1 << 128) - 1 ^ (0xF << 76) ^ (0b11 << 62)


def new_id() -> str:
    """A fresh identifier that sorts by the millisecond in which this machine made it, so that what
    is saved together stands together in a store's indexes. 74 bits of it are random, so that it
    cannot be guessed. Source: RFC 9562, version 7.
    """
    made_at = time.time_ns() // 1_000_000 << 80
    drawn = made_at | int.from_bytes(os.urandom(10))
    return str(UUID(int=drawn & _ALL_ELSE | _VERSION_7 | _VARIANT))


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
    """Every reason for which a booking, a change of a list or a join can be refused.

    Codes never change meaning. Which of them a visitor may be told, the console's rules say.
    """

    FACT_MISSING = "fact-missing"
    NOT_APPROVED = "not-approved"
    KIND_NOT_APPROVED = "kind-not-approved"
    INMATE_NOT_HELD = "inmate-not-held"
    NOT_IN_FORCE = "not-in-force"
    IN_THE_PAST = "in-the-past"
    OUTSIDE_HOURS = "outside-hours"
    LOCKED_DOWN = "locked-down"
    NO_PLACE_FREE = "no-place-free"
    INMATE_ALREADY_BOOKED = "inmate-already-booked"
    INMATE_ELSEWHERE = "inmate-elsewhere"
    VISITOR_ALREADY_BOOKED = "visitor-already-booked"
    LIMIT_REACHED = "limit-reached"
    TOO_SHORT_NOTICE = "too-short-notice"
    TOO_FAR_AHEAD = "too-far-ahead"
    DESK_CLOSED = "desk-closed"
    MAY_NOT_BOOK = "may-not-book"
    TOO_LATE_TO_CANCEL = "too-late-to-cancel"
    PARTY_TOO_LARGE = "party-too-large"
    PARTY_TOO_SMALL = "party-too-small"
    PARTY_NOT_ALLOWED = "party-not-allowed"
    TOO_YOUNG = "too-young"
    MINOR_ALONE = "minor-alone"
    RELATION_NOT_ALLOWED = "relation-not-allowed"
    NOT_ON_LIST = "not-on-list"
    ON_TOO_MANY_LISTS = "on-too-many-lists"
    LIST_FULL = "list-full"
    LIST_CHANGED_TOO_SOON = "list-changed-too-soon"
    WAITING_PERIOD = "waiting-period"
    INMATE_MAY_NOT = "inmate-may-not"
    VISITOR_MAY_NOT = "visitor-may-not"
    BARRED = "barred"
    NO_CONTACT = "no-contact"
    KEPT_SEPARATE = "kept-separate"
    REQUEST_EXPIRED = "request-expired"
    VISIT_UNKNOWN = "visit-unknown"
    VISIT_OVER = "visit-over"
    TOO_EARLY = "too-early"
    CANCELLED = "cancelled"
    WAIT_OVER = "wait-over"


class Refusal(Words):
    """One reason for a no: a stable code and a sentence that says what to do next.

    `text` is for the visitor and leaks nothing about the inmate or the facility's reasons.
    """

    code: RefusalCode
    text: Line


class VisitStatus(StrEnum):
    """Where a visit stands. `visits.lifecycle` holds the lawful changes."""

    REQUESTED = "requested"
    HELD = "held"
    """Kept for some minutes while its visitor fills in the form; one that lapses is forgotten."""
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
    LOCKDOWN = "lockdown"
    TERMINAL_BROKEN = "terminal-broken"
    RULES_CHANGED = "rules-changed"
    INMATE_MOVED = "inmate-moved"
    INMATE_RELEASED = "inmate-released"
    INMATE_ELSEWHERE = "inmate-elsewhere"
    """Court, a medical appointment, work."""
    INMATE_MAY_NOT = "inmate-may-not"
    """The rules do not let the inmate have this visit any more."""
    CANNOT_RECORD = "cannot-record"
    """Policy lets such a visit go on only while it is recorded."""


class Side(StrEnum):
    """On whose side a visit failed, as its visitor is told."""

    FACILITY = "facility"
    VISITOR = "visitor"
    UNKNOWN = "unknown"


class Lost(Words):
    """A stretch of a visit that was lost. `until` is None while it lasts."""

    since: Instant
    until: Instant | None
    side: Side


class IdentityDetails(Words):
    """What a visitor tells of themselves when signing up."""

    visitor_id: VisitorId
    full_name: Name
    born_on: date
    address: Line
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]


class CompanionDetails(Words):
    """Somebody who comes along with a visitor and has no account: most often a child."""

    person_id: PersonId
    full_name: Name
    born_on: date
    relationship: Name
    """To the inmate, as the visitor says."""


class Standing(StrEnum):
    """Where a place on the waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    """A time is held for the visitor, who has to confirm it."""
    BOOKED = "booked"
    ENDED = "ended"
    """Left, run out of days, or no longer possible."""
