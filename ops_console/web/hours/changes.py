"""What a change of hours means, day by day, before and after."""

from __future__ import annotations

from dataclasses import dataclass

from ops_console.rules.hours import WeeklyHours
from ops_console.web.hours.rows import DayRow, picture

RULE_WORDS = (
    ("visit_minutes", "Length of a visit", "min"),
    ("gap_minutes", "Gap between visits", "min"),
    ("notice_minutes", "Least notice to book", "min"),
    ("horizon_days", "Book ahead", "days"),
)


@dataclass(frozen=True)
class Line:
    """One thing that stays or changes."""

    label: str
    before: str
    after: str
    delta: int = 0
    """Visits a week more or fewer, for a weekday and the whole week."""

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Comparison:
    """Before and after, every weekday and the week of one terminal, then the rules."""

    days: tuple[Line, ...]
    week: Line
    rules: tuple[Line, ...]

    @property
    def changed(self) -> bool:
        return any(line.changed for line in (*self.days, *self.rules))


def compare(before: WeeklyHours | None, after: WeeklyHours) -> Comparison:
    """Two weeks side by side; `before` is None for a unit that had no hours."""
    old = picture(before).days if before else ()
    new = picture(after)
    days = tuple(_day(old[number] if old else None, day) for number, day in enumerate(new.days))
    count = sum(len(day.visits) for day in old)
    week = Line(
        "The whole week", str(count), str(new.visits_a_week), delta=new.visits_a_week - count
    )
    return Comparison(days, week, _rules(before, after))


def _day(before: DayRow | None, after: DayRow) -> Line:
    count = len(before.visits) if before else 0
    words = before.words if before else "Closed"
    return Line(after.name, words, after.words, delta=len(after.visits) - count)


def _rules(before: WeeklyHours | None, after: WeeklyHours) -> tuple[Line, ...]:
    return tuple(
        Line(
            label,
            f"{getattr(before, name)} {unit}" if before else "Not set",
            f"{getattr(after, name)} {unit}",
        )
        for name, label, unit in RULE_WORDS
    )
