"""Old and new times of moved visits as a picture: numbers for an SVG, no drawing here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ops_console.usecases import Impact, Move
from ops_console.web.layout.times import WallClock

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 960, 8, 8, 26, 10
FEWEST = 3
"""Fewer moved visits are better read in the table."""
TALLEST = 420
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """One visit: from its old place in time to its new one."""

    old: float
    new: float
    y: float
    title: str


@dataclass(frozen=True)
class Tick:
    x: float
    word: str


@dataclass(frozen=True)
class Picture:
    width: int
    height: float
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    radius: float


def picture_of(impact: Impact, wall: WallClock) -> Picture | None:
    """By the old start; None where little is moved in time."""
    moved = sorted(
        (
            (one.visit.slot.starts_at, one.proposal.slot.starts_at, one.visit.inmate_name)
            for one in impact.affected
            if isinstance(one.proposal, Move) and one.proposal.slot != one.visit.slot
        ),
    )
    if len(moved) < FEWEST:
        return None
    first = min(min(old, new) for old, new, _ in moved) - HOUR / 4
    last = max(max(old, new) for old, new, _ in moved) + HOUR / 4
    row = min(16.0, (TALLEST - TOP - BOTTOM) / len(moved))

    def at(moment: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * ((moment - first) / (last - first)), 1)

    lines = tuple(
        Line(
            at(old),
            at(new),
            round(TOP + row * (number + 0.5), 1),
            f"{name}: {wall.stamp(old)} to {wall.stamp(new)}",
        )
        for number, (old, new, name) in enumerate(moved)
    )
    height = round(TOP + row * len(moved) + BOTTOM, 1)
    ticks = tuple(Tick(at(moment), word) for moment, word in _ticks(first, last, wall))
    return Picture(WIDTH, height, lines, ticks, min(4.5, row * 0.4))


def _ticks(first: datetime, last: datetime, wall: WallClock) -> list[tuple[datetime, str]]:
    """Every hour of a short stretch, every day of a long one; at most a dozen or so."""
    facility = wall.facility_time
    days = (facility.day(last) - facility.day(first)).days
    if days <= 1:
        step = HOUR * max(1, -(-int((last - first) / HOUR) // 12))
        start = facility.local(first).replace(minute=0, second=0, microsecond=0)
        moments = [start.astimezone(first.tzinfo) + number * step for number in range(30)]
        return [(one, wall.hhmm(one)) for one in moments if first <= one <= last]
    every = -(-days // 9)
    starts = [
        facility.day_bounds(facility.day(first) + timedelta(days=number))[0]
        for number in range(1, days + 1, every)
    ]
    return [(one, wall.day(one)) for one in starts if first <= one <= last]
