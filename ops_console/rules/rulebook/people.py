"""Selectors of people outside: relation, age, gender, role and declared facts."""

from __future__ import annotations

import re
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema


class Span(NamedTuple):
    """Whole numbers, both ends included; None is open."""

    least: int | None
    most: int | None

    def holds(self, number: int) -> bool:
        return (self.least is None or self.least <= number) and (
            self.most is None or number <= self.most
        )


_BOTH = re.compile(r"(\d+)-(\d+)")
_FROM = re.compile(r"(\d+)\+?")
_BELOW = re.compile(r"<(\d+)")


def span(value: Any) -> Span:
    """A range of whole numbers from "18+", "<18", "14-17" or 18. Raises ValueError."""
    if isinstance(value, Span):
        return value
    text = str(value).replace(" ", "")
    if both := _BOTH.fullmatch(text):
        return Span(int(both[1]), int(both[2]))
    if below := _BELOW.fullmatch(text):
        return Span(None, int(below[1]) - 1)
    if one := _FROM.fullmatch(text):
        return Span(int(one[1]), None if text.endswith("+") else int(one[1]))
    raise ValueError(f'{value!r} is not a range of numbers. Write "18+", "<18", "14-17" or 18.')


def words(value: Any) -> tuple[str, ...]:
    """One word or a list of words, in lower case; YAML's true and false are yes and no."""
    many = value if isinstance(value, list | tuple) else [value]
    return tuple(word(one) for one in many)


def word(value: Any) -> str:
    """A fact as a word that can be compared."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip().lower()


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Ages = Annotated[Span, BeforeValidator(span), WithJsonSchema({"type": ["string", "integer"]})]
WordList = Annotated[
    tuple[str, ...],
    BeforeValidator(words),
    WithJsonSchema({"type": ["string", "boolean", "integer", "array"]}),
]


class People(BaseModel):
    """Which people an entry is about. Every key must hold; a list means any of.

    Keys beyond the named ones are facts that `visitor_facts` declares.
    """

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)
    __pydantic_extra__: dict[str, WordList]

    relation: WordList | None = None
    """To the inmate whom they visit."""
    age: Ages | None = None
    """On the day of the visit."""
    gender: WordList | None = None
    role: WordList | None = None
    any_of: Annotated[tuple[People, ...], BeforeValidator(_listed)] = Field(default=(), alias="any")
    all_of: Annotated[tuple[People, ...], BeforeValidator(_listed)] = Field(default=(), alias="all")
    none_of: People | None = Field(default=None, alias="not")

    @property
    def declared(self) -> dict[str, tuple[str, ...]]:
        """What is asked of facts that the file declares itself."""
        return dict(self.__pydantic_extra__ or {})

    def keys(self) -> set[str]:
        """Every fact that this selector and those inside it ask for."""
        inner = [*self.any_of, *self.all_of, *([self.none_of] if self.none_of else [])]
        plain = ("relation", "age", "gender", "role")
        own = {name for name in plain if getattr(self, name) is not None}
        return own.union(self.declared, *(one.keys() for one in inner))
