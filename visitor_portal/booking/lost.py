"""What a visit lost, in words that blame nobody without reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from babel.dates import format_time

from visitor_portal.store.visits import PortalVisit
from visitor_portal.words import Tongue, mark
from visits.clock import FacilityTime
from visits.model import Lost, Side


class LostText(NamedTuple):
    """One stretch that was lost: when, and whose side it was."""

    when: str
    side: str
    ours: bool
    """Whether it was the facility's side."""


_SIDES: Mapping[Side, str] = {
    Side.FACILITY: mark("The facility's side failed. You did nothing wrong."),
    Side.VISITOR: mark("Your connection was lost, or the page of the visit was closed."),
    Side.UNKNOWN: mark("The line was lost. It could not be told on which side."),
}


def lost_texts(tongue: Tongue, visit: PortalVisit, at: FacilityTime) -> list[LostText]:
    """What was lost of a visit, in order of time."""
    return [
        LostText(_when(tongue, lost, at), tongue.say(_SIDES[lost.side]), lost.side is Side.FACILITY)
        for lost in visit.lost
    ]


def facility_failed(tongue: Tongue, visit: PortalVisit) -> str:
    """Said beside a visit that the facility's side cost some of; empty for all others."""
    ours = any(lost.side is Side.FACILITY for lost in visit.lost)
    return tongue.say(_SIDES[Side.FACILITY]) if ours else ""


def _when(tongue: Tongue, lost: Lost, at: FacilityTime) -> str:
    """2:05:10 PM to 2:09:30 PM; Since 2:05:10 PM"""
    since = _to_the_second(tongue, lost.since, at)
    if lost.until is None:
        return tongue.say(mark("Since %(time)s"), time=since)
    return tongue.say(
        mark("%(since)s to %(until)s"), since=since, until=_to_the_second(tongue, lost.until, at)
    )


def _to_the_second(tongue: Tongue, instant: datetime, at: FacilityTime) -> str:
    return format_time(instant.astimezone(at.zone), "medium", locale=tongue.locale)
