"""Times: asked for, held, booked, waited for, given back, moved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from visits.clock import Instant
from visits.messages.devices import Role
from visits.messages.families import Notice, Parcel
from visits.model import (
    ApprovalId,
    Cause,
    Id,
    Line,
    Name,
    PersonId,
    Refusal,
    Slot,
    Standing,
    UnitId,
    VisitChannel,
    VisitId,
    VisitKind,
    VisitorId,
    VisitStatus,
    WaitingId,
    Words,
)


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
    charged_by: tuple[Name, ...] = ()
    """The limits beyond whose free amount the visit goes; none where it costs nothing."""


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
    charged_by: tuple[Name, ...] | None = None
    """As in `BookingDecided`; None: as it was."""
    at: Instant


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
    may_wait: bool = True
    """Whether any day would do for waiting."""
