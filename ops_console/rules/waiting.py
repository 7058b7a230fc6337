"""A request for which there is no room now: whether it may wait for some, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ops_console.rules.applying import bound
from ops_console.rules.meeting import Meeting
from ops_console.rules.refusing import Code, Reason

FOR_WANT_OF_ROOM = frozenset(
    {Code.NO_PLACE_FREE, Code.INMATE_ALREADY_BOOKED, Code.INMATE_ELSEWHERE, Code.LIMIT_REACHED}
)
"""What another's cancellation, or another week, may take away."""


def may_wait_until(meeting: Meeting, reasons: Sequence[Reason]) -> date | None:
    """The last day of the visit that a refused request may wait for; None: it may not wait.

    Only who is refused for want of room alone may wait, and only where an entry of `booking`
    that applies has a waiting list. Where several have, the longest counts.
    """
    if not reasons or any(one.code not in FOR_WANT_OF_ROOM for one in reasons):
        return None
    rules, _ = bound(meeting, "booking", meeting.book.booking)
    days = [rule.waiting.days for _, rule in rules if rule.waiting is not None]
    return meeting.day + timedelta(days=max(days)) if days else None
