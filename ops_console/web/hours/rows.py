"""The week of one unit as a picture: a row for each day, its windows and visits to scale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ops_console.rules.hours import WeeklyHours, Window, slots_on
from ops_console.web.layout.words import WEEKDAYS, counted
from visits.clock import FacilityTime

DAY_MINUTES = 24 * 60
LEAST_AXIS_MINUTES = 10 * 60
ANY_MONDAY = date(2024, 1, 1)
NO_CLOCK_CHANGE = FacilityTime("UTC")
"""A picture shows the ordinary week; the nights when clocks change are the rules' business."""


@dataclass(frozen=True)
class Bar:
    """A stretch on the axis, in minutes after the facility's midnight."""

    left: int
    width: int


@dataclass(frozen=True)
class DayRow:
    """One weekday: its windows, the visits that fit in them, and the same in words."""

    name: str
    windows: tuple[Bar, ...]
    visits: tuple[Bar, ...]
    words: str
    count_words: str


@dataclass(frozen=True)
class Axis:
    """The stretch of the day that is drawn, and the hours that are lettered."""

    left: int
    width: int
    labels: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True)
class WeekPicture:
    """Everything that the template draws."""

    axis: Axis
    days: tuple[DayRow, ...]
    visits_a_week: int


def picture(hours: WeeklyHours) -> WeekPicture:
    """`hours` drawn to scale. Counts are visits of one terminal."""
    days = tuple(_day(hours, weekday) for weekday in range(7))
    return WeekPicture(_axis(hours), days, sum(len(day.visits) for day in days))


def window_words(window: Window) -> str:
    """`09:00 to 11:00`; a window that closes at midnight closes at 24:00."""
    return f"{window.opens:%H:%M} to {closing_words(window)}"


def closing_words(window: Window) -> str:
    return "24:00" if window.closes == time(0, 0) else f"{window.closes:%H:%M}"


def _day(hours: WeeklyHours, weekday: int) -> DayRow:
    windows = hours.on(weekday)
    visits = _visits(hours, weekday)
    return DayRow(
        name=WEEKDAYS[weekday],
        windows=tuple(Bar(_opens(w), max(0, _closes(w) - _opens(w))) for w in windows),
        visits=visits,
        words=", ".join(window_words(w) for w in windows) or "Closed",
        count_words=counted(len(visits), "visit"),
    )


def _visits(hours: WeeklyHours, weekday: int) -> tuple[Bar, ...]:
    slots = slots_on(ANY_MONDAY + timedelta(days=weekday), hours, NO_CLOCK_CHANGE)
    return tuple(Bar(_minute(slot.starts_at), hours.visit_minutes) for slot in slots)


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _axis(hours: WeeklyHours) -> Axis:
    opens = min((_opens(w) for w in hours.windows), default=9 * 60)
    closes = max((_closes(w) for w in hours.windows), default=17 * 60)
    left = max(0, min(opens // 60 * 60, DAY_MINUTES - LEAST_AXIS_MINUTES))
    right = min(DAY_MINUTES, max(-(-closes // 60) * 60, left + LEAST_AXIS_MINUTES))
    step = 60 if right - left <= 14 * 60 else 120
    spare = -(right - left) % step
    left, right = (left, right + spare) if right + spare <= DAY_MINUTES else (left - spare, right)
    starts = range(left, right, step)
    return Axis(
        left=left,
        width=right - left,
        labels=tuple(f"{start // 60:02}:00" for start in starts),
        lines=tuple(range(left, right + 1, 60)),
    )


def _opens(window: Window) -> int:
    return window.opens.hour * 60 + window.opens.minute


def _closes(window: Window) -> int:
    return window.closes.hour * 60 + window.closes.minute or DAY_MINUTES
