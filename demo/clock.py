"""The hour at which the demonstration stands."""

from __future__ import annotations

from datetime import datetime, time

from demo.place import ZONE
from visits.clock import FacilityTime

OPENS_AT = time(13, 59, 30)
"""Facility wall-clock time at which it starts: half a minute before a visit."""


def opening_instant(now: datetime) -> datetime:
    """The instant of today, at the facility, at which the demonstration starts."""
    wall = FacilityTime(ZONE)
    return wall.instant(wall.day(now), OPENS_AT)
