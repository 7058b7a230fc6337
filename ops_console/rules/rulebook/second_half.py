"""The second half of a rules file: who may have the times that the first half offers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Tag

from ops_console.rules.rulebook.arrival import ArrivalRule, Note
from ops_console.rules.rulebook.base import Part, Word, known
from ops_console.rules.rulebook.booking import BookingRule
from ops_console.rules.rulebook.eligibility import EligibilityRule, Separation
from ops_console.rules.rulebook.engagements import EngagementRule
from ops_console.rules.rulebook.forms import by_key
from ops_console.rules.rulebook.limits import Limit
from ops_console.rules.rulebook.party import ListRule, PartyRule
from ops_console.rules.rulebook.rule import Rule

MOST_DIGITS = 40


class FactType(StrEnum):
    """How the values of a declared fact are compared."""

    WORDS = "words"
    NUMBER = "number"
    DATE = "date"
    """A day or a moment, for `after` and `since`; selectors cannot ask for it."""


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


Declared = dict[Word, Annotated[FactType, BeforeValidator(known(FactType, "a type of fact"))]]


InmateFacts = dict[
    Word,
    Annotated[
        Annotated[FactType, BeforeValidator(known(FactType, "a type of fact")), Tag("(word)")]
        | Annotated[Digit, Tag("(digit)")],
        by_key("digit", said="words, number, date or {digit: last, of: number}"),
    ],
]


class SecondHalf(Part):
    """Every list may be left out; an entry that is not written limits nothing."""

    visitor_facts: Declared = Field(default_factory=dict)
    """Further facts of people outside that selectors may ask for."""
    pair_facts: Declared = Field(default_factory=dict)
    """Further facts of one of them with one inmate: when they were listed, whether permitted."""
    limits: tuple[Limit, ...] = ()
    booking: tuple[BookingRule, ...] = ()
    party: tuple[PartyRule, ...] = ()
    list_: tuple[ListRule, ...] = Field(default=(), alias="list")
    eligibility: tuple[EligibilityRule, ...] = ()
    separations: tuple[Separation, ...] = ()
    engagements: tuple[EngagementRule, ...] = ()
    arrival: tuple[ArrivalRule, ...] = ()
    notes: tuple[Note, ...] = ()

    def named(self) -> tuple[tuple[str, Rule], ...]:
        """Every entry with its name: its id, or its list's word and its number from 1."""
        return tuple(
            (entry.id or f"{word}-{number}", entry)
            for word, entries in self.lists()
            for number, entry in enumerate(entries, start=1)
        )

    def lists(self) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
        """Every list by the file's word for it."""
        return (
            ("limits", self.limits),
            ("booking", self.booking),
            ("party", self.party),
            ("list", self.list_),
            ("eligibility", self.eligibility),
            ("separations", self.separations),
            ("engagements", self.engagements),
            ("arrival", self.arrival),
            ("notes", self.notes),
        )
