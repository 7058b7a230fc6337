"""The hours form: fields to hours, hours to fields, and each fault beside its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from pydantic import ValidationError

from ops_console.rules.hours import WeeklyHours, Window, faults
from ops_console.web.hours.rows import closing_words
from ops_console.web.layout.words import WEEKDAYS

MOST_WINDOWS = 6
"""A day; more than any printed visiting rule has, and a bound on what a form may send."""

MIDNIGHTS = frozenset({"24", "24:00", "2400"})
UNIT_MINUTES = {"minutes": 1, "hours": 60, "days": 24 * 60}
LIMITS = {"visit_minutes": (5, 240), "gap_minutes": (0, 120), "horizon_days": (0, 90)}
MOST_NOTICE_MINUTES = 14 * 24 * 60


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
    for weekday in range(7):
        for line, window in enumerate(hours.on(weekday)):
            values[f"opens-{weekday}-{line}"] = f"{window.opens:%H:%M}"
            values[f"closes-{weekday}-{line}"] = closing_words(window)
    return values


def _notice_fields(minutes: int) -> tuple[str, str]:
    for unit in ("days", "hours"):
        if minutes and minutes % UNIT_MINUTES[unit] == 0:
            return str(minutes // UNIT_MINUTES[unit]), unit
    return str(minutes), "minutes"


def read_form(values: Mapping[str, str]) -> HoursForm:
    """The form as typed, with its hours once every field is right."""
    form = HoursForm({name: text.strip() for name, text in values.items()})
    numbers = {name: _number(form, name, *limits) for name, limits in LIMITS.items()}
    notice = _notice(form)
    windows = [window for weekday in range(7) for window in _windows(form, weekday)]
    _fit(form, windows, numbers["visit_minutes"])
    if form.errors:
        return form
    try:
        form.hours = WeeklyHours(windows=tuple(windows), notice_minutes=notice, **numbers)
    except ValidationError as cause:
        form.errors["days"] = f"These hours cannot be used: {cause.errors()[0]['msg']}."
    return form


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


def _windows(form: HoursForm, weekday: int) -> list[Window]:
    found = []
    for line in range(MOST_WINDOWS):
        opens, closes = (
            form.value(f"opens-{weekday}-{line}"),
            form.value(f"closes-{weekday}-{line}"),
        )
        if not opens and not closes:
            continue
        window = _window(weekday, opens, closes)
        if window is None:
            form.errors[f"day-{weekday}"] = "Give both an opening and a closing time, like 09:00."
        else:
            found.append(window)
    return sorted(found, key=lambda window: window.opens)


def _window(weekday: int, opens: str, closes: str) -> Window | None:
    try:
        return Window(
            weekday=weekday,
            opens=_clock(opens),
            closes=_clock("0" if closes in MIDNIGHTS else closes),
        )
    except ValueError:
        return None


def _clock(text: str) -> time:
    """`9:00`, `09:00`, `0900` or `9`. Raises `ValueError` for anything else."""
    found = re.fullmatch(r"(\d{1,2})(?::?([0-5]\d))?", text, flags=re.ASCII)
    if found is None:
        raise ValueError(text)
    return time(int(found[1]), int(found[2] or 0))


def _fit(form: HoursForm, windows: list[Window], visit_minutes: int) -> None:
    """Puts what the rules say against the week beside the day they name."""
    trial = WeeklyHours(windows=tuple(windows), visit_minutes=visit_minutes)
    for sentence in faults(trial):
        weekday = next(n for n, name in enumerate(WEEKDAYS) if sentence.startswith(name))
        form.errors.setdefault(f"day-{weekday}", sentence)
