"""`party` and `list`: who comes together, and who may come at all."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Tag, WithJsonSchema

from ops_console.rules.rulebook.base import Flag, Part
from ops_console.rules.rulebook.calendar_models import MonthSpans
from ops_console.rules.rulebook.forms import by_key
from ops_console.rules.rulebook.limits import InDays, InMonth, InWeek
from ops_console.rules.rulebook.people import People, Span, WordList
from ops_console.rules.rulebook.rule import Condition, Rule, WhoCounts
from ops_console.rules.rulebook.week import Weekdays

Heads = Annotated[int, Field(strict=True, ge=0, le=100)]
Age = Annotated[int, Field(strict=True, ge=0, le=120)]


def _as_tuple(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


def _as_people(value: Any) -> Any:
    return [{"relation": one} if isinstance(one, str) else one for one in _as_tuple(value)]


class Combination(Part):
    """The most of each that may come together."""

    adults: Heads
    children: Heads = 0


class Uncounted(Part):
    """People who take no place: below an age, of a relation; at most so many of them."""

    under: Age | None = None
    relation: WordList | None = None
    most: Heads | None = None


class Minors(Part):
    """Who must come with somebody below an age."""

    under: Age | None = None
    """None: below the adult age."""
    company: WordList = Field(default=("adult",), alias="with")
    """`adult`, `listed` (an adult on the list), `guardian` (of that child), or relations."""
    companion_age: Age | None = None
    """None: the adult age."""
    exempt: People | None = Field(default=None, alias="except")


NUMBERS = (
    *("most", "most_adults", "most_children"),
    *("least", "least_adults", "least_children"),
)
"""What an entry says of how many come."""


class PartyRule(Rule):
    """What a party may be."""

    adult_age: Age | None = None
    most: Heads | None = None
    most_adults: Heads | None = None
    most_children: Heads | None = None
    least: Heads | None = None
    least_adults: Heads | None = None
    least_children: Heads | None = None
    of: People | None = None
    """Whom the numbers of this entry count; None: everyone who takes a place."""
    heads: WhoCounts = "counted"
    """Whether the numbers of this entry also count those whom others leave uncounted."""
    least_age: Age | None = None
    combinations: Annotated[
        tuple[Combination, ...],
        BeforeValidator(_as_tuple, json_schema_input_type=Combination | list[Combination]),
    ] = ()
    uncounted: Annotated[
        tuple[Uncounted, ...],
        BeforeValidator(_as_tuple, json_schema_input_type=Uncounted | list[Uncounted]),
    ] = ()
    minors: Minors | None = None
    relations: Annotated[
        tuple[People, ...],
        BeforeValidator(_as_people, json_schema_input_type=str | People | list[str | People]),
    ] = ()


def _month_days(value: Any) -> Span:
    both = re.fullmatch(r"(\d+)(?:-(\d+))?", str(value).replace(" ", ""))
    if isinstance(value, Span) or both is None:
        return value if isinstance(value, Span) else _no_month_days(value)
    return Span(int(both[1]), int(both[2] or both[1]))


def _no_month_days(value: Any) -> Span:
    raise ValueError(f"{value!r} is not a range of days of the month. Write 1-7 or 1.")


class ChangeDays(Part):
    """The days on which a list may be changed."""

    days: Weekdays | None = None
    month_days: (
        Annotated[
            Span, BeforeValidator(_month_days), WithJsonSchema({"type": ["string", "integer"]})
        ]
        | None
    ) = None
    months: MonthSpans | None = None

    def hold_on(self, day: date) -> bool:
        """Whether the list may be changed on this day."""
        return (
            (self.days is None or day.weekday() in self.days)
            and (self.month_days is None or self.month_days.holds(day.day))
            and (self.months is None or any(one.holds(day) for one in self.months))
        )


Change = Annotated[
    Annotated[Literal["week", "month", "quarter", "year"], Tag("(word)")]
    | Annotated[InWeek, Tag("(week)")]
    | Annotated[InMonth, Tag("(month)")]
    | Annotated[InDays, Tag("(days)")],
    by_key(
        *("week", "month", "days"),
        said="week, month, quarter, year, {week: monday}, {month: 15} or {days: 30}",
    ),
]


class ListRule(Rule):
    """The inmate's list of visitors: who must stand on it, its size and its changes."""

    required: Flag = False
    most: Heads | None = None
    uncounted: Annotated[
        tuple[Condition, ...],
        BeforeValidator(_as_tuple, json_schema_input_type=Condition | list[Condition]),
    ] = ()
    change: Change | None = None
    change_days: ChangeDays | None = None
    inmates: Heads | None = None
    """The most lists that one visitor may stand on."""

    @property
    def about_people(self) -> bool:
        return True
