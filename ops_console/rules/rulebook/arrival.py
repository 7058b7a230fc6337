"""`arrival` and `notes`: coming early, late or not at all; what needs a person."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, Tag, model_validator

from ops_console.rules.rulebook.base import Channels, Flag, Kinds, Part, Text, Word, listed
from ops_console.rules.rulebook.eligibility import Wait
from ops_console.rules.rulebook.forms import by_key
from ops_console.rules.rulebook.rule import Rule
from ops_console.rules.rulebook.times import ClockTime

Minutes = Annotated[int, Field(strict=True, ge=0, le=1440)]
NOON = 12 * 60
"""Of a night's hours those before noon are of its second day."""


class Point(Part):
    """A moment: so many minutes from the visit, or an hour of the clock. Exactly one measure."""

    before_start: Minutes | None = None
    after_start: Minutes | None = None
    before_end: Minutes | None = None
    at: ClockTime | None = None
    """On the day on which the visit starts, or in the night of its session."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        given = (self.before_start, self.after_start, self.before_end, self.at)
        if sum(one is not None for one in given) != 1:
            raise ValueError("give exactly one of before_start, after_start, before_end, at")
        return self


Bar = Annotated[
    Annotated[Literal["for-good"], Tag("(word)")] | Annotated[Wait, Tag("(days)")],
    by_key("days", said="{hours: 24}, {days: 30}, {months: 1}, {years: 1} or for-good"),
]


class Step(Part):
    """What one miss costs: a bar from further visits, or a warning."""

    bar: Bar | None = None
    warn: Flag = False
    kinds: Kinds | None = None
    channels: Channels | None = None

    @model_validator(mode="after")
    def _bars_or_warns(self) -> Self:
        if (self.bar is None) != self.warn:
            raise ValueError("give `bar`, or `warn: true`")
        return self


class Penalties(Part):
    """Steps taken miss by miss; the last one repeats."""

    steps: Annotated[
        tuple[Step, ...],
        BeforeValidator(listed, json_schema_input_type=Step | list[Step]),
        Field(min_length=1),
    ]
    expire: Wait | None = None
    """Misses longer ago than this are forgotten; None: never."""
    whom: Literal["visitor", "inmate"] = "visitor"


class ArrivalRule(Rule):
    """When a party may come in, and what lateness costs."""

    opens: Point | None = None
    closes: Point | None = None
    late: Literal["truncate", "whole"] | None = None
    """Whether a late party keeps only the time left. None: as other entries say, else truncate."""
    penalties: Penalties | None = None


class Note(Rule):
    """A rule that only a person can apply."""

    text: Text
    tell: Literal["officer", "visitor", "both"] = "officer"
    override: Flag = False
    of: Annotated[
        tuple[Word, ...], BeforeValidator(listed, json_schema_input_type=Word | list[Word])
    ] = ()
    """Entries that an officer may set aside; none: any that can be."""
