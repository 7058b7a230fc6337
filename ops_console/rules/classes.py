"""The classes of inmates that a rules file tells apart in its hours, and an example of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, product

from ops_console.rules.facts import InmateFact, Value
from ops_console.rules.likeness import keys_of
from ops_console.rules.rulebook import Rulebook
from ops_console.rules.rulebook.base import Entry
from ops_console.rules.rulebook.book import FactType
from ops_console.rules.rulebook.ranges import letters, numbers, surnames
from ops_console.rules.rulebook.selector_models import BUILT_IN_WORDS, Selector
from ops_console.rules.rulebook.walk import parts
from ops_console.rules.selectors import Traits, holds

MOST_TRIED = 20_000
OTHER = "other"
"""Stands for any word that the rules do not name."""
INNER = frozenset({"any", "all", "not"})


@dataclass(frozen=True)
class InmateClass:
    """Inmates whom some entries single out."""

    selector: Selector
    """Without the unit in which they live."""
    entries: tuple[str, ...]
    """The names of the sessions, closed times and exceptions that do."""


def classes_in(book: Rulebook, unit: str, today: date) -> tuple[InmateClass, ...]:
    """The classes that the hours of one unit can be different for, in the order of the file."""
    found: dict[Selector, dict[str, None]] = defaultdict(dict)
    somebody = Traits.of({"unit": unit})
    for name, entry in _timed(book):
        if entry.until is not None and entry.until < today:
            continue
        for path, part in parts(entry):
            if not isinstance(part, Selector) or not INNER.isdisjoint(path):
                continue
            if keys_of(part, book) - {"unit"} and holds(part, somebody, book) is not False:
                found[part.model_copy(update={"unit": None})][name] = None
    return tuple(InmateClass(one, tuple(names)) for one, names in found.items())


def _timed(book: Rulebook) -> Iterator[tuple[str, Entry]]:
    yield from ((one.id, one) for one in book.sessions)
    for number, blackout in enumerate(book.blackouts, start=1):
        yield blackout.id or f"blackout-{number}", blackout
    for number, exception in enumerate(book.exceptions, start=1):
        yield exception.id or f"exception-{number}", exception


def as_if(inmate: InmateFact, selector: Selector, book: Rulebook, day: date) -> InmateFact | None:
    """The inmate with other facts, as somebody of the class would have them on that day and in
    the year after; None where no such person was found."""
    options = {key: tuple(_options(key, selector, book)) for key in keys_of(selector, book)}
    options.pop("unit", None)
    tries = (dict(zip(options, one, strict=True)) for one in product(*options.values()))
    unit = {"unit": inmate.unit} if inmate.unit is not None else {}
    for facts in islice(tries, MOST_TRIED):
        if holds(selector, Traits.of({**unit, **facts}), book) is True:
            return _with(inmate, facts, day)
    return None


def _with(inmate: InmateFact, facts: Mapping[str, str | int], day: date) -> InmateFact:
    """Nothing that was worked out for the inmate as they are goes along."""
    plain = {"cell", "surname", *BUILT_IN_WORDS}
    changed: dict[str, object] = {name: one for name, one in facts.items() if name in plain}
    declared: dict[str, Value] = {
        name: one for name, one in facts.items() if name not in plain and name != "age"
    }
    if "age" in facts:
        changed["born_on"] = date(day.year - int(facts["age"]), day.month, min(day.day, 28))
    changed["facts"] = {**inmate.facts, **declared}
    other = inmate.model_copy(update=changed)
    other.__dict__.pop("memo", None)
    return other


def _options(key: str, selector: Selector, book: Rulebook) -> Iterable[str | int]:
    """Values of one fact of which some must be right, if any is."""
    wanted = tuple(dict.fromkeys(_wanted(key, selector, book)))
    if key == "surname":
        ends = chain.from_iterable(surnames(one) or () for one in wanted)
        return (*ends, *map(chr, range(ord("a"), ord("z") + 1)))
    if key == "age":
        return range(18, 100) if not wanted else (*_near(wanted), *range(18, 100))
    if key == "cell" or book.fact_types.get(key) is FactType.NUMBER:
        return (*_near(wanted), 1, 2, *(one for one in wanted if letters(one) != ""))
    return (*wanted, OTHER)


def _near(ranges: Iterable[str]) -> Iterator[int]:
    """Whole numbers at and beside the ends of ranges."""
    for one in filter(None, map(numbers, ranges)):
        for end in (one.least, one.most):
            if end is not None:
                yield from (
                    number for number in (int(end), int(end) + 1, int(end) - 1) if number >= 0
                )


def _wanted(key: str, selector: Selector, book: Rulebook) -> Iterator[str]:
    """What a selector, those inside it and its groups compare a fact with."""
    for _, part in parts(selector):
        if isinstance(part, Selector):
            yield from part.declared.get(key, ()) or getattr(part, key, None) or ()
            for group in part.group or ():
                yield from _wanted(key, book.groups[group], book)
