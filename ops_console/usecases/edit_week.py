"""Change a unit's plain week, or one day, in the text of a rules file.

The text that comes of it is looked at by an officer and saved by `change_rules` like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ops_console import store
from ops_console.rules.rulebook.base import Period
from ops_console.rules.rulebook.week import weekdays
from ops_console.usecases._console import Console
from ops_console.usecases._rules_text import Entry, change_entries, set_line
from ops_console.usecases._unit_week import (
    NO_WEEK,
    SAID_BY_THE_WEEK,
    Placed,
    UnitWeek,
    data_of,
    placed_in,
    week_in,
)
from ops_console.usecases._weekly import WeeklyHours, weekly_entries, weekly_rules

__all__ = [
    "NO_WEEK",
    "Edited",
    "UnitWeek",
    "WeeklyHours",
    "edited_for",
    "next_exception_id",
    "week_in",
    "with_exception",
    "with_week",
]


def with_week(text: str, week: UnitWeek, hours: WeeklyHours) -> str:
    """The file with other hours for the unit. Entries that stay the same keep their text."""
    shared = _shared(week.sessions)
    sessions, notice = weekly_entries(week.name, week.path, hours)
    old = {one.place: one for one in week.sessions}
    kept = _matched(old, sessions)
    new: dict[int, Entry | None] = {
        place: _changed(one.entry, {**kept[place], "id": one.id}) if place in kept else None
        for place, one in old.items()
    }
    taken = {one.id for place, one in old.items() if place in kept}
    fresh = [one for one in sessions if all(one is not other for other in kept.values())]
    added = _renamed([_beside(one, shared, old) for one in fresh], week.name, taken)
    said = {place: entry for place, entry in new.items() if entry != old[place].entry}
    text = change_entries(text, "sessions", said, added) if said or added else text
    return _with_notice(text, week.notice, notice) if week.says_notice else text


def with_exception(text: str, entry: Entry) -> str:
    """The file with one more dated exception, which counts after the earlier ones."""
    return change_entries(text, "exceptions", {}, [entry])


@dataclass(frozen=True)
class Edited:
    """The version of the rules that counts on a day, to be changed for that day."""

    number: int
    """0 where the facility has no rules yet."""
    text: str
    latest: int
    """The version that was saved last; what is saved is based on it."""
    effective: Period
    next_from: date | None
    """When a later version takes over, if one does."""

    def kept_short(self, text: str) -> str:
        """The changed text, so that it does not reach beyond the day before the next version."""
        if self.next_from is None:
            return text
        last = self.next_from - timedelta(days=1)
        if self.effective.until is not None and self.effective.until <= last:
            return text
        starts = {"from": self.effective.from_} if self.effective.from_ else {}
        return set_line(text, "effective", {**starts, "until": last})


def edited_for(console: Console, day: date) -> Edited:
    """What an officer changes who changes the hours of that day."""
    with console.asking() as (db, ready):
        rules, saved = ready.rules, store.rules.latest(db)
        number = rules.on(day).number
        known = store.rules.version(db, number)
    zone = console.facility.time.zone_name
    text = known.text if known else weekly_rules(console.facility.name, zone, {})
    later = [
        one.book.effective.from_
        for one in rules.versions
        if one.number > number and one.book.effective.from_ and one.book.effective.from_ > day
    ]
    effective = rules.on(day).book.effective
    return Edited(number, text, saved.number if saved else 0, effective, min(later, default=None))


def next_exception_id(text: str, day: date) -> str:
    """A name for an exception of this day that no entry of the file has."""
    taken = {one.id for one in placed_in(data_of(text).get("exceptions"))}
    names = (f"day-{day}{f'-{number}' if number > 1 else ''}" for number in range(1, 1000))
    return next(name for name in names if name not in taken)


def _shared(sessions: Iterable[Placed]) -> Entry:
    """What all the unit's sessions say beyond their week."""
    for one in sessions:
        return {key: value for key, value in one.entry.items() if key not in SAID_BY_THE_WEEK}
    return {}


def _matched(old: Mapping[int, Placed], new: Iterable[Entry]) -> dict[int, Entry]:
    """Which new session takes the place of which old one: the one with most days in common."""
    pairs = sorted(
        (
            (-len(_days(one.entry) & _days(entry)), place, number)
            for place, one in old.items()
            for number, entry in enumerate(new)
        ),
    )
    entries, found = list(new), dict[int, Entry]()
    taken: set[int] = set()
    for in_common, place, number in pairs:
        if in_common and place not in found and number not in taken:
            found[place] = entries[number]
            taken.add(number)
    return found


def _days(entry: Entry) -> frozenset[int]:
    return weekdays(entry.get("days", "daily"))


def _changed(old: Entry, new: Entry) -> Entry:
    """The old entry with the new week; itself where that says the same."""
    week: Entry = {key: new[key] for key in ("days", "hours", "length", "gap") if key in new}
    if _days(old) == _days(new):
        week.pop("days", None)
    kept = {key: value for key, value in old.items() if key != "gap" or "gap" in new}
    if not new.get("gap") and old.get("gap") == 0:
        kept["gap"] = 0
    return {**kept, **week}


def _beside(entry: Entry, shared: Entry, others: Mapping[int, Placed]) -> Entry:
    """A new session that says of everything else what the unit's others say."""
    if not others:
        return entry
    return {**{key: entry[key] for key in entry if key in SAID_BY_THE_WEEK}, **shared}


def _renamed(entries: Iterable[Entry], name: str, taken: set[str]) -> list[Entry]:
    """Entries whose names nobody has yet."""
    names = (name, *(f"{name}-{number}" for number in range(1, 100)))
    free = (one for one in names[bool(taken) :] if one not in taken)
    return [{**entry, "id": next(free)} for entry in entries]


def _with_notice(text: str, old: Placed | None, new: Entry) -> str:
    if old is None:
        return change_entries(text, "booking", {}, [new])
    same = old.entry.get("most") == new["most"] and _least(old.entry) == _least(new)
    return text if same else change_entries(text, "booking", {old.place: new})


def _least(entry: Entry) -> float:
    return float(entry.get("least", {"hours": 0})["hours"])
