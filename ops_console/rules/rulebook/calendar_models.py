"""Sets of days as the file writes them, and the recurrence that sessions and others share."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from ops_console.rules.rulebook.base import Day, Flag, Part, Period, Whole, Word, listed
from ops_console.rules.rulebook.forms import by_key
from ops_console.rules.rulebook.week import Weekday, Weekdays

Month = Annotated[int, Field(strict=True, ge=1, le=12)]
Months = Annotated[
    tuple[Month, ...],
    BeforeValidator(listed, json_schema_input_type=Month | list[Month]),
    Field(min_length=1),
]
Words = Annotated[
    tuple[Word, ...],
    BeforeValidator(listed, json_schema_input_type=Word | list[Word]),
    Field(min_length=1),
]
"""Names of calendars, of which any will do."""
Shift = Annotated[int, Field(strict=True, ge=-366, le=366)]


def _ordinal(value: object) -> object:
    if value == "last" or (type(value) is int and 1 <= value <= 5):
        return value
    raise ValueError(f"{value!r} is not a number from 1 to 5 or last")


Ordinal = Annotated[
    int | Literal["last"],
    BeforeValidator(_ordinal, json_schema_input_type=Literal[1, 2, 3, 4, 5, "last"]),
]
Ordinals = Annotated[
    tuple[Ordinal, ...],
    BeforeValidator(listed, json_schema_input_type=Ordinal | list[Ordinal]),
    Field(min_length=1),
]


class Observed(StrEnum):
    """Where a fixed day goes that falls on a weekend."""

    NEAREST = "nearest"
    """Saturday's to the Friday before, Sunday's to the Monday after (5 U.S.C. 6103)."""
    FOLLOWING = "following"
    """To the next weekday that is not such a day itself (UK bank holidays)."""
    SUNDAY = "sunday"
    """Sunday's alone, to the next day that is not such a day itself (Japan, Hong Kong)."""


def _observed(value: object) -> object:
    if isinstance(value, bool):
        return Observed.NEAREST if value else None
    return value


class FixedDay(Part):
    """The same date every year; 29 February only in leap years."""

    month: Month
    day: Annotated[int, Field(strict=True, ge=1, le=31)]
    observed: Annotated[
        Observed | None, BeforeValidator(_observed, json_schema_input_type=bool | Observed)
    ] = None
    weekday: Weekday | None = None
    """The such weekday beside the date, as `pick` says: the Monday before 25 May."""
    pick: Literal["before", "after", "nearest"] = "nearest"
    """On or before the date, on or after it, or the nearest to it."""
    plus: Shift = 0
    """So many days after it, or, negative, before; counted from where it is observed."""


def _not_last(value: object) -> object:
    if value == "last":
        raise ValueError("the last such day of a month is {last: mon, month: 5}")
    return value


class NthDay(Part):
    """The nth such weekday of a month, of these months, or (month left out) of every month."""

    nth: Annotated[
        int,
        Field(strict=True, ge=1, le=5),
        BeforeValidator(_not_last, json_schema_input_type=Annotated[int, Field(ge=1, le=5)]),
    ]
    weekday: Weekday
    month: Months | None = None
    plus: Shift = 0


class LastDay(Part):
    """The last such weekday of a month, of these months, or of every month."""

    last: Weekday
    month: Months | None = None
    plus: Shift = 0


class EasterDay(Part):
    """Days after (or, negative, before) Easter Sunday."""

    easter: Shift
    orthodox: Flag = False
    """Easter of the Orthodox churches; else the Western one."""


class DayRange(Part):
    """Every day from one to another, both included."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.to < self.from_:
            raise ValueError("`to` is before `from`")
        return self


class Included(Part):
    """All days of another calendar, or those so many days after them."""

    calendar: Word
    plus: Shift = 0


class OnWeekdays(Part):
    """These weekdays, if said only those of other calendars, or only those of none of them."""

    days: Weekdays
    during: Words | None = None
    outside: Words | None = None


END = "{month, day}, {nth, weekday, month}, {last, month} or {easter}"
YearDay = Annotated[
    Annotated[FixedDay, Tag("(month)")]
    | Annotated[NthDay, Tag("(nth)")]
    | Annotated[LastDay, Tag("(last)")]
    | Annotated[EasterDay, Tag("(easter)")],
    by_key("nth", "last", "easter", "month", said=END),
]
"""A day of every year."""


class Season(Part):
    """From a day of every year to another, both included; perhaps over the turn of the year."""

    from_: Annotated[YearDay, Field(alias="from")]
    to: YearDay


FORMS = ("nth", "last", "easter", "month", "from", "calendar", "days")


def _form(value: Any) -> str:
    if isinstance(value, str | date):
        return "(date)"
    if isinstance(value, dict):
        if isinstance(value.get("from"), dict) or isinstance(value.get("to"), dict):
            return "(season)"
        return next((f"({form})" for form in FORMS if form in value), "(month)")
    return f"({type(value).__name__.removesuffix('Day').lower()})"


DaySet = Annotated[
    Annotated[Day, Tag("(date)")]
    | Annotated[FixedDay, Tag("(month)")]
    | Annotated[NthDay, Tag("(nth)")]
    | Annotated[LastDay, Tag("(last)")]
    | Annotated[EasterDay, Tag("(easter)")]
    | Annotated[DayRange, Tag("(from)")]
    | Annotated[Season, Tag("(season)")]
    | Annotated[Included, Tag("(calendar)")]
    | Annotated[OnWeekdays, Tag("(days)")],
    Discriminator(
        _form,
        custom_error_type="day_set",
        custom_error_message=(
            "Input should be a date, {month, day}, {nth, weekday}, {last}, {easter}, "
            "{from, to}, {calendar} or {days}"
        ),
    ),
]
DaySets = Annotated[
    tuple[DaySet, ...], BeforeValidator(listed, json_schema_input_type=DaySet | list[DaySet])
]


class EveryWeeks(Part):
    """Every so many weeks, counted from the week that holds `from`; `which` of them, from 1."""

    every: Annotated[int, Field(strict=True, ge=1, le=53)]
    from_: Annotated[Day, Field(alias="from")]
    which: Annotated[
        tuple[Whole, ...],
        BeforeValidator(listed, json_schema_input_type=Whole | list[Whole]),
        Field(min_length=1),
    ] = (1,)
    starts: Weekday | None = None
    """On which day these weeks begin; None: as the facility's."""

    @model_validator(mode="after")
    def _within(self) -> Self:
        if not all(1 <= number <= self.every for number in self.which):
            raise ValueError(f"`which` goes from 1 to {self.every}")
        return self


