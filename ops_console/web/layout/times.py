"""Instants as an officer reads them: facility wall clock, 24 hours, the zone said elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from visits.clock import FacilityTime
from visits.model import Slot

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def span(length: timedelta) -> str:
    """A length in the two largest units that matter: `40 s`, `12 min`, `2 h 5 min`, `3 days`."""
    if length < MINUTE:
        return f"{max(0, int(length.total_seconds()))} s"
    if length < HOUR:
        return f"{length // MINUTE} min"
    if length < DAY:
        hours, rest = divmod(length, HOUR)
        return f"{hours} h {rest // MINUTE} min" if rest >= MINUTE else f"{hours} h"
    days = length // DAY
    return f"{days} day" if days == 1 else f"{days} days"


def ago(moment: datetime, now: datetime) -> str:
    """`12 min ago`, or `just now` within a minute either way."""
    passed = now - moment
    return "just now" if passed < MINUTE else f"{span(passed)} ago"


def until(moment: datetime, now: datetime) -> str:
    """`in 12 min`, `now`, or `5 min ago`; rounded up, so that zero means the time has come."""
    left = moment - now
    if left > timedelta(0):
        return f"in {span(-(-left // MINUTE) * MINUTE)}"
    return "now" if -left < MINUTE else f"{span(-left)} ago"


@dataclass(frozen=True)
class WallClock:
    """Formats instants in one facility's zone."""

    facility_time: FacilityTime

    def hhmm(self, moment: datetime) -> str:
        return f"{self.facility_time.local(moment):%H:%M}"

    def precise(self, moment: datetime) -> str:
        """With seconds, for histories in which order matters."""
        return f"{self.facility_time.local(moment):%H:%M:%S}"

    def day(self, moment: datetime) -> str:
        return self.day_name(self.facility_time.day(moment))

    def day_name(self, day: date) -> str:
        return f"{day:%a} {day:%b} {day.day}"

    def long_day(self, day: date) -> str:
        return f"{day:%A}, {day:%B} {day.day}, {day.year}"

    def stamp(self, moment: datetime) -> str:
        return f"{self.day(moment)}, {self.hhmm(moment)}"

    def slot(self, slot: Slot) -> str:
        return f"{self.hhmm(slot.starts_at)} to {self.hhmm(slot.ends_at)}"

    def offset_name(self, moment: datetime) -> str:
        """The zone's short name at that moment, such as CST."""
        return f"{self.facility_time.local(moment):%Z}"
