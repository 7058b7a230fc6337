"""`limits`: how much visiting, for whom, in how long."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, Tag

from ops_console.rules.rulebook.base import Day, Flag, Part, listed
from ops_console.rules.rulebook.forms import by_key
from ops_console.rules.rulebook.rule import Condition, Rule, WhoCounts
from ops_console.rules.rulebook.week import Weekday

UNLIMITED = 1_000_000_000
Amount = Annotated[int, Field(strict=True, ge=0, le=UNLIMITED)]


class InWeek(Part):
    """Weeks that begin on this day."""

    week: Weekday


class InFortnight(Part):
    """Fortnights counted from the week of this date."""

    fortnight: Day


class InMonth(Part):
    """Months that begin on this day of the month."""

    month: Annotated[int, Field(strict=True, ge=1, le=28)]


class InDays(Part):
    """Any so many calendar days in a row."""

    days: Annotated[int, Field(strict=True, ge=1, le=3660)]


PlainPeriod = Literal["day", "week", "fortnight", "month", "quarter", "year", "custody", "moment"]
Period = Annotated[
    Annotated[PlainPeriod, Tag("(word)")]
    | Annotated[InWeek, Tag("(week)")]
    | Annotated[InFortnight, Tag("(fortnight)")]
    | Annotated[InMonth, Tag("(month)")]
    | Annotated[InDays, Tag("(days)")],
    by_key(
        *("week", "fortnight", "month", "days"),
        said="day, week, fortnight, month, quarter, year, custody, moment, {week: monday}, "
        "{fortnight: 2024-01-01}, {month: 15} or {days: 28}",
    ),
]
Count = Literal["visits", "minutes", "people", "visitors", "inmates", "points"]
Per = Literal["inmate", "visitor", "pair", "unit", "facility"]


class Cost(Condition):
    """What a visit that meets these conditions costs, in points."""

    points: Amount


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
    missed: Flag = True
    """Whether a visit that nobody came to counts."""

    @property
    def refuses(self) -> bool:
        return self.most < UNLIMITED

    @property
    def about_people(self) -> bool:
        return self.per in {"visitor", "pair"}
