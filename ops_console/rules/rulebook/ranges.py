"""Ranges of numbers and of surnames as selectors write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

NUMBER = r"(\d+(?:\.\d+)?)"
BARE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"})


PARITIES = ("odd", "even")


class Numbers(NamedTuple):
    """From `least` to `most`, both included unless `open`; None has no end."""

    least: float | None
    most: float | None
    open: bool = False

    def holds(self, number: float) -> bool:
        if self.open:
            return (self.least is None or number > self.least) and (
                self.most is None or number < self.most
            )
        return (self.least is None or number >= self.least) and (
            self.most is None or number <= self.most
        )


FORMS: tuple[tuple[re.Pattern[str], Callable[[float], Numbers]], ...] = (
    (re.compile(NUMBER), lambda number: Numbers(number, number)),
    (re.compile(rf"{NUMBER}\+"), lambda number: Numbers(number, None)),
    (re.compile(rf">={NUMBER}"), lambda number: Numbers(number, None)),
    (re.compile(rf"<={NUMBER}"), lambda number: Numbers(None, number)),
    (re.compile(rf">{NUMBER}"), lambda number: Numbers(number, None, open=True)),
    (re.compile(rf"<{NUMBER}"), lambda number: Numbers(None, number, open=True)),
)


def numbers(text: str) -> Numbers | None:
    """`18`, `18+`, `<18`, `>=18`, `14-17`; None if it is nothing of the kind."""
    text = text.replace(" ", "").replace("\u2013", "-")
    if both := re.fullmatch(rf"{NUMBER}-{NUMBER}", text):
        found = Numbers(float(both[1]), float(both[2]))
        return found if float(both[1]) <= float(both[2]) else None
    for form, make in FORMS:
        if one := form.fullmatch(text):
            return make(float(one[1]))
    return None


def numeric(text: str) -> bool:
    """Whether a number fact can be compared with it."""
    return numbers(text) is not None or text.casefold() in PARITIES


def not_a_number(text: str) -> str:
    """What is wrong with a value that is not `numeric`."""
    return f"{text!r} is not a number, a range such as 1-32, odd or even"


class Surnames(NamedTuple):
    """Surnames whose beginning lies between two beginnings, both included."""

    first: str
    last: str

    def holds(self, surname: str) -> bool:
        """`surname` as `letters` gives it."""
        return surname >= self.first and surname[: len(self.last)] <= self.last


def surnames(text: str) -> Surnames | None:
    """`A-J`, `Aa-Me`, or `M`; None if it is nothing of the kind or runs backwards."""
    ends = [letters(end) for end in text.replace("\u2013", "-").split("-")]
    if len(ends) not in {1, 2} or not all(ends):
        return None
    found = Surnames(ends[0], ends[-1])
    return found if found.first[: len(found.last)] <= found.last else None


def letters(name: str) -> str:
    """A name as it is sorted: no case, accents, spaces, hyphens or apostrophes."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(BARE)
    return "".join(letter for letter in plain if letter.isalnum())
