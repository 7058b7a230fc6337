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
    """One word or a list of words, in lower case; YAML's true and false are yes and no. Raises
    ValueError."""
    many = value if isinstance(value, list | tuple) else [value]
    found = tuple(word(one) for one in many if isinstance(one, str | int | float))
    if len(found) < len(many) or not all(found):
        raise ValueError("takes words or numbers, or a list of them")
    return found


def word(value: Any) -> str:
    """A fact as a word that can be compared."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip().lower()


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Ages = Annotated[Span, BeforeValidator(span), WithJsonSchema({"type": ["string", "integer"]})]
_WORDS = WithJsonSchema({"type": ["string", "boolean", "number", "array"]})
AnyWords = Annotated[tuple[str, ...], BeforeValidator(words), _WORDS]
"""Words, or an empty list for none."""
WordList = Annotated[tuple[str, ...], BeforeValidator(words), Field(min_length=1), _WORDS]


class People(BaseModel):
    """Which people an entry is about. Every key must hold; a list means any of.

    Keys beyond the named ones are facts that `visitor_facts` declares.
    """

    model_config = ConfigDict(
        frozen=True, extra="allow", validate_by_alias=True, validate_by_name=False
    )
    __pydantic_extra__: dict[str, WordList]

    relation: WordList | None = None
    """To the inmate whom they visit."""
    age: Ages | None = None
    """On the day of the visit."""
    gender: WordList | None = None
    role: WordList | None = None
    any_of: Peoples = Field(default=(), alias="any")
    all_of: Peoples = Field(default=(), alias="all")
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


Peoples = Annotated[
    tuple[People, ...], BeforeValidator(_listed, json_schema_input_type=People | list[People])
]
People.model_rebuild()
