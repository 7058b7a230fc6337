"""Clock, the one door to "now", and the arithmetic of a facility's wall clock.

Instants are aware `datetime`s in UTC. Wall-clock times belong to a facility and carry its
IANA zone. Durations within one process are measured with `Clock.monotonic`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from functools import lru_cache
from typing import Annotated, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime

from visits.errors import SettingsWrong


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A moment, always UTC once validated; a naive datetime is refused."""


class Clock(Protocol):
    """What every program asks for the time."""

    def now(self) -> datetime:
        """The present instant, UTC."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class ShiftedClock:
    """The machine's clock moved by a number of seconds that may change while it runs.

    For benches and demonstrations only: several processes that are handed the same
    `shift` source jump together. Production settings refuse it.
    """

    def __init__(self, shift: Callable[[], float]) -> None:
        self._shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._shift())

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class StoppedClock:
    """A clock that stands where a test puts it."""

    at: datetime
    elapsed: float = field(default=0.0)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.elapsed

    def advance(self, by: timedelta) -> None:
        self.at += by
        self.elapsed += by.total_seconds()


@dataclass(frozen=True)
class FacilityTime:
    """Wall-clock arithmetic in one facility's zone (an IANA name such as America/Chicago)."""

    zone_name: str
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "_zone", ZoneInfo(self.zone_name))
        except (ZoneInfoNotFoundError, ValueError, OSError) as cause:  # A folder of zones.
            raise SettingsWrong(
                f"{self.zone_name!r} is not a time zone. Use an IANA name such as America/Chicago."
            ) from cause

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    def local(self, instant: datetime) -> datetime:
        """The wall-clock reading of `instant` at the facility."""
        return instant.astimezone(self.zone)

    def instant(self, day: date, at: wall_time) -> datetime:
        """The UTC instant at which the wall shows `at` on `day`.

        A time that the spring change skips is moved past the gap by the gap's length
        (02:30 becomes 03:30); a time that the autumn change repeats means its first showing.
        Both follow PEP 495 with `fold=0`.
        """
        return datetime.combine(day, at, tzinfo=self.zone).replace(fold=0).astimezone(UTC)

    def exists(self, day: date, at: wall_time) -> bool:
        """Whether the wall shows `at` on `day` at all (false inside a spring gap)."""
        wall = datetime.combine(day, at)
        return self.instant(day, at).astimezone(self.zone).replace(tzinfo=None) == wall

    def day(self, instant: datetime) -> date:
        """The facility's calendar day that `instant` falls on."""
        return _day(self.zone, instant)

    def day_bounds(self, day: date) -> tuple[datetime, datetime]:
        """The instants of `day`'s first moment and of the next day's: 23, 24 or 25 hours apart."""
        return _midnight(self.zone, day), _midnight(self.zone, day + timedelta(days=1))


@lru_cache(maxsize=4096)
def _day(zone: ZoneInfo, instant: datetime) -> date:
    """One decision asks for the day of the same few instants a dozen times."""
    return instant.astimezone(zone).date()


@lru_cache(maxsize=4096)
def _midnight(zone: ZoneInfo, day: date) -> datetime:
    """When a day of the zone begins; whoever counts visits by days asks for few days often."""
    return datetime.combine(day, wall_time(0, 0), tzinfo=zone).astimezone(UTC)
