"""What a selector asks for that the file does not have."""

from __future__ import annotations

from collections.abc import Iterator

from ops_console.rules.rulebook.book import FactType, Rulebook
from ops_console.rules.rulebook.fact_checks import count_or_clock
from ops_console.rules.rulebook.faults import Path, meant
from ops_console.rules.rulebook.paths import levels, pattern_meets
from ops_console.rules.rulebook.ranges import not_a_number, numbers, numeric, surnames
from ops_console.rules.rulebook.selector_models import Selector

Found = Iterator[tuple[Path, str]]


def selector_faults(book: Rulebook, path: Path, selector: Selector) -> Found:
    """Every key and value that can never be decided, with its path."""
    if not selector.model_fields_set and not selector.declared:
        yield path, "says nothing; give unit, surname, custody or another fact"
    yield from _groups(book, path, selector)
    yield from _units(book, path, selector)
    yield from _ranges(path, selector)
    yield from _declared(book, path, selector)


def _groups(book: Rulebook, path: Path, selector: Selector) -> Found:
    for name in selector.group or ():
        if name not in book.groups:
            yield (*path, "group"), f"there is no group named {name}{meant(name, book.groups)}"


def _units(book: Rulebook, path: Path, selector: Selector) -> Found:
    for unit in selector.unit or ():
        known = [levels(place.path) for place in book.housing]
        if known and not any(pattern_meets(levels(unit), place) for place in known):
            yield (*path, "unit"), f"no place in housing is {unit} or lies in it"


def _ranges(path: Path, selector: Selector) -> Found:
    for age in selector.age or ():
        if numbers(age) is None:
            yield (*path, "age"), f"{age!r} is not an age; write 18+, <18, 14-17 or 18"
    for cell in selector.cell or ():
        if cell[:1].isdigit() and "-" in cell and numbers(cell) is None:
            yield (*path, "cell"), f"{cell!r} is not a range of cells; write 1-32, odd or even"
    for name in selector.surname or ():
        if surnames(name) is None:
            yield (*path, "surname"), f"{name!r} is not a range of surnames; write A-J or Aa-Me"


def _declared(book: Rulebook, path: Path, selector: Selector) -> Found:
    for key, values in selector.declared.items():
        if book.fact_types.get(key) is FactType.DATE:
            yield (*path, key), f"is a date; {count_or_clock(key, 'facts')} under `eligibility`"
            continue
        for value in values:
            if book.fact_types.get(key) is FactType.NUMBER and not numeric(value):
                yield (*path, key), not_a_number(value)
