"""Housing paths: levels with slashes between them, `*` for any one level."""

from __future__ import annotations

from functools import lru_cache

Levels = tuple[str, ...]


@lru_cache(maxsize=65_536)
def levels(path: str) -> Levels:
    """`Main/2/A` as `("main", "2", "a")`; case and outer slashes do not matter."""
    return tuple(part.strip() for part in path.casefold().strip("/ ").split("/"))


def lies_in(place: Levels, pattern: Levels) -> bool | None:
    """Whether `place` is what the pattern names or lies below it.

    None when the place is known less exactly than the pattern: somebody in `main` may or may
    not be in `main/2`.
    """
    both = list(zip(place, pattern, strict=False))
    if not all(wanted in {"*", level} for level, wanted in both):
        return False
    return True if len(place) >= len(pattern) else None


def pattern_meets(pattern: Levels, place: Levels) -> bool:
    """Whether the pattern names a place, one above it or one below it."""
    return all(wanted in {"*", level} for level, wanted in zip(place, pattern, strict=False))
