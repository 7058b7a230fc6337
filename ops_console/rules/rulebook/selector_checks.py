"""What a selector asks for that the file does not have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ops_console.rules.rulebook.book import FactType, Rulebook
from ops_console.rules.rulebook.faults import Path
from ops_console.rules.rulebook.paths import levels, pattern_meets
from ops_console.rules.rulebook.ranges import numbers, surnames
from ops_console.rules.rulebook.selector_models import Selector

Found = Iterator[tuple[Path, str]]


def selector_faults(book: Rulebook, path: Path, selector: Selector) -> Found:
    """Every key and value that can never be decided, with its path."""
    yield from _groups(book, path, selector)
    yield from _units(book, path, selector)
    yield from _ranges(path, selector)
    yield from _declared(book, path, selector)


def _groups(book: Rulebook, path: Path, selector: Selector) -> Found:
    for name in selector.group or ():
        if name not in book.groups:
            near = get_close_matches(name, list(book.groups), n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            yield (*path, "group"), f"there is no group named {name}{meant}"


def _units(book: Rulebook, path: Path, selector: Selector) -> Found:
    for unit in selector.unit or ():
        known = [levels(place.path) for place in book.housing]
        if known and not any(pattern_meets(levels(unit), place) for place in known):
            yield (*path, "unit"), f"no place in housing is {unit} or lies in it"


def _ranges(path: Path, selector: Selector) -> Found:
    for age in selector.age or ():
        if numbers(age) is None:
            yield (*path, "age"), f"{age!r} is not an age; write 18+, <18, 14-17 or 18"
    for name in selector.surname or ():
        if surnames(name) is None:
            yield (*path, "surname"), f"{name!r} is not a range of surnames; write A-J or Aa-Me"


def _declared(book: Rulebook, path: Path, selector: Selector) -> Found:
    for key, values in selector.declared.items():
        for value in values:
            if book.facts.get(key) is FactType.NUMBER and numbers(value) is None:
                yield (*path, key), f"{value!r} is not a number or a range such as 1-32"
