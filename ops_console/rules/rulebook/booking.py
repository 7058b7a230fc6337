"""`booking`: when, how far ahead and by whom a visit may be booked or cancelled."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, Tag, model_validator

from ops_console.rules.rulebook.base import Flag, Part, listed
from ops_console.rules.rulebook.forms import by_key
from ops_console.rules.rulebook.rule import Rule
from ops_console.rules.rulebook.times import ClockTime
from ops_console.rules.rulebook.week import DayStretch, Moment, Stretch, Weekdays, WeekMoment

Many = Annotated[int, Field(strict=True, ge=0, le=3660)]
COUNTED_DAYS = ("days", "working_days", "visiting_days")
MEASURES = ("hours", "days", "working_days", "visiting_days", "before", "after")


class MonthMoment(Part):
    """A day of the month and a time on it."""

    month_day: Annotated[int, Field(strict=True, ge=1, le=31)]
    """31, and the other days that some months lack, is their last."""
    months_before: Annotated[int, Field(strict=True, ge=0, le=24)] | None = None
    """In the month so many months before the visit's; None: the last such day before the visit's
    own."""
    at: ClockTime | None = None
    """None: the end of the day under `before`, its beginning under `after`."""


Deadline = Annotated[
    Annotated[Moment, Tag("(word)")] | Annotated[MonthMoment, Tag("(month_day)")],
    by_key("month_day", said='a weekday and a time, "fri 17:00", or {month_day: 25}'),
]


class Notice(Part):
    """A distance between asking and the visit. Exactly one measure."""

    hours: Annotated[float, Field(strict=True, ge=0, le=20_000)] | None = None
    """Real hours before the start."""
    days: Many | None = None
    """Calendar days of the facility between the two days."""
    working_days: Many | None = None
    visiting_days: Many | None = None
    """Days on which the inmate could have such a visit."""
    before: Deadline | None = None
    """Until the last such moment before the day of the visit, an hour itself included."""
    after: Deadline | None = None
    """From the last such moment before the day of the visit."""
    week: Weekdays = frozenset(range(5))
    """Which days work; days of the calendar `holidays` do not. With `hours`, where it is said,
    only the hours of such days are counted."""
    whole: Flag = False
    """Neither the day of asking nor the day of the visit is counted."""
    at: ClockTime | None = None
    """With `days` and the like. Under `least` a request from this hour on counts as made on the
    next day; under `most` one before this hour as made on the day before."""
    weeks_before: Annotated[int, Field(strict=True, ge=0, le=52)] | None = None
    """With `before` and `after`: the moment in the week so many weeks before the visit's."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        given = [name for name in MEASURES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(MEASURES)}")
        if "week" in self.model_fields_set and given[0] not in {"hours", "working_days"}:
            raise ValueError("`week` goes with working_days or hours")
        if self.whole and given[0] != "working_days":
            raise ValueError("`whole` goes with working_days")
        if self.at is not None and given[0] not in COUNTED_DAYS:
            raise ValueError(f"`at` goes with {', '.join(COUNTED_DAYS)}")
        if self.weeks_before is not None and not isinstance(self.before or self.after, WeekMoment):
            raise ValueError(
                "`weeks_before` goes with a weekday in `before` or `after`; a day of the month has"
                " `months_before` inside"
            )
        return self

    @property
    def skips_days(self) -> bool:
        """Whether it counts the hours of working days alone."""
        return self.hours is not None and "week" in self.model_fields_set


class Desk(Part):
    """When requests are taken."""

    days: Weekdays = frozenset(range(7))
    hours: Annotated[
        tuple[DayStretch, ...],
        BeforeValidator(listed, json_schema_input_type=DayStretch | list[DayStretch]),
    ] = (Stretch(0, 1440),)
    holidays: Literal["normal", "closed"] = "normal"
    """Whether it is open on days of the calendar `holidays`."""


class Waiting(Part):
    """A request that is refused only because there is no room may wait for some."""

    days: Many
    """How long after the wanted day; 0 waits for that day alone."""


Asker = Literal["visitor", "inmate", "officer"]
Approver = Literal["inmate", "officer"]


class BookingRule(Rule):
    """What a request has to keep to."""

    least: Notice | None = None
    most: Notice | None = None
    desk: Annotated[
        tuple[Desk, ...], BeforeValidator(listed, json_schema_input_type=Desk | list[Desk])
    ] = ()
    by: (
        Annotated[
            tuple[Asker, ...],
            BeforeValidator(listed, json_schema_input_type=Asker | list[Asker]),
            Field(min_length=1),
        ]
        | None
    ) = None
    approval: Annotated[
        tuple[Approver, ...],
        BeforeValidator(listed, json_schema_input_type=Approver | list[Approver]),
    ] = ()
    cancel: Notice | None = None
    waiting: Waiting | None = None

    @model_validator(mode="after")
    def _measures_fit(self) -> Self:
        if self.most is not None and self.most.before is not None:
            raise ValueError("`most` takes `after`: nothing is booked before that moment")
        for notice in (self.least, self.cancel):
            if notice is not None and (
                notice.after is not None or notice.visiting_days is not None
            ):
                raise ValueError("`least` and `cancel` take hours, days, working_days or before")
        return self
