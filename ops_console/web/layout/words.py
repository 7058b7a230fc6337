"""How the console says what the system knows: status, cause, kind and actor, in officers' words.

A status is always a word, a shape and a colour together, so that none of them is needed alone.
"""

from __future__ import annotations

from typing import NamedTuple

from ops_console.rules.whose_side import Blame
from visits.lifecycle import Actor, VisitEvent
from visits.model import Cause, VisitChannel, VisitKind, VisitStatus


class Mark(NamedTuple):
    """A word with its icon (a name in `components.html`) and tone (a class in `parts.css`)."""

    word: str
    icon: str
    tone: str


STATUS_MARKS: dict[VisitStatus, Mark] = {
    VisitStatus.REQUESTED: Mark("Asked", "question", "quiet"),
    VisitStatus.HELD: Mark("Held", "hourglass", "quiet"),
    VisitStatus.REFUSED: Mark("Refused", "barred", "quiet"),
    VisitStatus.BOOKED: Mark("Booked", "ring", "plain"),
    VisitStatus.CHECKED_IN: Mark("Checked in", "person", "info"),
    VisitStatus.WAITING: Mark("Waiting", "hourglass", "info"),
    VisitStatus.IN_PROGRESS: Mark("In progress", "play", "go"),
    VisitStatus.INTERRUPTED: Mark("Interrupted", "broken", "stop"),
    VisitStatus.ENDED: Mark("Ended", "check", "quiet"),
    VisitStatus.CANCELLED: Mark("Cancelled", "cross", "quiet"),
    VisitStatus.NO_SHOW: Mark("No-show", "absent", "warn"),
}

CAUSE_WORDS: dict[Cause, str] = {
    Cause.TIME_UP: "Time was up",
    Cause.INMATE_HUNG_UP: "The inmate hung up",
    Cause.VISITOR_HUNG_UP: "The visitor hung up",
    Cause.OFFICER_ENDED: "An officer ended it",
    Cause.VISITOR_CANCELLED: "The visitor cancelled",
    Cause.OFFICER_CANCELLED: "An officer cancelled",
    Cause.APPROVAL_WITHDRAWN: "The approval was withdrawn",
    Cause.INMATE_DID_NOT_COME: "The inmate did not come",
    Cause.VISITOR_DID_NOT_COME: "The visitor did not come",
    Cause.NOBODY_CAME: "Nobody came",
    Cause.LINE_LOST: "The line was lost",
    Cause.TERMINAL_RESTARTED: "The terminal restarted",
    Cause.LOCKDOWN: "The unit was locked down",
    Cause.TERMINAL_BROKEN: "The terminal was out of service",
    Cause.RULES_CHANGED: "The rules changed",
    Cause.INMATE_MOVED: "The inmate moved",
    Cause.INMATE_RELEASED: "The inmate was released",
    Cause.INMATE_ELSEWHERE: "The inmate had to be elsewhere",
    Cause.INMATE_MAY_NOT: "The inmate may not have this visit",
    Cause.CANNOT_RECORD: "It could not be recorded",
}

BLAME_WORDS: dict[Blame, str] = {
    Blame.VISITOR_LINE: "The visitor's line",
    Blame.FACILITY_LINE: "The facility's line",
    Blame.TERMINAL: "The terminal",
    Blame.RELAY: "The relay",
    Blame.BROWSER_LEFT: "The visitor's browser left",
    Blame.UNKNOWN: "Not known whose side",
}

KIND_WORDS: dict[VisitKind, str] = {
    VisitKind.SOCIAL: "Social",
    VisitKind.FAMILY: "Family",
    VisitKind.LEGAL: "Legal",
    VisitKind.CLERGY: "Clergy",
    VisitKind.OFFICIAL: "Official",
}

EVENT_WORDS: dict[VisitEvent, str] = {
    VisitEvent.HOLD: "Held",
    VisitEvent.APPROVE: "Booked",
    VisitEvent.REFUSE: "Refused",
    VisitEvent.CANCEL: "Cancelled",
    VisitEvent.MOVE: "Moved",
    VisitEvent.CHECK_IN: "Checked in",
    VisitEvent.WAIT: "Waiting for the other side",
    VisitEvent.CONNECT: "Connected",
    VisitEvent.LOSE: "Connection lost",
    VisitEvent.STEP_AWAY: "Stepped away from the terminal",
    VisitEvent.END: "Ended",
    VisitEvent.MISS: "Missed",
}

ACTOR_WORDS: dict[Actor, str] = {
    Actor.VISITOR: "Visitor",
    Actor.INMATE: "Inmate",
    Actor.OFFICER: "Officer",
    Actor.KIOSK: "Terminal",
    Actor.CONSOLE: "Console",
}

CHANNEL_WORDS: dict[VisitChannel, str] = {
    VisitChannel.REMOTE: "From home",
    VisitChannel.ONSITE_VIDEO: "Video on site",
    VisitChannel.IN_PERSON: "In person",
}

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 visit`, `2 visits`, `no visits`."""
    if number == 0:
        return f"no {many or one + 's'}"
    return f"{number} {one if number == 1 else many or one + 's'}"
