"""Every state of the kiosk, each with all that its screen draws.

A screen is a pure function of (state, now, language). Countdowns of a visit follow the wall
clock (`booth.visit.slot`); countdowns of attention are counted here (`logs_out_in`, seconds).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from kiosk.session.facts import Facts
from kiosk.session.views import Inmate, MyVisit, Reason, UnitVisit
from visits.faces import FaceTrouble
from visits.model import Cause, Id
from visits.short_code import ShortCode

EACH_SECOND = timedelta(seconds=1)
EACH_MINUTE = timedelta(minutes=1)


class Purpose(StrEnum):
    """What somebody logs in for."""

    CHECK_IN = "check-in"
    MY_VISITS = "my-visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Base of all states."""

    redraws: ClassVar[timedelta] = EACH_MINUTE
    """How often what it shows of the time changes, while the state itself stays equal."""

    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting(State):
    """No agenda has come yet, so nobody can be recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowingUnit(State):
    """The unit's upcoming visits, for whoever walks by."""

    visits: tuple[UnitVisit, ...] = ()
    """Soonest first; those cancelled stay listed until they would have ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfService(State):
    """A device is missing (`facts.faults`); the board is still shown, log-in is not."""

    visits: tuple[UnitVisit, ...] = ()


# --- somebody stands at the terminal ----------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended(State):
    """Returns to the board by itself after 30 seconds without a touch, the last 10 counted."""

    touched_at: float
    """`Moment.elapsed` of the last touch."""
    logs_out_in: int | None = None
    """Seconds, while the warning shows; any touch takes it away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteringNumber(Attended):
    """The keypad, for the inmate number."""

    purpose: Purpose
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteringPin(Attended):
    """The keypad, for the PIN; a screen shows only how many signs are typed."""

    purpose: Purpose
    inmate: Inmate
    typed: str = field(default="", repr=False)
    checking: bool = False
    """The PIN is with the verifier (a quarter of a second); keys are not taken meanwhile."""
    tries_left: int | None = None
    """After a wrong PIN: how many more before the lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowingMine(Attended):
    """The logged-in inmate's own visits, to confirm as seen or to check in to."""

    inmate: Inmate
    visits: tuple[MyVisit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Attended):
    """Turned away: why, and what the screen needs to say what to do instead."""

    reason: Reason
    inmate: Inmate | None = None
    """Set when the PIN was right; then the way back leads to their own visits."""
    visit: MyVisit | None = None
    """The visit it is about, for TOO_EARLY, TOO_LATE, OTHER_TERMINAL, CANCELLED and OVER."""
    locked_until: datetime | None = None
    """For LOCKED_OUT; None when only staff can release it today."""


# --- a visit ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Booth:
    """The visit this terminal is taken by, and the inmate who checked in to it."""

    inmate: Inmate
    visit: MyVisit


@dataclass(frozen=True, slots=True)
class Face:
    """What the camera helper thinks it sees of the inmate, where one is turned on."""

    trouble: FaceTrouble | None = None
    since: datetime | None = None
    """Of the trouble: when a face was last seen."""
    all_blurred: bool = False
    """The whole picture is blurred, because no face is found in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InVisit(State):
    """Base of the states in which an inmate is checked in."""

    redraws: ClassVar[timedelta] = EACH_SECOND

    booth: Booth
    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingForTime(InVisit):
    """Checked in before the start (`booth.visit.slot.starts_at`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingForVisitor(InVisit):
    """The hour has come, the visitor has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting(InVisit):
    """Both are here; the line is being made."""

    join_id: Id
    attempt: Id | None
    """None between a failed attempt and the next."""
    opened_at: float
    """`Moment.elapsed` at which the attempt was opened."""
    code: ShortCode | None = None
    """Of the attempt's line, once it is encrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InCall(InVisit):
    """They see and hear one another until `booth.visit.slot.ends_at`."""

    join_id: Id
    attempt: Id
    code: ShortCode | None = None
    """What the visitor's page must show too, or somebody is between them."""
    picture: bool = False
    """Whether a picture of the visitor has arrived."""
    picture_stopped: bool = False
    """The visitor's pictures came and do not come any more; their sound does."""
    own_picture: bool = True
    """Whether the line is wide enough for our own pictures."""
    face: Face = Face()
    warning: int | None = None
    """Minutes, 5 or 1, while the notice of the near end shows."""
    confirming_end: bool = False
    """END was pressed; the question is on the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnecting(InVisit):
    """The line broke during the call; it is made anew as soon as the visitor is heard of."""

    join_id: Id | None
    attempt: Id | None
    opened_at: float
    code: ShortCode | None = None
    confirming_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(State):
    """The visit is over and why; returns to the board after 20 seconds or a touch."""

    booth: Booth
    cause: Cause
    since: float
    """`Moment.elapsed` at which it ended."""
