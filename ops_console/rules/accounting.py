"""What a kiosk's report does to a visit, and how an unfinished visit is closed."""

from __future__ import annotations

from dataclasses import dataclass

from visits.errors import TransitionRefused
from visits.lifecycle import Actor, VisitEvent, next_status
from visits.messages import VisitReported
from visits.model import Cause, TerminalId, VisitStatus

_E, _A = VisitEvent, Actor

MAY_REPORT: dict[VisitEvent, frozenset[Actor]] = {
    _E.CHECK_IN: frozenset({_A.INMATE}),
    _E.WAIT: frozenset({_A.KIOSK}),
    _E.CONNECT: frozenset({_A.KIOSK}),
    _E.LOSE: frozenset({_A.KIOSK}),
    _E.STEP_AWAY: frozenset({_A.INMATE, _A.KIOSK}),
    _E.END: frozenset({_A.INMATE, _A.VISITOR, _A.KIOSK}),
}
"""What a kiosk may tell, and on whose behalf. It never speaks for the console or an officer."""

_USUAL_CAUSE = {
    Actor.INMATE: Cause.INMATE_HUNG_UP,
    Actor.VISITOR: Cause.VISITOR_HUNG_UP,
    Actor.KIOSK: Cause.TIME_UP,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """The report changes the visit to this status, for this cause."""

    status: VisitStatus
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class NotCounted:
    """The report is kept but changes nothing."""

    late: bool
    """It came too late rather than being unlawful."""
    why: str


def judge(
    report: VisitReported,
    status: VisitStatus,
    *,
    reporter: TerminalId,
    terminal_id: TerminalId | None,
    last_sequence: int | None,
) -> Counted | NotCounted:
    """What `report` from the terminal `reporter` does to a visit at `terminal_id`."""
    if reporter != terminal_id:
        return NotCounted(late=False, why="The visit belongs to another terminal.")
    if report.actor not in MAY_REPORT.get(report.event, frozenset()):
        return NotCounted(
            late=False, why=f"A kiosk may not report {report.event} by the {report.actor}."
        )
    if last_sequence is not None and report.sequence <= last_sequence:
        return NotCounted(late=True, why="A later report was already taken into account.")
    if status.over:
        return NotCounted(late=True, why=f"The visit was already {status}.")
    try:
        after = next_status(status, report.event, report.actor)
    except TransitionRefused as refusal:
        return NotCounted(late=False, why=str(refusal))
    return Counted(after, _cause(report))


def _cause(report: VisitReported) -> Cause | None:
    if report.cause is None and report.event is VisitEvent.END:
        return _USUAL_CAUSE[report.actor]
    return report.cause


@dataclass(frozen=True, slots=True)
class Closing:
    """How the console closes a visit whose time has passed."""

    event: VisitEvent
    cause: Cause


def closing(status: VisitStatus, *, inmate_came: bool, visitor_came: bool) -> Closing:
    """The event and cause for a visit that is not over although its slot is.

    `inmate_came`: ever checked in. `visitor_came`: ever admitted.
    """
    if status is VisitStatus.IN_PROGRESS:
        return Closing(VisitEvent.END, Cause.TIME_UP)
    if status is VisitStatus.INTERRUPTED:
        return Closing(VisitEvent.END, Cause.LINE_LOST)
    if status in {VisitStatus.CHECKED_IN, VisitStatus.WAITING}:
        cause = Cause.LINE_LOST if visitor_came else Cause.VISITOR_DID_NOT_COME
    elif inmate_came:
        cause = Cause.INMATE_DID_NOT_COME if visitor_came else Cause.VISITOR_DID_NOT_COME
    else:
        cause = Cause.INMATE_DID_NOT_COME if visitor_came else Cause.NOBODY_CAME
    return Closing(VisitEvent.MISS, cause)
