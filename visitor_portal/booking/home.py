"""What a visitor finds at home: what to do next, their visits, their people. Pure rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from visitor_portal.store.access import AccessRequest, Approval, Standing
from visitor_portal.store.visits import PortalVisit
from visitor_portal.store.waiting import Wait
from visits.model import Standing as WaitStanding
from visits.model import VisitStatus

JOIN_OPENS = timedelta(minutes=15)
"""How long before its start a visit's door is open."""
_REFUSED_SHOWN = timedelta(days=3)
_ENDED_SHOWN = timedelta(days=3)


@dataclass(frozen=True)
class Home:
    """The rows of the page."""

    next: PortalVisit | None
    """The visit that needs the visitor first."""
    coming: Sequence[PortalVisit]
    people: Sequence[Approval]
    waiting: Sequence[AccessRequest]
    answered: Sequence[AccessRequest]
    """Refused or undelivered, still worth showing."""
    news: Sequence[PortalVisit] = ()
    """Moved or cancelled by the facility, and not looked at since."""
    offers: Sequence[Wait] = ()
    """Waits for which a time is kept now."""
    waits: Sequence[Wait] = ()
    ended_waits: Sequence[Wait] = ()
    """Ended by the facility lately."""

    @property
    def bookable(self) -> Sequence[Approval]:
        """Those whose open times can be seen now."""
        return [one for one in self.people if one.bookable]

    @property
    def first_time(self) -> bool:
        return not (self.people or self.waiting or self.answered or self.coming)


def build_home(
    visits: Sequence[PortalVisit],
    requests: Sequence[AccessRequest],
    approvals: Sequence[Approval],
    waits: Sequence[Wait],
    now: datetime,
) -> Home:
    """Sorts what is known into what the page shows."""
    ahead = [visit for visit in visits if is_ahead(visit, now)]
    booked = [visit for visit in ahead if is_booked(visit)]
    return Home(
        next=booked[0] if booked else None,
        coming=ahead,
        people=approvals,
        waiting=[one for one in requests if one.standing is Standing.ASKED],
        answered=[
            one
            for one in requests
            if one.standing in {Standing.REFUSED, Standing.UNDELIVERED}
            and now - one.asked_at < timedelta(days=30)
        ],
        news=[visit for visit in visits if visit.unopened and visit.slot.ends_at > now],
        offers=[one for one in waits if one.offered(now)],
        waits=[one for one in waits if one.going_on and not one.offered(now)],
        ended_waits=[one for one in waits if _ended_lately(one, now)],
    )


def _ended_lately(wait: Wait, now: datetime) -> bool:
    ended = wait.standing is WaitStanding.ENDED and wait.left_at is None
    return ended and now - wait.changed_at < _ENDED_SHOWN


def is_ahead(visit: PortalVisit, now: datetime) -> bool:
    """Whether a visit still concerns today or later: not over, or refused just now."""
    if visit.status is VisitStatus.REFUSED:
        return visit.slot.ends_at > now and now - visit.slot.starts_at < _REFUSED_SHOWN
    return not visit.status.over and visit.slot.ends_at > now


def is_booked(visit: PortalVisit) -> bool:
    """Whether the time is the visitor's, and still ahead or going on."""
    held = visit.status is VisitStatus.HELD
    return (
        visit.status.holds_time and not held and not visit.status.over and not visit.cancel_asked_at
    )


def past(visits: Sequence[PortalVisit], now: datetime) -> list[PortalVisit]:
    """Everything else, newest first."""
    return [visit for visit in reversed(visits) if not is_ahead(visit, now)]


def door_open(visit: PortalVisit, now: datetime) -> bool:
    """Whether the visitor can go into the room now."""
    if not visit.remote or not is_booked(visit):
        return False
    return visit.slot.starts_at - JOIN_OPENS <= now < visit.slot.ends_at
