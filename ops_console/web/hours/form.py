"""The form of a plain week: fields to hours, hours to fields, and each fault beside its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ops_console.rules.rulebook.times import DAY_MINUTES, Window, clock, window_of
from ops_console.rules.rulebook.week import NAMES
from ops_console.usecases.edit_week import WeeklyHours
from ops_console.web.layout.words import WEEKDAYS

MOST_WINDOWS = 6
"""A day; more than any printed visiting rule has, and a bound on what a form may send."""

MIDNIGHTS = frozenset({"0", "00", "0:00", "00:00", "24", "24:00", "2400"})
UNIT_MINUTES = {"minutes": 1, "hours": 60, "days": 24 * 60}
LIMITS = {"visit_minutes": (5, 240), "gap_minutes": (0, 120), "horizon_days": (0, 365)}
ABOUT_BOOKING = frozenset({"horizon_days", "notice"})
MOST_NOTICE_MINUTES = 60 * 24 * 60
COPIES = {"weekdays": range(5), "daily": range(7)}
TIMES_NEEDED = "Give both an opening and a closing time, like 09:00."


@dataclass
class HoursForm:
    """What an officer typed, with what is wrong in it."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    hours: WeeklyHours | None = None
    """None while there are errors."""

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def lines(self, weekday: int) -> list[int]:
        """The numbers of a day's lines to show: the filled ones and one empty."""
        filled = [n for n in range(MOST_WINDOWS) if self._typed(weekday, n)]
        return [*filled, (filled[-1] + 1 if filled else 0)][:MOST_WINDOWS]

    def _typed(self, weekday: int, line: int) -> bool:
        return any(self.value(f"{end}-{weekday}-{line}") for end in ("opens", "closes"))


def fields_of(hours: WeeklyHours) -> dict[str, str]:
    """The field values that would make `hours`."""
    values = {name: str(getattr(hours, name)) for name in LIMITS}
    values["notice"], values["notice_unit"] = _notice_fields(hours.notice_minutes)
    for weekday, name in enumerate(NAMES):
        for line, text in enumerate(hours.windows.get(name, ())):
            window = window_of(text)
            values[f"opens-{weekday}-{line}"] = clock(window.opens)
            values[f"closes-{weekday}-{line}"] = clock(window.closes)
    return values


def copied(values: Mapping[str, str], source: str, to: str) -> dict[str, str]:
    """The fields with one day's times on other days too."""
    days = COPIES.get(to, range(0))
    found = {
        name: text
        for name, text in values.items()
        if not any(name.startswith((f"opens-{day}-", f"closes-{day}-")) for day in days)
    }
    for line in range(MOST_WINDOWS):
        for end in ("opens", "closes"):
            text = values.get(f"{end}-{source}-{line}", "")
            found |= {f"{end}-{day}-{line}": text for day in (*days, source) if text}
    return found


def read_form(values: Mapping[str, str], *, says_notice: bool = True) -> HoursForm:
    """The form as typed, with its hours once every field is right. Without `says_notice` it has
    no fields for how long before a visit is booked."""
    form = HoursForm({name: text.strip() for name, text in values.items()})
    asked = {name: LIMITS[name] for name in LIMITS if says_notice or name not in ABOUT_BOOKING}
    numbers = {name: _number(form, name, *limits) for name, limits in asked.items()}
    notice = _notice(form) if says_notice else 0
    windows = {
        name: _day(form, weekday, numbers["visit_minutes"]) for weekday, name in enumerate(NAMES)
    }
    if not form.errors:
        shown = {name: tuple(one.shown() for one in day) for name, day in windows.items() if day}
        form.hours = WeeklyHours(windows=shown, notice_minutes=notice, **numbers)
    return form


def _notice_fields(minutes: int) -> tuple[str, str]:
    for unit in ("days", "hours"):
        if minutes and minutes % UNIT_MINUTES[unit] == 0:
            return str(minutes // UNIT_MINUTES[unit]), unit
    return str(minutes), "minutes"


def _number(form: HoursForm, name: str, least: int, most: int) -> int:
    text = form.value(name)
    if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= most:
        form.errors[name] = f"Give a whole number from {least} to {most}."
        return least
    return int(text)


def _notice(form: HoursForm) -> int:
    unit = UNIT_MINUTES.get(form.value("notice_unit"))
    if unit is None:
        form.errors["notice"] = "Choose minutes, hours or days."
        return 0
    return unit * _number(form, "notice", 0, MOST_NOTICE_MINUTES // unit)


def _day(form: HoursForm, weekday: int, visit_minutes: int) -> list[Window]:
    pairs = [
        (form.value(f"opens-{weekday}-{line}"), form.value(f"closes-{weekday}-{line}"))
        for line in range(MOST_WINDOWS)
    ]
    found, problem = read_windows(pairs)
    problem = problem or fault_of(found, visit_minutes)
    if problem:
        form.errors[f"day-{weekday}"] = f"{WEEKDAYS[weekday]}: {problem}"
    return found


def read_windows(pairs: Iterable[tuple[str, str]]) -> tuple[list[Window], str]:
    """The windows that were typed, by opening, and what is wrong with one of them."""
    found, problem = [], ""
    for opens, closes in pairs:
        if not opens and not closes:
            continue
        try:
            found.append(
                Window(_clock(opens), DAY_MINUTES if closes in MIDNIGHTS else _clock(closes))
            )
        except ValueError:
            problem = TIMES_NEEDED
    return sorted(found), problem


def fault_of(windows: Iterable[Window], visit_minutes: int) -> str:
    """Why these cannot be one day's hours; nothing if they can. They are sorted."""
    last = 0
    for one in windows:
        if one.closes <= one.opens:
            return f"{one.shown()} closes before it opens."
        if one.closes - one.opens < visit_minutes:
            return f"No visit of {visit_minutes} minutes fits {one.shown()}."
        if one.opens < last:
            return "Two times overlap."
        last = one.closes
    return ""


def _clock(text: str) -> int:
    """`9:00`, `09:00`, `0900` or `9`. Raises `ValueError` for anything else."""
    found = re.fullmatch(r"(\d{1,2})(?::?([0-5]\d))?", text, flags=re.ASCII)
    if found is None or int(found[1]) > 23:
        raise ValueError(text)
    return int(found[1]) * 60 + int(found[2] or 0)
