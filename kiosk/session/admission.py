"""Check-in as the agenda allows it: which visit is meant, and why it may not begin."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.session.facts import Facts
from kiosk.session.views import Reason, Standing
from visits.messages import Agenda, AgendaVisit
from visits.model import InmateId, VisitStatus

_PRESENT = frozenset(
    {
        VisitStatus.CHECKED_IN,
        VisitStatus.WAITING,
        VisitStatus.IN_PROGRESS,
        VisitStatus.INTERRUPTED,
    }
)
RECENT = timedelta(hours=12)
"""How long after its end a missed visit is still the one somebody comes for."""


def check_in_window(agenda: Agenda, visit: AgendaVisit) -> tuple[datetime, datetime]:
    """From (included) and until (excluded); never past the end of the visit."""
    starts_at = visit.slot.starts_at
    closes_at = min(starts_at + agenda.check_in_closes, visit.slot.ends_at)
    return starts_at - agenda.check_in_opens, closes_at


def refusal(facts: Facts, visit: AgendaVisit, now: datetime) -> Reason | None:
    """Why `visit` cannot be checked in to here and now; None when it can."""
    if over := _over(facts.status(visit)):
        return over
    if facts.agenda is None:
        return Reason.NO_VISIT
    opens_at, closes_at = check_in_window(facts.agenda, visit)
    if now >= visit.slot.ends_at:
        return Reason.TOO_LATE
    if visit.terminal_id != facts.terminal_id:
        return Reason.OTHER_TERMINAL
    if now < opens_at:
        return Reason.TOO_EARLY
    begun = facts.status(visit) in {VisitStatus.IN_PROGRESS, VisitStatus.INTERRUPTED}
    return Reason.TOO_LATE if now >= closes_at and not begun else None


def _over(status: VisitStatus) -> Reason | None:
    match status:
        case VisitStatus.CANCELLED | VisitStatus.REFUSED:
            return Reason.CANCELLED
        case VisitStatus.ENDED:
            return Reason.OVER
        case VisitStatus.NO_SHOW:
            return Reason.TOO_LATE
        case _:
            return None


def choose(facts: Facts, inmate_id: InmateId, now: datetime) -> AgendaVisit | None:
    """The visit somebody means who says no more than who they are.

    One that can begin now; else the one whose time it is; else the next that stands; else
    the next that was cancelled; else the last of today. None: there is none to speak of.
    """
    if facts.agenda is None:
        return None
    mine = sorted(
        (visit for visit in facts.agenda.visits if visit.inmate_id == inmate_id),
        key=lambda visit: visit.slot.starts_at,
    )
    ahead = [visit for visit in mine if visit.slot.ends_at > now]
    due = [visit for visit in ahead if check_in_window(facts.agenda, visit)[0] <= now]
    order = (
        *(visit for visit in due if refusal(facts, visit, now) is None),
        *due,
        *(visit for visit in ahead if facts.status(visit) is not VisitStatus.CANCELLED),
        *ahead,
        *(visit for visit in reversed(mine) if visit.slot.ends_at > now - RECENT),
    )
    return next(iter(order), None)


def standing(facts: Facts, visit: AgendaVisit, now: datetime) -> Standing:
    """What to tell of a visit at a glance; the terminal is not considered."""
    status = facts.status(visit)
    if status in {VisitStatus.CANCELLED, VisitStatus.REFUSED}:
        return Standing.CANCELLED
    if status.over or now >= visit.slot.ends_at:
        return (
            Standing.MISSED
            if status in {VisitStatus.NO_SHOW, VisitStatus.BOOKED}
            else (Standing.OVER)
        )
    if status in _PRESENT:
        return Standing.RUNNING
    return _by_the_hour(facts, visit, now)


def _by_the_hour(facts: Facts, visit: AgendaVisit, now: datetime) -> Standing:
    if facts.agenda is None:
        return Standing.LATER
    opens_at, closes_at = check_in_window(facts.agenda, visit)
    if now < opens_at:
        return Standing.LATER
    return Standing.OPEN if now < closes_at else Standing.MISSED
