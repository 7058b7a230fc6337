"""`eligibility` and `separations`: who may not visit or be visited, and who is kept apart."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ops_console.rules.rulebook.base import Part
from ops_console.rules.rulebook.people import People
from ops_console.rules.rulebook.rule import Rule
from ops_console.rules.rulebook.selector_models import Selector

_CONDITIONS = ("after", "since", "bar", "must", "bar_visitors", "must_visitors")
Many = Annotated[int, Field(strict=True, ge=0, le=100_000)]


class Wait(Part):
    """A length of time. Hours are real; days end at the facility's midnight."""

    hours: Annotated[float, Field(strict=True, ge=0, le=1_000_000)] | None = None
    days: Many | None = None
    months: Many | None = None
    years: Many | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if sum(one is not None for one in (self.hours, self.days, self.months, self.years)) != 1:
            raise ValueError("give exactly one of hours, days, months, years")
        return self


class EligibilityRule(Rule):
    """One condition on the inmate, or on every person of the party."""

    of: Literal["inmate", "visitor", "pair"] = "inmate"
    """Whose fact the clock starts at; `pair` is each person with this inmate."""
    after: str | None = None
    """A dated fact that must have happened, `wait` ago."""
    since: str | None = None
    """A dated fact that, if it happened, must be `wait` ago."""
    wait: Wait = Wait(hours=0)
    within: Wait | None = None
    """The visit has to begin no later than this after the fact; where the fact never happened
    nothing is too late."""
    bar: Selector | None = None
    """Inmates who receive no such visits."""
    must: Selector | None = None
    """Only these inmates receive them."""
    bar_visitors: People | None = None
    must_visitors: People | None = None
    """What everyone in the party has to be."""

    @property
    def about_people(self) -> bool:
        stated = self.bar_visitors or self.must_visitors
        return stated is not None or self.of != "inmate"

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        given = [name for name in _CONDITIONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_CONDITIONS)}")
        return self


class Separation(Rule):
    """How far apart people who are kept separate have to be."""

    within: Literal["moment", "session", "day"] = "moment"
    gap: Annotated[int, Field(strict=True, ge=0, le=1440)] = 0
    """Minutes before and after."""
