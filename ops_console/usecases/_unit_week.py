"""A unit's plain week, read from the text of a rules file.

Only what `weekly_entries` would write is read as a week: the unit's own sessions, named after it,
that differ in nothing but their days and hours, and its booking notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ops_console.rules.rulebook.paths import levels, pattern_meets
from ops_console.rules.rulebook.times import DAY_MINUTES, window_of
from ops_console.rules.rulebook.week import NAMES, weekdays
from ops_console.rules.rulebook.yaml_source import read_source
from ops_console.usecases._rules_text import Entry
from ops_console.usecases._weekly import WeeklyHours

SAID_BY_THE_WEEK = frozenset({"id", "for", "days", "hours", "length", "gap"})
SAID_BY_THE_NOTICE = frozenset({"id", "for", "least", "most"})
SHARED = frozenset({"kinds", "channels", "capacity", "holidays", "layer"})
"""What the sessions of a plain week may say beside it, all of them the same."""
NO_WEEK = WeeklyHours(windows={}, visit_minutes=30, gap_minutes=5, notice_minutes=1440)
"""What a form starts with where a unit has no hours."""


@dataclass(frozen=True)
class Placed:
    """An entry of the file with its place in its list."""

    place: int
    entry: Entry

    @property
    def id(self) -> str:
        return str(self.entry.get("id", ""))


@dataclass(frozen=True)
class UnitWeek:
    """What the file says of one unit's hours."""

    name: str
    """Begins the ids of its entries."""
    path: str
    hours: WeeklyHours | None
    """None where the rules are richer than a plain week."""
    sessions: tuple[Placed, ...]
    """Those that may concern the unit."""
    notice: Placed | None

    @property
    def entries(self) -> tuple[str, ...]:
        """The names of the sessions that may concern the unit."""
        return tuple(one.id for one in self.sessions)


def week_in(text: str, name: str, path: str) -> UnitWeek:
    """The week of the unit with this path. The text is a rules file without faults."""
    whole = data_of(text)
    sessions = tuple(_concerning(whole.get("sessions"), path))
    notices = [one for one in placed_in(whole.get("booking")) if one.id == f"{name}-notice"]
    notice = notices[0] if notices else None
    shared = set(whole.get("defaults") or {}) & {"sessions", "booking", "rules"}
    plain = not shared and _all_plain(sessions, name, path)
    hours = _hours(sessions, notice, path) if plain else None
    return UnitWeek(name, path, hours, sessions, notice)


def data_of(text: str) -> Mapping[str, Any]:
    data = read_source(text).data
    return data if isinstance(data, dict) else {}


def placed_in(entries: object) -> Iterator[Placed]:
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            yield Placed(place, entry)


def _concerning(entries: object, path: str) -> Iterator[Placed]:
    """Sessions of which it is not certain that they leave the unit alone."""
    for one in placed_in(entries):
        whom = one.entry.get("for")
        units = whom.get("unit") if isinstance(whom, dict) else None
        named = [units] if isinstance(units, str) else units
        if not isinstance(named, list) or any(
            pattern_meets(levels(str(unit)), levels(path)) for unit in named
        ):
            yield one


def _all_plain(sessions: Iterable[Placed], name: str, path: str) -> bool:
    rests, days = [], []
    for one in sessions:
        number = one.id.removeprefix(name)
        own = not number or (number.startswith("-") and number[1:].isdigit())
        if not own or one.entry.get("for") != {"unit": path} or not _is_week(one.entry):
            return False
        rests.append({k: v for k, v in one.entry.items() if k not in {"id", "days", "hours"}})
        days += [*weekdays(one.entry.get("days", "daily"))]
    return all(rest == rests[0] for rest in rests) and len(set(days)) == len(days)


def _is_week(entry: Entry) -> bool:
    """Days of the week, windows within a day and one length; other keys say nothing of when."""
    told, hours = set(entry) - SAID_BY_THE_WEEK, entry.get("hours")
    return (
        told <= SHARED
        and isinstance(entry.get("length"), int)
        and isinstance(hours, list)
        and all(window_of(window).closes <= DAY_MINUTES for window in hours)
    )


def _hours(sessions: Iterable[Placed], notice: Placed | None, path: str) -> WeeklyHours | None:
    windows: dict[str, tuple[str, ...]] = {}
    terms = NO_WEEK
    for one in sessions:
        for day in sorted(weekdays(one.entry.get("days", "daily"))):
            windows[NAMES[day]] = tuple(str(window) for window in one.entry["hours"])
        terms = terms.model_copy(
            update={
                "visit_minutes": one.entry["length"],
                "gap_minutes": one.entry.get("gap", 0),
            }
        )
    told = _told_by(notice, path)
    if told is None:
        return None
    ordered = {name: windows[name] for name in NAMES if name in windows}
    return terms.model_copy(update={"windows": ordered, **told})


def _told_by(notice: Placed | None, path: str) -> dict[str, int] | None:
    """Least notice and days ahead; None where the notice says anything else."""
    if notice is None:
        return {}
    entry = notice.entry
    least, most = entry.get("least", {"hours": 0}), entry.get("most", {})
    plain = (
        set(entry) <= SAID_BY_THE_NOTICE
        and entry.get("for") == {"unit": path}
        and set(least) == {"hours"}
        and set(most) == {"days"}
    )
    if not plain:
        return None
    return {"notice_minutes": round(least["hours"] * 60), "horizon_days": most["days"]}
