"""The form that closes or changes one day, or some days in a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from ops_console.usecases._rules_text import Entry
from ops_console.web.hours.form import fault_of, read_windows
from ops_console.web.layout.times import WallClock

MOST_LINES = 3
FARTHEST = timedelta(days=730)
NO_DAY = "Choose a day."
PASSED = "This day has passed."
TOO_FAR = "Choose a day within two years."
BACKWARDS = "The last day is before the first."
NO_CHOICE = "Choose whether there are no visits or other hours."
NO_HOURS = "Give the hours, like 09:00 to 11:00."
NO_REASON = "Write the reason. It shows on the hours page and in the audit record."
TOO_LONG = "Use 300 letters or fewer."


@dataclass
class DayForm:
    """What an officer typed, with what is wrong in it."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    entry: Entry | None = None
    """Without its id; None while there are errors."""

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    @property
    def everywhere(self) -> bool:
        return self.value("where") == "facility"

    def lines(self) -> range:
        return range(MOST_LINES)


def read_day_form(values: Mapping[str, str], path: str, today: date) -> DayForm:
    """The form as typed, with its entry once every field is right. `path` is the unit's."""
    form = DayForm({name: text.strip() for name, text in values.items()})
    _read_days(form, today)
    hours = _read_hours(form)
    reason = " ".join(form.value("because").split())
    if not reason or len(reason) > 300:
        form.errors["because"] = TOO_LONG if reason else NO_REASON
    if form.errors or form.first is None or form.last is None:
        return form
    one = form.first == form.last
    when: Entry = {"dates": [form.first]} if one else {"from": form.first, "until": form.last}
    whom: Entry = {} if form.everywhere else {"for": {"unit": path}}
    act: Entry = {"close": "all"} if hours is None else {"replace": "all", "hours": hours}
    form.entry = {**when, **whom, **act, "reason": reason}
    return form


def _read_days(form: DayForm, today: date) -> None:
    form.first = _date(form.value("first-day"))
    last = form.value("last-day")
    form.last = _date(last) if last else form.first
    if form.first is None:
        form.errors["first-day"] = NO_DAY
    elif form.first < today:
        form.errors["first-day"] = PASSED
    elif form.first > today + FARTHEST:
        form.errors["first-day"] = TOO_FAR
    if form.last is None and last:
        form.errors["last-day"] = NO_DAY
    elif form.first and form.last and form.last < form.first:
        form.errors["last-day"] = BACKWARDS
    elif form.last and form.last > today + FARTHEST:
        form.errors["last-day"] = TOO_FAR


def _read_hours(form: DayForm) -> list[str] | None:
    """None where there are no visits at all."""
    if form.value("what") == "close":
        return None
    if form.value("what") != "hours":
        form.errors["what"] = NO_CHOICE
        return None
    pairs = [(form.value(f"opens-{line}"), form.value(f"closes-{line}")) for line in form.lines()]
    windows, problem = read_windows(pairs)
    problem = problem or fault_of(windows, 5) or ("" if windows else NO_HOURS)
    if problem:
        form.errors["opens-0"] = problem
    return [one.shown() for one in windows]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def told(form: DayForm, unit_name: str, wall: WallClock) -> str:
    """What was done, for the page after it."""
    if form.first is None or form.last is None or form.entry is None:
        return ""
    days = wall.day_name(form.first)
    if form.last != form.first:
        days += f" to {wall.day_name(form.last)}"
    where = "the whole facility" if form.everywhere else unit_name
    done = "No visits" if "close" in form.entry else "Other hours"
    return f"{done} in {where}, {days}."
