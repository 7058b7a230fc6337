"""The facts that a file declares: stated by the facility, or worked out from what it states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Tag

from ops_console.rules.rulebook.base import Part, Word, known
from ops_console.rules.rulebook.forms import by_key

MOST_DIGITS = 40


class FactType(StrEnum):
    """How the values of a declared fact are compared."""

    WORDS = "words"
    NUMBER = "number"
    DATE = "date"
    """A day or a moment, for `after` and `since`; selectors ask for the days counted from it."""


def _digit(value: Any) -> Any:
    if value == "last" or (type(value) is int and 1 <= value <= MOST_DIGITS):
        return value
    raise ValueError(f"{value!r} is no place of a digit; write last, or 1 for the first")


class Digit(Part):
    """A fact that is worked out: one digit of a number that is known."""

    digit: Annotated[
        int | Literal["last"],
        BeforeValidator(_digit, json_schema_input_type=int | Literal["last"]),
    ]
    """Counted from the left, whatever else stands between the digits."""
    of: Word
    """`number`, by which the facility knows the inmate, or a declared fact in words."""

    def among(self, text: str) -> str | None:
        """The digit of a number as it is written; None where it has too few."""
        digits = [one for one in text if one.isdecimal()]
        place = len(digits) if self.digit == "last" else self.digit
        return digits[place - 1] if 0 < place <= len(digits) else None


class DaysSince(Part):
    """A fact that is worked out: the days from a dated fact to the day of the visit."""

    days_since: Word

    @property
    def of(self) -> str:
        """The dated fact."""
        return self.days_since

    def to(self, visit: date, dated: date) -> int | None:
        """0 on the day itself; None before it."""
        return days if (days := (visit - dated).days) >= 0 else None


class DaysUntil(Part):
    """A fact that is worked out: the days from the day of the visit to a dated fact."""

    days_until: Word

    @property
    def of(self) -> str:
        """The dated fact."""
        return self.days_until

    def to(self, visit: date, dated: date) -> int | None:
        """0 on the day itself; None after it."""
        return days if (days := (dated - visit).days) >= 0 else None


Counted = DaysSince | DaysUntil
_Stated = Annotated[FactType, BeforeValidator(known(FactType, "a type of fact")), Tag("(word)")]
_Since = Annotated[DaysSince, Tag("(days_since)")]
_Until = Annotated[DaysUntil, Tag("(days_until)")]
_COUNTS = ("days_since", "days_until")

InmateFacts = dict[
    Word,
    Annotated[
        _Stated | Annotated[Digit, Tag("(digit)")] | _Since | _Until,
        by_key(
            "digit",
            *_COUNTS,
            said="words, number, date, {digit: last, of: number} or {days_since: booked_in_at}",
        ),
    ],
]
OutsideFacts = dict[
    Word,
    Annotated[
        _Stated | _Since | _Until,
        by_key(*_COUNTS, said="words, number, date or {days_since: a_date}"),
    ],
]


def types_of(declared: Mapping[str, FactType | Digit | Counted]) -> dict[str, FactType]:
    """How each is compared: what is worked out, as a number."""
    return {
        name: one if isinstance(one, FactType) else FactType.NUMBER
        for name, one in declared.items()
    }


def counted_in(declared: Mapping[str, FactType | Digit | Counted]) -> dict[str, Counted]:
    """Those that are days to or from the visit."""
    return {name: one for name, one in declared.items() if isinstance(one, Counted)}
