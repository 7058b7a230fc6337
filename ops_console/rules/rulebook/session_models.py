"""Sessions, blackouts and dated exceptions as the file writes them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, Tag, model_validator

from ops_console.rules.rulebook.base import (
    Entry,
    EntryId,
    Flag,
    Kinds,
    Minutes,
    Part,
    Text,
    Whole,
    Word,
    listed,
)
from ops_console.rules.rulebook.calendar_models import Recurring
from ops_console.rules.rulebook.forms import by_key
from ops_console.rules.rulebook.selector_models import Selector
from ops_console.rules.rulebook.times import ClockTime, Hours
from ops_console.rules.rulebook.week import Weekday
from visits.model import VisitKind

Gap = Annotated[int, Field(strict=True, ge=0, le=1440)]
Places = Annotated[int, Field(strict=True, ge=0)]
HoursList = Annotated[
    tuple[Hours, ...], BeforeValidator(listed, json_schema_input_type=Hours | list[Hours])
]


class PartyIs(Part):
    """Which parties a session is for."""

    children: Flag
    """True: only with a child; false: only without."""


class Elastic(Part):
    """A visit lasts `least` minutes for certain, and up to `most` while the place is free."""

    least: Minutes
    most: Minutes

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.most < self.least:
            raise ValueError("`most` is less than `least`")
        return self


class Grid(Part):
    """A start every so many minutes, from each window's opening as the file writes it."""

    every: Minutes


class Pool(Part):
    """Places shared with everything that names the same pool."""

    pool: Word


class PlacesFor(Part):
    """The places of one part of the inmates."""

    for_: Annotated[Selector | None, Field(alias="for")] = None
    places: Places | None = None
    pool: Word | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.places is None) == (self.pool is None):
            raise ValueError("say either `places` or `pool`")
        return self


class AsWeekday(Part):
    """A holiday is like this weekday: the session takes place if it does on that weekday."""

    as_: Annotated[Weekday, Field(alias="as")]


class HolidayHours(Part):
    """Other hours when a holiday falls on one of the session's days."""

    hours: HoursList


Length = Annotated[
    Annotated[Minutes, Tag("(number)")]
    | Annotated[tuple[Minutes, ...], Field(min_length=1), Tag("(list)")]
    | Annotated[Elastic, Tag("(least)")],
    by_key("least", said="minutes, a list of minutes, or {least, most}"),
]
Starts = Annotated[
    Annotated[tuple[ClockTime, ...], Field(min_length=1), Tag("(list)")]
    | Annotated[Grid, Tag("(every)")],
    by_key("every", said="a list of times or {every: minutes}"),
]
Capacity = Annotated[
    Annotated[Places, Tag("(number)")]
    | Annotated[Literal["terminals"], Tag("(word)")]
    | Annotated[Pool, Tag("(pool)")]
    | Annotated[tuple[PlacesFor, ...], Field(min_length=1), Tag("(list)")],
    by_key(
        "pool",
        said="a number, terminals, {pool: name} or a list of {for, places}",
        words=("terminals",),
    ),
]
HolidayPolicy = Annotated[
    Annotated[Literal["closed", "normal", "only"], Tag("(word)")]
    | Annotated[AsWeekday, Tag("(as)")]
    | Annotated[HolidayHours, Tag("(hours)")],
    by_key("as", "hours", said="closed, normal, only, {as: weekday} or {hours: [...]}"),
]


class Terms(Part):
    """How a stretch of visiting is cut and filled."""

    length: Length | None = None
    """Left out: each window is one visit, however long."""
    starts: Starts | None = None
    gap: Gap = 0
    capacity: Capacity = "terminals"
    party: PartyIs | None = None

    @model_validator(mode="after")
    def _starts_have_a_length(self) -> Self:
        if self.starts is not None and self.length is None and not getattr(self, "like", None):
            raise ValueError("`starts` need a `length`")
        return self


class Session(Recurring, Entry, Terms):
    """Hours that recur, for some inmates, kinds and channels."""

    id: EntryId
    kinds: Kinds = (VisitKind.SOCIAL, VisitKind.FAMILY)
    hours: HoursList | None = None
    holidays: HolidayPolicy = "normal"
    layer: Whole = 0

    @model_validator(mode="after")
    def _has_hours(self) -> Self:
        if self.hours is None and not isinstance(self.starts, tuple):
            raise ValueError("needs `hours` (or a list of `starts` and a `length`)")
        return self


class Blackout(Recurring, Entry):
    """Time cut out of every session that it concerns; no `hours` means the whole day."""

    hours: HoursList | None = None
    reason: Text | None = None


class Added(Terms):
    """A session of one day. `like` borrows the length, starts, gap, capacity of a session."""

    hours: HoursList
    like: EntryId | None = None
    kinds: Kinds | None = None


def _all_or_listed(value: object) -> object:
    return [value] if isinstance(value, str) and value != "all" else value


AllOrIds = Annotated[
    Annotated[Literal["all"], Tag("(word)")]
    | Annotated[tuple[EntryId, ...], Field(min_length=1), Tag("(list)")],
    by_key("all", said="`all` or a list of session ids"),
    BeforeValidator(
        _all_or_listed, json_schema_input_type=Literal["all"] | EntryId | list[EntryId]
    ),
]


class ExceptionEntry(Recurring, Entry):
    """What is different on some dates: `close`, `add`, or `replace` with other `hours`."""

    close: AllOrIds | None = None
    add: Added | None = None
    replace: AllOrIds | None = None
    hours: HoursList | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _one_act(self) -> Self:
        acts = [name for name in ("close", "add", "replace") if getattr(self, name) is not None]
        if len(acts) != 1:
            raise ValueError("needs exactly one of `close`, `add` and `replace`")
        if (self.replace is not None) != (self.hours is not None):
            raise ValueError("`hours` go with `replace`, and `replace` needs them")
        return self
