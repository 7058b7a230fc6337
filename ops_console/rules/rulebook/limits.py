"""`limits`: how much visiting, for whom, in how long."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ops_console.rules.rulebook.base import Part
from ops_console.rules.rulebook.rule import Condition, Rule
from ops_console.rules.rulebook.week import Weekday


class InWeek(Part):
    """Weeks that begin on this day."""

    week: Weekday


class InFortnight(Part):
    """Fortnights counted from the week of this date."""

    fortnight: date


class InMonth(Part):
    """Months that begin on this day of the month."""

    month: Annotated[int, Field(ge=1, le=28)]


class InDays(Part):
    """Any so many calendar days in a row."""

    days: Annotated[int, Field(ge=1, le=3660)]


PlainPeriod = Literal["day", "week", "fortnight", "month", "year", "custody", "moment"]
Period = PlainPeriod | InWeek | InFortnight | InMonth | InDays
Count = Literal["visits", "minutes", "people", "visitors", "inmates", "points"]
Per = Literal["inmate", "visitor", "pair", "unit", "facility"]


class Cost(Condition):
    """What a visit that meets these conditions costs, in points."""

    points: Annotated[int, Field(ge=0)]


class Limit(Rule):
    """At most so much of `count`, per whom, in each period."""

    count: Count = "visits"
    per: Per = "inmate"
    depth: Annotated[int, Field(ge=1, le=12)] | None = None
    """Levels of the housing path that make one unit; None: all."""
    most: Annotated[int, Field(ge=0)]
    period: Period = Field(alias="in")
    costs: tuple[Cost, ...] = ()
    counting: Condition | None = None
    """Which visits are counted; None: those that the entry itself limits."""
    missed: bool = True
    """Whether a visit that nobody came to counts."""
