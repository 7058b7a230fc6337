"""A unit's plain week, read from the text of a rules file.

Only what `weekly_entries` would write is read as a week: the unit's own sessions, named after it,
that differ in nothing but their days and hours, and its booking notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ops_console.rules.rulebook import Rulebook, RulesFileWrong, read_rulebook
from ops_console.rules.rulebook.times import DAY_MINUTES, window_of
from ops_console.rules.rulebook.week import NAMES, weekdays
from ops_console.rules.rulebook.yaml_source import read_source
from ops_console.rules.selectors import Traits, holds
from ops_console.usecases._rules_text import Entry
from ops_console.usecases._weekly import WeeklyHours
from visits.errors import OfficerMustAct

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
    """The unit's own."""
    others: tuple[str, ...]
    """The names of further sessions that may concern the unit."""
    notice: Placed | None
    """The unit's own."""
    says_notice: bool
    """Whether the week says how long before a visit is booked; else other entries do."""

    @property
    def entries(self) -> tuple[str, ...]:
        """The names of all sessions that may concern the unit."""
        return (*(one.id for one in self.sessions), *self.others)


def week_in(text: str, name: str, path: str) -> UnitWeek:
    """The week of the unit with this path. Raises `OfficerMustAct` for a rules file with faults."""
    try:
        whole, book = data_of(text), read_rulebook(text)
    except RulesFileWrong as wrong:
        raise OfficerMustAct(
            "The rules that these hours stand in cannot be read any more. Mend them under Rules"
            f" first. Line {wrong.faults[0]}."
        ) from wrong
    sessions = tuple(one for one in placed_in(whole.get("sessions")) if _is_own(one.id, name))
    others = _others(book, {one.id for one in sessions}, path)
    booking = list(placed_in(whole.get("booking")))
    notice = next((one for one in booking if one.id == f"{name}-notice"), None)
    shared = set(whole.get("defaults") or {}) & {"sessions", "booking", "rules"}
    plain = not shared and (sessions or not others) and _all_plain(sessions, path)
    return UnitWeek(
        name=name,
        path=path,
        hours=_hours(sessions, notice, path) if plain else None,
        sessions=sessions,
        others=others,
        notice=notice,
        says_notice=notice is not None or not booking,
    )


def _is_own(entry_id: str, name: str) -> bool:
    return re.fullmatch(rf"{re.escape(name)}(-\d+)?", entry_id) is not None


def _others(book: Rulebook, own: set[str], path: str) -> tuple[str, ...]:
    """Sessions of which it is not certain that they leave the unit alone."""
    somebody = Traits.of({"unit": path})
    return tuple(
        one.id
        for one in book.sessions
        if one.id not in own and holds(one.for_, somebody, book) is not False
    )


def data_of(text: str) -> Mapping[str, Any]:
    data = read_source(text).data
    return data if isinstance(data, dict) else {}


def placed_in(entries: object) -> Iterator[Placed]:
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            yield Placed(place, entry)


def _all_plain(sessions: Iterable[Placed], path: str) -> bool:
    rests, days = [], []
    for one in sessions:
        if one.entry.get("for") != {"unit": path} or not _is_week(one.entry):
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
