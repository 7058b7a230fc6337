"""`arrival` and `notes`: coming early, late or not at all; what needs a person."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ops_console.rules.rulebook.base import Channels, Kinds, Part, Text
from ops_console.rules.rulebook.eligibility import Wait
from ops_console.rules.rulebook.rule import Rule

Minutes = Annotated[int, Field(ge=0, le=1440)]


class Point(Part):
    """A moment relative to the visit, in minutes. Exactly one measure."""

    before_start: Minutes | None = None
    after_start: Minutes | None = None
    before_end: Minutes | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        given = (self.before_start, self.after_start, self.before_end)
        if sum(one is not None for one in given) != 1:
            raise ValueError("give exactly one of before_start, after_start, before_end")
        return self


class Step(Part):
    """What one miss costs: a bar from further visits, or a warning."""

    bar: Wait | Literal["for-good"] | None = None
    warn: bool = False
    kinds: Kinds | None = None
    channels: Channels | None = None

    @model_validator(mode="after")
    def _bars_or_warns(self) -> Self:
        if (self.bar is None) != self.warn:
            raise ValueError("give `bar`, or `warn: true`")
        return self


class Penalties(Part):
    """Steps taken miss by miss; the last one repeats."""

    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
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
    override: bool = False
    of: tuple[str, ...] = ()
    """Entries that an officer may set aside; none: any that can be."""
