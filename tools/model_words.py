"""What a model's fields are, in words, for the documents that are drawn from the code."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

_FORMATS = {
    "date-time": "instant",
    "date": "date",
    "duration": "duration",
    "binary": "bytes",
    "ipv4": "IPv4 address",
    "ipv6": "IPv6 address",
    "ipv4network": "IPv4 network",
    "ipv6network": "IPv6 network",
}
_PLAIN = {"integer": "number", "number": "number", "boolean": "yes or no", "null": "null"}


def field_table(model: type[BaseModel]) -> str:
    """A Markdown table of `model`'s fields: name, type, what its docstring says of it."""
    schema = model.model_json_schema()
    remarks = _remarks(model)
    required = set(schema.get("required", ()))
    lines = ["| field | type | |", "|---|---|---|"]
    for name, field in schema.get("properties", {}).items():
        optional = "" if name in required or "const" in field else "May be left out. "
        remark = (optional + remarks.get(name, "")).strip()
        lines.append(f"| `{name}` | {type_words(field)} | {remark} |")
    return "\n".join(lines)


def type_words(schema: dict[str, Any]) -> str:
    """One field's JSON schema, as somebody would say it."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(type_words(each) for each in schema[several])
    if schema.get("type") == "array":
        return f"list of {type_words(schema['items'])}"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"object of {type_words(inner)}" if isinstance(inner, dict) else "object"
    return _constant_words(schema) or _scalar_words(schema)


def _constant_words(schema: dict[str, Any]) -> str:
    if "const" in schema:
        return f"always `{schema['const']}`"
    return ", ".join(f"`{value}`" for value in schema.get("enum", ()))


def _scalar_words(schema: dict[str, Any]) -> str:
    if "pattern" in schema:
        return "identifier"
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if schema.get("type") == "string":
        limit = schema.get("maxLength")
        return f"text, at most {limit:,}" if limit else "text"
    words = _PLAIN.get(schema.get("type", ""), "anything")
    least = schema.get("minimum")
    return f"{words}, at least {least}" if least is not None else words


def models_within(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """JSON schemas of everything that `models` are made of, by name, themselves left out."""
    found: dict[str, Any] = {}
    for model in models:
        found |= model.model_json_schema().get("$defs", {})
    for model in models:
        found.pop(model.__name__, None)
    return dict(sorted(found.items()))


def enum_table(enum: type[Enum]) -> str:
    return ", ".join(f"`{member.value}`" for member in enum)


def _remarks(model: type[BaseModel]) -> dict[str, str]:
    """The sentences that stand below fields in the source, the inherited ones included."""
    return {
        name: remark
        for owner in reversed(model.__mro__)
        if issubclass(owner, BaseModel) and owner is not BaseModel
        for name, remark in _remarks_in(owner)
    }


def _remarks_in(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    for field, below in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            yield field.target.id, " ".join(str(below.value.value).split())
