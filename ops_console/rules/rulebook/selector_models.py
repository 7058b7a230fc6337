"""A selector as the file writes it. `ops_console.rules.selectors` says whom it selects."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from ops_console.rules.rulebook.faults import meant

BUILT_IN_WORDS = ("gender", "custody", "status", "programme")
BUILT_IN_NUMBERS = ("cell", "age")
Plain = str | int | float | bool | list[str | int | float | bool]


class Stray(NamedTuple):
    """Stands for the value of a key that no fact has, so that the key is what is reported."""

    reason: str


def texts(value: object) -> object:
    """A word, a number, or a list of them, as a list of words."""
    if isinstance(value, Stray):
        raise ValueError(value.reason)  # noqa: TRY004 - pydantic reports only ValueError with its place
    items = value if isinstance(value, list | tuple) else [value]
    return [_text(item) for item in items]


def _text(item: object) -> object:
    if isinstance(item, bool):
        return "yes" if item else "no"
    if not isinstance(item, str | int | float):
        raise ValueError("takes words or numbers, or a list of them")  # noqa: TRY004 - pydantic reports only ValueError with its place
    return str(item)


Texts = Annotated[
    tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...],
    BeforeValidator(texts, json_schema_input_type=Plain),
    Field(min_length=1),
]


def _listed(value: object) -> object:
    return value if value is None or isinstance(value, list | tuple) else [value]


class Selector(BaseModel):
    """Every key must hold; a list means any of it; a bare name means that group.

    Keys that are not listed here are facts that the file declares under `facts`; those that it
    does not declare are refused when the names are handed in as `context={"facts": ...}`.
    """

    model_config = ConfigDict(
        frozen=True, extra="allow", validate_by_alias=True, validate_by_name=False
    )
    __pydantic_extra__: dict[str, Texts]

    unit: Texts | None = None
    cell: Texts | None = None
    surname: Texts | None = None
    age: Texts | None = None
    gender: Texts | None = None
    custody: Texts | None = None
    status: Texts | None = None
    programme: Texts | None = None
    group: Texts | None = None
    any_: Annotated[Selectors | None, Field(alias="any", min_length=1)] = None
    all_: Annotated[Selectors | None, Field(alias="all", min_length=1)] = None
    not_: Annotated[Selector | None, Field(alias="not")] = None

    @model_validator(mode="before")
    @classmethod
    def _name_is_group(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, str):
            return {"group": value}
        if not isinstance(value, dict | Selector):
            raise ValueError("is neither a group's name nor a selector such as {unit: a}")  # noqa: TRY004 - pydantic reports only ValueError with its place
        declared = (info.context or {}).get("facts")
        if isinstance(value, Selector) or declared is None:
            return value
        return {key: cls._checked(str(key), one, declared) for key, one in value.items()}

    @classmethod
    def _checked(cls, key: str, value: object, declared: Collection[str]) -> object:
        """The value, or why its key means nothing."""
        known = [field.alias or name for name, field in cls.model_fields.items()]
        if key in known or key in declared:
            return value
        hint = meant(key, [*known, *declared]) or "; declare it under `facts`"
        return Stray(f"is not a fact that selectors know{hint}")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        written: dict[str, Any] = handler.resolve_ref_schema(handler(core_schema))
        whole = dict(written)
        written.clear()
        written.update({"title": "Selector", "anyOf": [{"type": "string"}, whole]})
        return written

    @property
    def declared(self) -> dict[str, tuple[str, ...]]:
        """Keys that only this file's `facts` know, with what they select."""
        return dict(self.__pydantic_extra__ or {})


Selectors = Annotated[
    tuple[Selector, ...],
    BeforeValidator(_listed, json_schema_input_type=Selector | list[Selector]),
]
Selector.model_rebuild()
