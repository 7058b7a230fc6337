"""Which keys a place of the file knows, for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from ops_console.rules.rulebook.faults import Path


def keys_beside(root: type[BaseModel], path: Path) -> list[str]:
    """The keys of the mapping that the last step of `path` stands in, whatever its form."""
    return sorted({key for model in _models_at(root, path) for key in spellings(model)})


def forms_with(root: type[BaseModel], path: Path) -> list[str]:
    """The forms of that mapping that know the key, each by the keys that it needs."""
    forms = {
        ", ".join(
            field.alias or name for name, field in model.model_fields.items() if field.is_required()
        )
        for model in _models_at(root, path)
        if path[-1] in spellings(model)
    }
    return [f"{{{form}}}" for form in sorted(forms) if form]


def _models_at(root: type[BaseModel], path: Path) -> set[type[BaseModel]]:
    models = {root}
    for step in path[:-1]:
        if isinstance(step, str) and not step.startswith("("):
            models = set(_below(models, step)) or models
    return models


def spellings(model: type[BaseModel]) -> list[str]:
    """A model's keys as the file writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _below(models: set[type[BaseModel]], key: str) -> Iterator[type[BaseModel]]:
    for model in models:
        for name, field in model.model_fields.items():
            if (field.alias or name) == key:
                yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
