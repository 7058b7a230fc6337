"""What every part of a rules file is made of: frozen values, strict about unknown keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from ops_console.rules.rulebook.faults import meant
from ops_console.rules.rulebook.selector_models import Selector
from visits.model import VisitChannel, VisitKind

EARLIEST = date(1900, 1, 1)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Part(BaseModel):
    """A mapping of the file. Unknown keys are refused; `from`, `for` and `as` are aliases."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_alias=True, validate_by_name=False
    )


def listed(value: object) -> object:
    """One value where a list may stand is a list of one."""
    return value if value is None or isinstance(value, list | tuple) else [value]


def several(kind: type[StrEnum]) -> Callable[[Any], Any]:
    """Reads one word, a list of words, or `all` for every word that there is."""
    return lambda value: list(kind) if value == "all" else listed(value)


def known(kind: type[StrEnum], what: str) -> Callable[[Any], Any]:
    """Reads one word of a closed list. Raises `ValueError` with the word probably meant."""

    def read(value: Any) -> Any:
        if value not in list(kind):
            raise ValueError(
                f"{value!r} is not {what}{meant(value, kind)}; known are {', '.join(kind)}"
            )
        return value

    return read


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError("is not a date; write it as 2024-07-04")
    try:
        day = date.fromisoformat(value)
    except ValueError as cause:
        raise ValueError(f"there is no day {value}") from cause
    if day < EARLIEST:
        raise ValueError(f"{value} is before {EARLIEST}, the first day that is reckoned with")
    return day


def _identifier(value: object) -> object:
    """A name that is all digits is read by YAML as a number; it is a name all the same."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Whole = Annotated[int, Field(strict=True)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=1440)]
Flag = Annotated[bool, Field(strict=True)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Word = Annotated[
    str,
    BeforeValidator(_identifier, json_schema_input_type=str | int),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
]
EntryId = Annotated[
    str,
    BeforeValidator(_identifier, json_schema_input_type=str | int),
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"),
]
"""Names an entry in explanations and exceptions: letters, digits, dots, hyphens, underscores."""
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]

Kind = Annotated[VisitKind, BeforeValidator(known(VisitKind, "a kind of visit"))]
Kinds = Annotated[
    tuple[Kind, ...],
    BeforeValidator(
        several(VisitKind), json_schema_input_type=VisitKind | list[VisitKind] | Literal["all"]
    ),
    Field(min_length=1),
]
Channel = Annotated[VisitChannel, BeforeValidator(known(VisitChannel, "a channel"))]
Channels = Annotated[
    tuple[Channel, ...],
    BeforeValidator(
        several(VisitChannel),
        json_schema_input_type=VisitChannel | list[VisitChannel] | Literal["all"],
    ),
    Field(min_length=1),
]


class Period(Part):
    """Days between which something holds, both included; an end left out is open."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None

    def holds_on(self, day: date) -> bool:
        return (self.from_ is None or self.from_ <= day) and (
            self.until is None or day <= self.until
        )


class Entry(Period):
    """What every rule may carry: a name, whom and which visits it concerns, and when it holds."""

    id: EntryId | None = None
    kinds: Kinds | None = None
    channels: Channels | None = None
    for_: Annotated[Selector | None, Field(alias="for")] = None

    def concerns(self, kind: VisitKind, channel: VisitChannel) -> bool:
        """Whether visits of this kind and channel fall under the entry at all."""
        return (self.kinds is None or kind in self.kinds) and (
            self.channels is None or channel in self.channels
        )
