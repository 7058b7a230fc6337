"""The visit itself: who may join, what a kiosk reports, who was turned away."""

from __future__ import annotations

from datetime import timedelta

from visits.clock import Instant
from visits.lifecycle import Actor, VisitEvent
from visits.messages.devices import Role
from visits.messages.families import Parcel
from visits.model import (
    Cause,
    FacilityId,
    Id,
    InmateId,
    Refusal,
    TerminalId,
    VisitId,
    VisitKind,
    VisitorId,
    Words,
)
from visits.relaying import Relay
from visits.signing import Signed


class JoinRequested(Parcel):
    """A visitor opened the door of a visit; approval and time are checked anew."""

    senders = frozenset({Role.PORTAL})
    lives_for = timedelta(seconds=30)

    join_id: Id
    visit_id: VisitId
    visitor_id: VisitorId
    asked_at: Instant


class JoinDecided(Parcel):
    """A signed `JoinToken` and the way through the relay, or every reason why not."""

    senders = frozenset({Role.CONSOLE})
    lives_for = timedelta(seconds=60)

    join_id: Id
    visit_id: VisitId
    terminal_id: TerminalId | None
    token: Signed | None
    refusals: tuple[Refusal, ...]
    recorded: bool = False
    """Whether policy records the visit; the page says so before the first picture."""
    blurred: bool = False
    """Whether all but the inmate's face is blurred; the page says so, lest the line be blamed."""
    relay: Relay | None = None
    """For the browser of who may join: how the call is relayed."""


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
