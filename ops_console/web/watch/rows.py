"""The tiles of the wall, and how good the line of each visit is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ops_console.store.face_alarms import Alarm
from ops_console.store.supervision import Watch
from ops_console.store.visits import Visit
from ops_console.web.alarms.rows import AlarmRow, shown_alarm
from ops_console.web.layout.times import span
from ops_console.web.layout.words import KIND_WORDS
from visits.messages import Sample
from visits.model import VisitStatus
from visits.supervision import Supervision

SIZES = (1, 4, 9, 16)
USUAL_SIZE = 4
SAMPLE_COUNTS_FOR = timedelta(seconds=45)
"""Both ends tell every fifteen seconds; after three that are missing nothing is known."""
SLOW_MS, VERY_SLOW_MS = 250, 600
CANNED_WORDS = (
    "Five minutes are left.",
    "Please keep your face in the picture.",
    "Nobody else may be on this visit.",
    "Please speak calmly. The next time the visit ends.",
    "This behavior breaks the visiting rules. The visit may be ended.",
)
PURPOSES = (
    "Spot check",
    "Safety concern",
    "Investigation",
    "Complaint or incident",
    "Training",
)


class Meter(NamedTuple):
    """How good a visit's line is: bars from 0 to 3, and a word."""

    bars: int
    word: str


@dataclass(frozen=True)
class Tile:
    """One visit on the wall."""

    visit_id: str
    inmate_name: str
    visitor_name: str
    others: int
    place: str
    kind_words: str
    left: str
    interrupted: bool
    paused: bool
    muted: bool
    watchers: tuple[str, ...]
    meter: Meter
    alarm: AlarmRow | None = None
    """What its camera's helper raised, while it stands or waits to be judged."""


@dataclass(frozen=True)
class Wall:
    """The tiles of one page of the wall."""

    size: int
    page: int
    pages: int
    total: int
    visits: tuple[Visit, ...]


def wall_of(visits: list[Visit], size: int, page: int) -> Wall:
    """The visits of one page; a page or size that there is not becomes one that there is."""
    size = size if size in SIZES else USUAL_SIZE
    pages = max(1, -(-len(visits) // size))
    page = min(max(page, 1), pages)
    shown = tuple(visits[(page - 1) * size : page * size])
    return Wall(size, page, pages, len(visits), shown)


def tile(
    visit: Visit,
    stands: Supervision,
    watches: Iterable[Watch],
    samples: Iterable[Sample],
    now: datetime,
    *,
    alarms: Iterable[Alarm] = (),
) -> Tile:
    """`samples` are the last of each end, `alarms` the newest first."""
    left = visit.slot.ends_at - now
    return Tile(
        visit_id=visit.visit_id,
        inmate_name=visit.inmate_name,
        visitor_name=visit.visitor_name,
        others=len(visit.companions),
        place=f"{visit.unit_name}, {visit.terminal_name}",
        kind_words=KIND_WORDS[visit.kind],
        left=f"{span(left)} left" if left > timedelta(0) else "time is up",
        interrupted=visit.status is VisitStatus.INTERRUPTED,
        paused=stands.paused,
        muted=stands.muted,
        watchers=tuple(dict.fromkeys(one.officer_name for one in watches if one.ended_at is None)),
        meter=meter_of(samples, now),
        alarm=shown_alarm(alarms, now),
    )


def meter_of(samples: Iterable[Sample], now: datetime) -> Meter:
    """The worse of both ends counts."""
    fresh = [one for one in samples if now - one.until <= SAMPLE_COUNTS_FOR]
    if not fresh:
        return Meter(0, "Line not known")
    worst = min(_bars(one) for one in fresh)
    return Meter(worst, ("No line", "Poor line", "Fair line", "Good line")[worst])


def _bars(sample: Sample) -> int:
    if sample.over is not None:
        return 0
    trip = sample.round_trip_ms or 0
    if sample.freezes > 1 or trip > VERY_SLOW_MS:
        return 1
    return 2 if sample.freezes or trip > SLOW_MS else 3
