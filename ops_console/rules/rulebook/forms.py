"""Telling apart the forms that one value may take: a word, a number, a list, several mappings."""

from __future__ import annotations

from typing import Any

from pydantic import Discriminator


def shape(value: Any) -> str:
    """Which form a value has that is no mapping."""
    if isinstance(value, list | tuple):
        return "(list)"
    if isinstance(value, bool):
        return "(other)"
    if isinstance(value, int):
        return "(number)"
    return "(word)" if isinstance(value, str) else "(other)"


def by_key(*keys: str, said: str, words: tuple[str, ...] = ()) -> Discriminator:
    """Tells mappings apart by the first of `keys` that one of them has, and everything else by
    its shape. `said` is what should have stood there, for the fault; with `words` it is said of
    every other word too."""

    def tag(value: Any) -> str:
        if isinstance(value, dict):
            return next((f"({key})" for key in keys if key in value), f"({keys[0]})")
        return (
            "(other)" if words and isinstance(value, str) and value not in words else shape(value)
        )

    return Discriminator(tag, custom_error_type="form", custom_error_message=f"should be {said}")
