"""`booking`: when, how far ahead and by whom a visit may be booked or cancelled."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ops_console.rules.rulebook.base import Part
from ops_console.rules.rulebook.rule import Rule
from ops_console.rules.rulebook.week import DayStretch, Moment, Weekdays

Many = Annotated[int, Field(ge=0, le=3660)]
MEASURES = ("hours", "days", "working_days", "visiting_days", "before", "after")


class Notice(Part):
    """A distance between asking and the visit. Exactly one measure."""

    hours: Annotated[float, Field(ge=0, le=20_000)] | None = None
    """Real hours before the start."""
    days: Many | None = None
    """Calendar days of the facility between the two days."""
    working_days: Many | None = None
    visiting_days: Many | None = None
    """Days on which the inmate could have such a visit."""
    before: Moment | None = None
    """Until the last such moment before the day of the visit."""
    after: Moment | None = None
    """From the last such moment before the day of the visit."""
    week: Weekdays = frozenset(range(5))
    """Which days work; days of the calendar `holidays` do not."""
    whole: bool = False
    """Neither the day of asking nor the day of the visit is counted."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        given = [name for name in MEASURES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(MEASURES)}")
        return self


class Desk(Part):
    """When requests are taken."""

    days: Weekdays = frozenset(range(7))
    hours: tuple[DayStretch, ...]


Asker = Literal["visitor", "inmate", "officer"]


class BookingRule(Rule):
    """What a request has to keep to."""

    least: Notice | None = None
    most: Notice | None = None
    desk: tuple[Desk, ...] = ()
    by: tuple[Asker, ...] | None = None
    approval: tuple[Literal["inmate", "officer"], ...] = ()
    cancel: Notice | None = None

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
