"""What a new text of the rules would change of the hours, as lines to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ops_console.usecases.compare_hours import Hours, HoursChange, HoursCompared, UnitChange, Way
from ops_console.web.layout.times import WallClock
from ops_console.web.layout.words import CHANNEL_WORDS, KIND_WORDS, counted
from ops_console.web.rules.days import weekday_words
from ops_console.web.rules.hours import hours_words, times_in
from ops_console.web.rules.phrases import listed

MOST_DATES = 4
"""Named one by one; of more only the first and the last are."""


@dataclass(frozen=True)
class ChangeRow:
    """The same change on some days."""

    days: str
    who: str
    before: str
    after: str
    delta: int
    """Times a day more or fewer."""


@dataclass(frozen=True)
class UnitRows:
    """One unit's changes."""

    unit_id: str
    name: str
    rows: tuple[ChangeRow, ...]


def unit_rows(compared: HoursCompared, wall: WallClock) -> tuple[UnitRows, ...]:
    return tuple(_unit(one, compared, wall) for one in compared.units)


def _unit(one: UnitChange, compared: HoursCompared, wall: WallClock) -> UnitRows:
    ways = frozenset(way for change in one.changes for way in change.ways)
    rows = tuple(_row(change, one, compared, wall, ways) for change in one.changes)
    return UnitRows(one.unit.unit_id, one.unit.name, rows)


def _row(
    change: HoursChange,
    unit: UnitChange,
    compared: HoursCompared,
    wall: WallClock,
    every: frozenset[Way],
) -> ChangeRow:
    who = [] if change.ways == every else [ways_words(change.ways)]
    if change.inmates < unit.inmates:
        who.append(f"{change.inmates} of {counted(unit.inmates, 'inmate')}")
    before, after = _side(change.before, change.after), _side(change.after, change.before)
    return ChangeRow(
        days=dates_words(change.days, compared, wall),
        who=", ".join(who),
        before=before,
        after=after,
        delta=len(times_in(change.after)) - len(times_in(change.before)),
    )


def _side(hours: tuple[Hours, ...], other: tuple[Hours, ...]) -> str:
    """The windows; where those are the same on both sides also what else there is to tell."""
    words = hours_words(hours)
    if not hours or words != hours_words(other):
        return words
    lengths = {end - start for start, end in times_in(hours)}
    length = listed((str(one) for one in sorted(lengths)), "or")
    places = {one.places for one in hours if one.places >= 0}
    at_once = f", {max(places)} at once" if places else ""
    return f"{words}; {length} minutes{at_once}"


def ways_words(ways: Iterable[Way]) -> str:
    """`Social and family, from home`."""
    every = set(ways)
    kinds = [kind for kind in KIND_WORDS if any(kind is one for one, _ in every)]
    channels = [way for way in CHANNEL_WORDS if any(way is one for _, one in every)]
    named = "All kinds" if len(kinds) == len(KIND_WORDS) else listed(KIND_WORDS[k] for k in kinds)
    how = "" if len(channels) == len(CHANNEL_WORDS) else listed(CHANNEL_WORDS[c] for c in channels)
    return f"{named}, {how.lower()}" if how else named


def dates_words(days: tuple[date, ...], compared: HoursCompared, wall: WallClock) -> str:
    """`Every Monday and Friday`, or the dates where only some of such days change."""
    whole = [
        weekday
        for weekday in range(7)
        if _occurs(compared, weekday) == sum(day.weekday() == weekday for day in days)
    ]
    others = [day for day in days if day.weekday() not in whole]
    parts = []
    if whole:
        words = weekday_words(whole)
        parts.append("Every day" if words == "every day" else f"Every {words}")
    if len(others) > MOST_DATES:
        first, last = wall.day_name(others[0]), wall.day_name(others[-1])
        parts.append(f"{len(others)} days from {first} to {last}")
    else:
        parts += [wall.day_name(day) for day in others]
    return ", ".join(parts)


def _occurs(compared: HoursCompared, weekday: int) -> int:
    days = (compared.last - compared.first).days + 1
    return sum((compared.first.weekday() + number) % 7 == weekday for number in range(days))
