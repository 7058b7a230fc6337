"""Every part of a read file with the path at which the file writes it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from ops_console.rules.rulebook.faults import Path


def parts(value: object, path: Path = ()) -> Iterator[tuple[Path, BaseModel]]:
    """`value` and all that it holds, parents first; keys as the file spells them."""
    if isinstance(value, BaseModel):
        yield path, value
    for step, held in _inside(value):
        yield from parts(held, (*path, step))


def _inside(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield field.alias or name, getattr(value, name)
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)
