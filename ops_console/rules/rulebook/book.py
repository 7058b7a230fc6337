"""The whole rules file."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ops_console.rules.rulebook.base import Part, Period, Text, Word
from ops_console.rules.rulebook.calendar_models import DaySets
from ops_console.rules.rulebook.declared import (
    Counted,
    Digit,
    FactType,
    InmateFacts,
    counted_in,
    types_of,
)
from ops_console.rules.rulebook.defaults import Defaults, filled
from ops_console.rules.rulebook.paths import Levels, levels
from ops_console.rules.rulebook.second_half import SecondHalf
from ops_console.rules.rulebook.selector_models import Selector
from ops_console.rules.rulebook.session_models import Blackout, ExceptionEntry, Places, Session
from ops_console.rules.rulebook.week import Weekday
from visits.clock import FacilityTime
from visits.errors import SettingsWrong

HOLIDAYS = "holidays"
"""The calendar that `holidays:` of a session means."""


def _known_zone(name: str) -> str:
    try:
        FacilityTime(name)
    except SettingsWrong as cause:
        raise ValueError(str(cause)) from cause
    return name


def _whole_number(value: object) -> object:
    """True and 1.0 equal 1, and are no version."""
    if type(value) in {bool, float}:
        raise ValueError(f"should be 1, not {str(value).lower()}")
    return value


class Facility(Part):
    """Whose rules these are."""

    name: Text
    zone: Annotated[Text, AfterValidator(_known_zone)]
    """An IANA name such as America/Chicago."""
    week_starts: Weekday = 0

    @property
    def time(self) -> FacilityTime:
        return FacilityTime(self.zone)


class Housing(Part):
    """A place where inmates live, however small, with the terminals that hang there."""

    path: Word
    name: Text | None = None
    terminals: Annotated[
        Places | Annotated[tuple[Word, ...], Field(min_length=1)] | None,
        Field(union_mode="left_to_right"),
    ] = None

    @property
    def terminal_count(self) -> int | None:
        return len(self.terminals) if isinstance(self.terminals, tuple) else self.terminals


class Rulebook(SecondHalf):
    """Everything that one facility's rules say. Checked across entries by `read_rulebook`."""

    visitline_rules: Annotated[
        Literal[1], BeforeValidator(_whole_number, json_schema_input_type=Literal[1])
    ]
    """Version of the format."""
    facility: Facility
    effective: Period = Period()
    facts: InmateFacts = Field(default_factory=dict)
    """Further facts of an inmate that selectors and clocks may use; some are worked out."""
    defaults: Defaults = Defaults()
    """Written into the entries before they are read."""
    housing: tuple[Housing, ...] = ()
    groups: dict[Word, Selector] = Field(default_factory=dict)
    calendars: dict[Word, DaySets] = Field(default_factory=dict)
    sessions: tuple[Session, ...] = ()
    blackouts: tuple[Blackout, ...] = ()
    exceptions: tuple[ExceptionEntry, ...] = ()
    pools: dict[Word, Places] = Field(default_factory=dict)

    @cached_property
    def counted_terminals(self) -> dict[Levels, Housing]:
        """The places whose terminals are stated, by their levels."""
        return {
            levels(place.path): place for place in self.housing if place.terminal_count is not None
        }

    @cached_property
    def digits(self) -> dict[str, Digit]:
        """The facts of inmates that are a digit of a number."""
        return {name: one for name, one in self.facts.items() if isinstance(one, Digit)}

    @cached_property
    def counted(self) -> dict[str, Counted]:
        """The facts of inmates that are days to or from the visit."""
        return counted_in(self.facts)

    @cached_property
    def fact_types(self) -> dict[str, FactType]:
        """How the declared facts of inmates are compared."""
        return types_of(self.facts)

    @model_validator(mode="before")
    @classmethod
    def _fill_in_defaults(cls, data: Any) -> Any:
        return filled(data)


__all__ = ["HOLIDAYS", "Facility", "FactType", "Housing", "Rulebook"]
