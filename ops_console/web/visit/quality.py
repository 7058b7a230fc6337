"""How a call went at both ends, as a picture and in words: numbers for an SVG, no drawing here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median

from ops_console.rules.whose_side import FACILITY_SIDE, Blame
from ops_console.store.quality import Judged
from ops_console.web.layout.lost import lost_words
from ops_console.web.layout.times import WallClock
from ops_console.web.layout.words import BLAME_WORDS, counted
from visits.messages import Sample
from visits.model import Slot

WIDTH, LEFT, RIGHT, TOP, LANE, GAP = 960, 110, 8, 22, 56, 14
BAR = 14
"""Height of the bar that tells when the end was connected; round trips are drawn below it."""
SLOWEST_MS = 1_000
"""Round trips of a second and more lie at the lower edge."""
TICK = timedelta(minutes=5)


@dataclass(frozen=True)
class Bar:
    """One stretch in which an end was connected."""

    x: float
    width: float
    state: str
    """`good`, or `frozen` where pictures stood still."""
    title: str


@dataclass(frozen=True)
class Lane:
    """One end over time."""

    name: str
    y: float
    bars: tuple[Bar, ...]
    trips: tuple[str, ...]
    """For each attempt the points of a line: round trips."""
    words: str


@dataclass(frozen=True)
class Shade:
    """A failure, over both lanes."""

    x: float
    width: float
    side: str
    """`facility`, `visitor` or `unknown`."""
    title: str


@dataclass(frozen=True)
class Tick:
    x: float
    word: str


@dataclass(frozen=True)
class Picture:
    width: int
    height: float
    bar: int
    lanes: tuple[Lane, ...]
    shades: tuple[Shade, ...]
    ticks: tuple[Tick, ...]


def picture_of(
    slot: Slot,
    page: Sequence[Sample],
    terminal: Sequence[Sample],
    judged: Sequence[Judged],
    wall: WallClock,
) -> Picture | None:
    """None where neither end ever told anything and nothing failed."""
    if not page and not terminal and not judged:
        return None
    ends = (("Visitor's page", page), ("Terminal", terminal))
    lanes = tuple(
        _lane(name, TOP + place * (LANE + GAP), samples, slot)
        for place, (name, samples) in enumerate(ends)
    )
    return Picture(
        width=WIDTH,
        height=TOP + 2 * LANE + GAP,
        bar=BAR,
        lanes=lanes,
        shades=tuple(_shade(one, slot, wall) for one in judged),
        ticks=tuple(_ticks(slot, wall)),
    )


def _x(at: datetime, slot: Slot) -> float:
    inside = min(max(at, slot.starts_at), slot.ends_at)
    return round(LEFT + (WIDTH - LEFT - RIGHT) * ((inside - slot.starts_at) / slot.length), 1)


def _lane(name: str, y: float, samples: Sequence[Sample], slot: Slot) -> Lane:
    met = [one for one in samples if one.connected_at is not None]
    bars = tuple(_bar(one, slot) for one in met)
    attempts = groupby(met, key=lambda one: one.attempt)
    trips = tuple(_points(list(of_attempt), slot, y) for _, of_attempt in attempts)
    return Lane(name, y, bars, tuple(line for line in trips if line), _words(met))


def _points(samples: Sequence[Sample], slot: Slot, y: float) -> str:
    trips = [(one.until, one.round_trip_ms) for one in samples if one.round_trip_ms is not None]
    return " ".join(f"{_x(at, slot)},{_trip_y(trip, y)}" for at, trip in trips)


def _bar(one: Sample, slot: Slot) -> Bar:
    since = max(one.since, one.connected_at or one.since)
    x = _x(since, slot)
    frozen = counted(one.freezes, "freeze")
    return Bar(
        x=x,
        width=max(0.5, round(_x(one.until, slot) - x, 1)),
        state="frozen" if one.freezes else "good",
        title=f"{one.frames} pictures, {frozen}, {one.received_bits // 1000} kbit/s",
    )


def _trip_y(trip_ms: int, y: float) -> float:
    share = min(trip_ms, SLOWEST_MS) / SLOWEST_MS
    return round(y + BAR + 6 + share * (LANE - BAR - 8), 1)


def _words(met: Sequence[Sample]) -> str:
    if not met:
        return "Never connected, as far as it tells."
    connected = sum((_connected(one) for one in met), timedelta(0))
    freezes = sum(one.freezes for one in met)
    longest = max(one.longest_freeze_ms for one in met) / 1000
    trips = [one.round_trip_ms for one in met if one.round_trip_ms is not None]
    parts = [f"connected {lost_words(connected)}", counted(freezes, "freeze")]
    parts += [f"the longest {longest:.1f} s"] if freezes else []
    parts += [f"round trip {median(trips):.0f} ms, at most {max(trips)} ms"] if trips else []
    return f"{', '.join(parts)}.".capitalize()


def _connected(one: Sample) -> timedelta:
    return one.until - max(one.since, one.connected_at or one.since)


def _shade(one: Judged, slot: Slot, wall: WallClock) -> Shade:
    x, until = _x(one.starts_at, slot), _x(one.ends_at or slot.ends_at, slot)
    known = "unknown" if one.blame is Blame.UNKNOWN else "visitor"
    return Shade(
        x=x,
        width=max(2.0, round(until - x, 1)),
        side="facility" if one.blame in FACILITY_SIDE else known,
        title=f"{wall.precise(one.starts_at)}: {BLAME_WORDS[one.blame]}. {one.why}",
    )


def _ticks(slot: Slot, wall: WallClock) -> Iterable[Tick]:
    at = slot.starts_at
    step = TICK * max(1, round(slot.length / TICK / 9))
    while at < slot.ends_at:
        yield Tick(_x(at, slot), wall.hhmm(at))
        at += step
