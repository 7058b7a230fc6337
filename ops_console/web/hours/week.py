"""The week of one unit as a picture: a row for each day, its windows and times to scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ops_console.rules.rulebook.times import DAY_MINUTES
from ops_console.usecases.compare_hours import Hours
from ops_console.web.layout.words import WEEKDAYS, counted
from ops_console.web.rules.hours import hours_words, times_in

LEAST_AXIS_MINUTES = 10 * 60
MOST_LANES = 3
ROW_HEIGHT = 36


@dataclass(frozen=True)
class Bar:
    """A stretch on the axis, in minutes after the facility's midnight, in one of the lanes."""

    left: int
    width: int
    top: float = 0
    height: float = ROW_HEIGHT


@dataclass(frozen=True)
class Mark:
    """What is out of the ordinary on a day: its words, and the stretch that it shuts."""

    tone: str
    icon: str
    words: str
    shut: tuple[int, int] | None = None
    entry: str = ""
    """Of the rules; empty for what is no entry."""
    partly: bool = False
    """It shuts a part of the day, which says nothing where there are no hours."""


@dataclass(frozen=True)
class Day:
    """What is laid out for one day: the windows of every group of inmates, and the marks."""

    day: date
    hours: tuple[Hours, ...]
    """Also those of the night before, in minutes of this day."""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class DayRow:
    """One day: its windows, the times in them, what is shut, and the same in words."""

    day: date
    name: str
    windows: tuple[Bar, ...]
    times: tuple[Bar, ...]
    shut: tuple[Bar, ...]
    words: str
    count_words: str
    marks: tuple[Mark, ...]


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
    times_a_week: int
    most_places: int
    """The most visits at once; 0 where nothing limits them."""


def picture(days: Sequence[Day]) -> WeekPicture:
    """The days drawn to scale. A time that several windows offer is counted once."""
    rows = tuple(map(_row, days))
    every = [one for day in days for one in day.hours]
    places = [one.places for one in every]
    return WeekPicture(
        axis=_axis(every),
        days=rows,
        times_a_week=sum(len(_starting(day)) for day in days),
        most_places=0 if -1 in places else max(places, default=0),
    )


def _starting(day: Day) -> set[tuple[int, int]]:
    return {time for time in times_in(day.hours) if 0 <= time[0] < DAY_MINUTES}


def _row(day: Day) -> DayRow:
    lanes = _lanes(day.hours)
    height = ROW_HEIGHT / max(1, len(lanes))
    windows, times = [], []
    for number, lane in enumerate(lanes):
        top = number * height
        for one in lane:
            windows += _bar(one.opens, one.closes, top, height)
            inset = height * 0.2
            for start, end in one.times:
                times += _bar(start, end, top + inset, height - 2 * inset)
    return DayRow(
        day=day.day,
        name=WEEKDAYS[day.day.weekday()],
        windows=tuple(windows),
        times=tuple(times),
        shut=tuple(bar for mark in day.marks if mark.shut for bar in _bar(*mark.shut)),
        words=hours_words(one for one in day.hours if one.opens >= 0),
        count_words=counted(len(_starting(day)), "time") if day.hours else "Closed",
        marks=day.marks,
    )


def _bar(opens: int, closes: int, top: float = 0, height: float = ROW_HEIGHT) -> list[Bar]:
    left, right = max(0, opens), min(DAY_MINUTES, closes)
    return [Bar(left, right - left, top, height)] if left < right else []


def _lanes(hours: Iterable[Hours]) -> list[list[Hours]]:
    """Windows that run at once lie one below the other; of too many the last lane has the rest."""
    lanes: list[list[Hours]] = []
    for one in sorted(hours):
        free = (lane for lane in lanes if lane[-1].closes <= one.opens)
        lane = next(free, None)
        if lane is None and len(lanes) < MOST_LANES:
            lanes.append([one])
        else:
            (lane or lanes[-1]).append(one)
    return lanes


def _axis(hours: Sequence[Hours]) -> Axis:
    opens = min((max(0, one.opens) for one in hours), default=9 * 60)
    closes = max((min(DAY_MINUTES, one.closes) for one in hours), default=17 * 60)
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
