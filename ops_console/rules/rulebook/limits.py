"""`limits`: how much visiting, for whom, in how long."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, Tag, model_validator

from ops_console.rules.rulebook.base import Day, Flag, Part, listed
from ops_console.rules.rulebook.forms import by_key
from ops_console.rules.rulebook.rule import Condition, Rule, WhoCounts
from ops_console.rules.rulebook.week import Weekday

UNLIMITED = 1_000_000_000
Amount = Annotated[int, Field(strict=True, ge=0, le=UNLIMITED)]


def _no_count(value: Any) -> Any:
    """A number of weeks is no week that begins on a day."""
    if not str(value).isdecimal():
        return value
    raise ValueError(
        f"{value} is not a weekday; for {value} weeks write {{days: {7 * int(value)}}}, or in"
        f" limits {{weeks: {value}, from: 2026-01-05}}"
    )


class InWeek(Part):
    """Weeks that begin on this day."""

    week: Annotated[Weekday, BeforeValidator(_no_count)]


class InFortnight(Part):
    """Fortnights counted from the week of this date."""

    fortnight: Day


class InMonth(Part):
    """Months that begin on this day of the month."""

    month: Annotated[int, Field(strict=True, ge=1, le=28)]


class InWeeks(Part):
    """So many weeks, one lot after the other, counted from the week of this date."""

    weeks: Annotated[int, Field(strict=True, ge=1, le=520)]
    from_: Annotated[Day, Field(alias="from")]
    starts: Weekday | None = None
    """On which day these weeks begin; None: as the facility's."""


class InMonths(Part):
    """So many months, one lot after the other, counted from this date or from January."""

    months: Annotated[int, Field(strict=True, ge=1, le=120)]
    from_: Annotated[Day | None, Field(alias="from")] = None

    @model_validator(mode="after")
    def _has_a_beginning(self) -> Self:
        if self.from_ is None and 12 % self.months:
            raise ValueError(
                f"{self.months} months do not divide a year; say when the first of them begin,"
                f" {{months: {self.months}, from: 2026-01-01}}"
            )
        if self.from_ is not None and self.from_.day > 28:
            raise ValueError("`from` has to be a day that every month has, 1 to 28")
        return self


class InDays(Part):
    """Any so many calendar days in a row."""

    days: Annotated[int, Field(strict=True, ge=1, le=3660)]


_SPELT = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = {"bi": 2, **{word: number for number, word in enumerate(_SPELT, start=2)}}
SEVERAL = re.compile(
    rf"(?:(?:every|each|any|per)\s+)?(\d+|{'|'.join(NUMBERS)})[\s_-]*(day|week|month|year)(?:s|ly)?"
)


def _no_number(value: Any) -> Any:
    """Where several periods are written in words: how to write them, since one of them alone, the
    nearest word, would be something else."""
    said = SEVERAL.fullmatch(str(value).strip().casefold())
    number = 0 if said is None else NUMBERS.get(said[1]) or int(said[1])
    if said is None or number < 2:
        return value
    unit = said[2]
    forms = {
        "day": f"{{days: {number}}} for any {number} days in a row",
        "week": f"{{weeks: {number}, from: 2026-01-05}} for weeks counted from that of a date, or"
        f" {{days: {7 * number}}} for any {7 * number} days in a row",
        "month": f"{{months: {number}, from: 2026-01-01}} for months counted from a date",
        "year": f"{{months: {12 * number}, from: 2026-01-01}} for years counted from a date",
    }
    raise ValueError(f"{value!r} is written as {forms[unit]}")


PlainPeriod = Annotated[
    Literal["day", "week", "fortnight", "month", "quarter", "year", "custody", "moment", "ahead"],
    BeforeValidator(_no_number),
]
Period = Annotated[
    Annotated[PlainPeriod, Tag("(word)")]
    | Annotated[InWeek, Tag("(week)")]
    | Annotated[InFortnight, Tag("(fortnight)")]
    | Annotated[InWeeks, Tag("(weeks)")]
    | Annotated[InMonth, Tag("(month)")]
    | Annotated[InMonths, Tag("(months)")]
    | Annotated[InDays, Tag("(days)")],
    by_key(
        *("week", "fortnight", "weeks", "month", "months", "days"),
        said="day, week, fortnight, month, quarter, year, custody, moment, ahead, {week: monday}, "
        "{fortnight: 2024-01-01}, {weeks: 4, from: 2026-01-05}, {month: 15}, {months: 2} or "
        "{days: 28}",
    ),
]
Count = Literal["visits", "minutes", "people", "visitors", "inmates", "points"]
Per = Literal["inmate", "visitor", "pair", "unit", "facility"]


class Cost(Condition):
    """What a visit that meets these conditions costs, in points."""

    points: Amount


class Carry(Part):
    """What a period leaves unused may be used in one of so many after it, the oldest first."""

    periods: Annotated[int, Field(strict=True, ge=1, le=120)]


class Limit(Rule):
    """At most so much of `count`, per whom, in each period; or at least so much; or so much
    without a charge."""

    count: Count = "visits"
    heads: WhoCounts = "counted"
    """Who of a party is counted as `people` or `visitors`."""
    per: Per = "inmate"
    depth: Annotated[int, Field(strict=True, ge=1, le=12)] | None = None
    """Levels of the housing path that make one unit; None: all."""
    most: Amount = UNLIMITED
    """More than anybody reaches where only `least` or `free` is written."""
    least: Amount | None = None
    """What everybody concerned should have. Nothing is refused for it; see `falls_short`."""
    free: Amount | None = None
    """What costs nothing. What goes beyond is allowed and charged; see `charged_by`."""
    period: Period = Field(alias="in")
    costs: Annotated[
        tuple[Cost, ...], BeforeValidator(listed, json_schema_input_type=Cost | list[Cost])
    ] = ()
    counting: Condition | None = None
    """Which visits are counted; None: those that the entry itself limits."""
    carry: Carry | None = None
    """None: what is not used of a period is lost."""
    missed: Flag = True
    """Whether a visit that nobody came to counts."""

    @property
    def refuses(self) -> bool:
        return self.most < UNLIMITED

    @property
    def about_people(self) -> bool:
        return self.per in {"visitor", "pair"}
