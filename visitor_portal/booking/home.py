"""What a visitor finds at home: what to do next, their visits, their people. Pure rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from visitor_portal.store.access import AccessRequest, Approval, Standing
from visitor_portal.store.visits import PortalVisit
from visits.model import VisitStatus

JOIN_OPENS = timedelta(minutes=15)
"""How long before its start a visit's door is open."""
_REFUSED_SHOWN = timedelta(days=3)


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

    @property
    def bookable(self) -> Sequence[Approval]:
        """Those whose open times can be seen now."""
        return [one for one in self.people if one.active and one.unit_id]

    @property
    def first_time(self) -> bool:
        return not (self.people or self.waiting or self.answered or self.coming)


def build_home(
    visits: Sequence[PortalVisit],
    requests: Sequence[AccessRequest],
    approvals: Sequence[Approval],
    now: datetime,
) -> Home:
    """Sorts what is known into what the page shows."""
    ahead = [visit for visit in visits if is_ahead(visit, now)]
    booked = [visit for visit in ahead if visit.status.holds_time and not visit.cancel_asked_at]
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
    )


def is_ahead(visit: PortalVisit, now: datetime) -> bool:
    """Whether a visit still concerns today or later: not over, or refused just now."""
    if visit.status is VisitStatus.REFUSED:
        return visit.slot.ends_at > now and now - visit.slot.starts_at < _REFUSED_SHOWN
    return not visit.status.over and visit.slot.ends_at > now


def past(visits: Sequence[PortalVisit], now: datetime) -> list[PortalVisit]:
    """Everything else, newest first."""
    return [visit for visit in reversed(visits) if not is_ahead(visit, now)]


def door_open(visit: PortalVisit, now: datetime) -> bool:
    """Whether the visitor can go into the room now."""
    if not visit.status.holds_time or visit.status.over or visit.cancel_asked_at:
        return False
    return visit.slot.starts_at - JOIN_OPENS <= now < visit.slot.ends_at
