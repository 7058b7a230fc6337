"""From wall-clock minutes to instants, on days of 23, 24 and 25 hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from ops_console.rules.rulebook.session_models import Terms
from ops_console.rules.rulebook.times import DAY_MINUTES
from ops_console.rules.windows import Piece, lengths, starts
from visits.clock import FacilityTime

ONE_MINUTE = timedelta(minutes=1)


class Stretch(NamedTuple):
    """A time that may be booked: instants, the end not included."""

    starts_at: datetime
    ends_at: datetime


def lay(day: date, piece: Piece, terms: Terms, facility: FacilityTime) -> tuple[Stretch, ...]:
    """Every stretch that a visit may take in the piece, by start and then by length.

    A start that the spring change skips is left out, and so is one that the change pushes
    into the visit before it, where visits do not overlap anyhow; a start that the autumn change
    repeats is its first showing.
    Lengths are real minutes.
    """
    found: list[Stretch] = []
    for length in lengths(terms.length) or (None,):
        found += _laid(day, piece, terms, length, facility)
    return tuple(sorted(found))


def _laid(
    day: date, piece: Piece, terms: Terms, length: int | None, facility: FacilityTime
) -> list[Stretch]:
    found: list[Stretch] = []
    closes = instant(day, piece.closes, facility)
    free_from, free_at = piece.opens, None
    minutes = starts(terms, piece)
    overlap = any(after - before < (length or 0) for before, after in pairwise(minutes))
    for minute in minutes:
        wall = (day + timedelta(days=minute // DAY_MINUTES), _time(minute))
        if not facility.exists(*wall):
            continue
        begin = facility.instant(*wall)
        end = closes if length is None else begin + timedelta(minutes=length)
        pushed = free_at is not None and minute >= free_from and begin < free_at
        if begin < end <= closes and (overlap or not pushed):
            found.append(Stretch(begin, end))
            free_from, free_at = minute + (length or 0), end
    return found


def instant(day: date, minute: int, facility: FacilityTime) -> datetime:
    """When the wall passes a minute of the day; a minute that is skipped passes at the change."""
    at = datetime.combine(day, time()) + timedelta(minutes=minute)
    skipped = 0
    while not facility.exists(at.date(), at.time()):
        at -= ONE_MINUTE
        skipped = 1
    return facility.instant(at.date(), at.time()) + skipped * ONE_MINUTE


def wall(day: date, minute: int) -> datetime:
    """A minute of the day as a naive wall-clock reading, perhaps of the next day."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def _time(minute: int) -> time:
    return time(minute % DAY_MINUTES // 60, minute % 60)