class Counting(StrEnum):
    """What the first week of a month is."""

    FULL = "full"
    """The first week that lies wholly in the month; days of split weeks have no number."""
    CALENDAR = "calendar"
    """The week that holds the 1st."""
    SEVEN_DAYS = "seven-days"
    """Days 1 to 7."""


class MonthWeeks(Part):
    """Only these weeks of a month."""

    which: Ordinals
    counting: Counting = Counting.FULL


class MonthDays(NamedTuple):
    """Days of the month by number, both ends included, or every second one; or the last day."""

    first: int
    last: int
    parity: int | None = None
    """1: odd days only; 0: even ones."""
    at_end: bool = False
    """The last day alone, whatever its number."""

    def holds(self, day: date) -> bool:
        if self.at_end:
            return day.day == monthrange(day.year, day.month)[1]
        return self.first <= day.day <= self.last and self.parity in {None, day.day % 2}


def _month_days(value: object) -> object:
    if isinstance(value, MonthDays):
        return value
    text = str(value).replace(" ", "").casefold()
    if text in {"odd", "even"}:
        return MonthDays(1, 31, int(text == "odd"))
    if text == "last":
        return MonthDays(28, 31, at_end=True)
    both = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", text)
    found = MonthDays(int(both[1]), int(both[2] or both[1])) if both else None
    if found is None or not 1 <= found.first <= found.last <= 31:
        raise ValueError(f"{value!r} is no day of the month; write 1-7, 15, last, odd or even")
    return found


class MonthSpan(NamedTuple):
    """Months by number, both ends included; 11 to 2 runs over the turn of the year."""

    first: int
    last: int

    def holds(self, day: date) -> bool:
        if self.first <= self.last:
            return self.first <= day.month <= self.last
        return day.month >= self.first or day.month <= self.last


def _month_span(value: object) -> object:
    if isinstance(value, MonthSpan):
        return value
    both = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", str(value).replace(" ", ""))
    found = MonthSpan(int(both[1]), int(both[2] or both[1])) if both else None
    if found is None or not all(1 <= month <= 12 for month in found):
        raise ValueError(f"{value!r} is no month; write 6, 4-10 or 11-2")
    return found


_Months = Annotated[
    MonthSpan,
    BeforeValidator(_month_span),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["4-10", 6]}),
]
MonthSpans = Annotated[
    tuple[_Months, ...],
    BeforeValidator(listed, json_schema_input_type=_Months | list[_Months]),
    Field(min_length=1),
]
MonthDay = Annotated[
    MonthDays,
    BeforeValidator(_month_days),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["1-7", 15, "last", "odd"]}),
]


class Recurring(Period):
    """The days on which something takes place; nothing said means every day.

    At most one of `days`, `dates` and `calendar`; the others narrow it.
    """

    days: Weekdays | None = None
    dates: DaySets | None = None
    calendar: Word | None = None
    during: Words | None = None
    """Only on days of one of these calendars."""
    outside: Words | None = None
    """Only on days of none of these."""
    weeks: EveryWeeks | None = None
    nth: Ordinals | None = None
    month_weeks: MonthWeeks | None = None
    month_days: (
        Annotated[
            tuple[MonthDay, ...],
            BeforeValidator(listed, json_schema_input_type=MonthDay | list[MonthDay]),
            Field(min_length=1),
        ]
        | None
    ) = None
    months: MonthSpans | None = None

    @model_validator(mode="after")
    def _one_base(self) -> Self:
        said = [name for name in ("days", "dates", "calendar") if getattr(self, name) is not None]
        if len(said) > 1:
            raise ValueError(
                f"use only one of {' and '.join(f'`{name}`' for name in said)}; `during` and"
                " `outside` narrow days by calendars, and a calendar may hold {days: weekends}"
            )
        return self
