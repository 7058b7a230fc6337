"""The weekly visiting hours of one housing unit, and the slots they make.

Hours are wall-clock times of the facility. A slot starts on a step of visit length plus gap
from the opening, as the wall clock shows it, and lasts its full length whatever the clock does.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from visits.clock import FacilityTime
from visits.model import Slot, Words

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MIDNIGHT = time(0, 0)


class Window(Words):
    """One stretch of visiting on one weekday. `closes` of 00:00 is the end of that day."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    """0 is Monday, as in `date.weekday()`."""
    opens: time
    closes: time


class WeeklyHours(Words):
    """When a unit receives visits and how they are cut."""

    windows: tuple[Window, ...]
    visit_minutes: Annotated[int, Field(ge=5, le=240)]
    gap_minutes: Annotated[int, Field(ge=0, le=120)] = 0
    """Left free on a terminal between two visits."""
    notice_minutes: Annotated[int, Field(ge=0, le=20_160)] = 0
    """The least time between booking and start."""
    horizon_days: Annotated[int, Field(ge=0, le=90)] = 14
    """The last bookable day, counted from the facility's today."""

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.visit_minutes)

    @property
    def gap(self) -> timedelta:
        return timedelta(minutes=self.gap_minutes)

    @property
    def notice(self) -> timedelta:
        return timedelta(minutes=self.notice_minutes)

    def on(self, weekday: int) -> tuple[Window, ...]:
        """The windows of one weekday, in the order they open."""
        mine = (window for window in self.windows if window.weekday == weekday)
        return tuple(sorted(mine, key=lambda window: window.opens))


def faults(hours: WeeklyHours) -> tuple[str, ...]:
    """Everything that an officer must correct before these hours can be used, as sentences."""
    found: list[str] = []
    for weekday, name in enumerate(WEEKDAYS):
        windows = hours.on(weekday)
        for window in windows:
            room = _minutes(window.closes, closing=True) - _minutes(window.opens)
            shown = f"{name} {window.opens:%H:%M} to {window.closes:%H:%M}"
            if room <= 0:
                found.append(f"{shown}: the closing time must be after the opening time.")
            elif room < hours.visit_minutes:
                found.append(f"{shown}: too short for a visit of {hours.visit_minutes} minutes.")
        for first, second in pairwise(windows):
            if _minutes(first.closes, closing=True) > _minutes(second.opens):
                found.append(f"{name}: two times overlap at {second.opens:%H:%M}. Join them.")
    return tuple(found)


@lru_cache(maxsize=4096)
def slots_on(day: date, hours: WeeklyHours, facility: FacilityTime) -> tuple[Slot, ...]:
    """The slots of one facility day, in order.

    A start that the spring change skips is left out, and so is one that the change pushes into
    the slot before it; a start that the autumn change repeats is used once, at its first showing.
    """
    slots: list[Slot] = []
    for window in hours.on(day.weekday()):
        last = _closing(day, window, facility)
        for start in _starts(day, window, hours, facility):
            slot = Slot(starts_at=start, ends_at=start + hours.length)
            clear = not slots or slots[-1].ends_at <= start
            if clear and slot.ends_at <= last:
                slots.append(slot)
    return tuple(slots)


def _starts(
    day: date, window: Window, hours: WeeklyHours, facility: FacilityTime
) -> list[datetime]:
    step = hours.visit_minutes + hours.gap_minutes
    last = _minutes(window.closes, closing=True) - hours.visit_minutes
    walls = [_wall(minute) for minute in range(_minutes(window.opens), last + 1, step)]
    return [facility.instant(day, wall) for wall in walls if facility.exists(day, wall)]


def _closing(day: date, window: Window, facility: FacilityTime) -> datetime:
    if window.closes == MIDNIGHT:
        return facility.day_bounds(day)[1]
    return facility.instant(day, window.closes)


def _minutes(at: time, *, closing: bool = False) -> int:
    if closing and at == MIDNIGHT:
        return 24 * 60
    return at.hour * 60 + at.minute


def _wall(minute: int) -> time:
    return time(minute // 60, minute % 60)
