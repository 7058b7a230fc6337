"""Whom a selector selects: yes, no, or unknown (None). Only a plain yes applies.

A fact that nobody stated is unknown; unknown is neither yes nor no, and so is its `not`
(Kleene's three-valued logic).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ops_console.rules.rulebook.book import FactType, Rulebook
from ops_console.rules.rulebook.paths import Levels, levels, lies_in
from ops_console.rules.rulebook.ranges import PARITIES, letters, numbers, surnames
from ops_console.rules.rulebook.selector_models import BUILT_IN_WORDS, Selector

Answer = bool | None
Words = frozenset[str]


@dataclass(frozen=True)
class Traits:
    """What is known of an inmate: for each fact its words, without case. No words: known to
    have none. A fact that is missing is unknown."""

    words: Mapping[str, Words] = field(default_factory=dict)
    memo: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out from these words before, by whoever did."""

    @classmethod
    def of(cls, facts: Mapping[str, object]) -> Traits:
        """From values or lists of values; None is known to be none."""
        return cls({name: _words(value) for name, value in facts.items()})

    @property
    def places(self) -> tuple[Levels, ...] | None:
        """Where the inmate lives, as levels."""
        known = self.words.get("unit")
        return None if known is None else tuple(levels(path) for path in known)


def holds(selector: Selector | None, traits: Traits, book: Rulebook) -> Answer:
    """Whether the selector selects somebody of whom this is known; no selector selects all."""
    return True if selector is None else every(_answers(selector, traits, book).values())


def failing(selector: Selector | None, traits: Traits, book: Rulebook) -> str | None:
    """The first key that is not a plain yes, as a sentence for an officer; None if all are."""
    answers = {} if selector is None else _answers(selector, traits, book)
    for key, answer in answers.items():
        if answer is not True:
            return f"{key} is unknown" if answer is None else f"{key} does not match"
    return None


def every(answers: Iterable[Answer]) -> Answer:
    """No if one is no, unknown if one is unknown, else yes."""
    known = list(answers)
    return False if False in known else None if None in known else True


def some(answers: Iterable[Answer]) -> Answer:
    """Yes if one is yes, unknown if one is unknown, else no."""
    known = list(answers)
    return True if True in known else None if None in known else False


def opposite(answer: Answer) -> Answer:
    """What is not unknown, turned round."""
    return None if answer is None else not answer


def _answers(selector: Selector, traits: Traits, book: Rulebook) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for key, wanted in _asked(selector).items():
        found[key] = _fact(key, wanted, traits, book)
    if selector.group is not None:
        named = selector.group
        found["group " + " or ".join(named)] = some(
            holds(book.groups[name], traits, book) for name in named
        )
    if selector.any_ is not None:
        found["any"] = some(holds(one, traits, book) for one in selector.any_)
    if selector.all_ is not None:
        found["all"] = every(holds(one, traits, book) for one in selector.all_)
    if selector.not_ is not None:
        found["not"] = opposite(holds(selector.not_, traits, book))
    return found


def _asked(selector: Selector) -> dict[str, tuple[str, ...]]:
    built_in = {
        key: getattr(selector, key) for key in ("unit", "cell", "surname", "age", *BUILT_IN_WORDS)
    }
    stated = {key: wanted for key, wanted in built_in.items() if wanted is not None}
    return stated | selector.declared


def _fact(key: str, wanted: tuple[str, ...], traits: Traits, book: Rulebook) -> Answer:
    if key == "unit":
        return _lives_in(wanted, traits)
    known = _known(key, traits, book)
    if known is None:
        return None
    matches = _matcher(key, book)
    return any(matches(want, word) for want in wanted for word in known)


def _known(key: str, traits: Traits, book: Rulebook) -> Words | None:
    """What is stated of a fact, or worked out: a digit of a number that is stated."""
    known = traits.words.get(key)
    if known is not None or key not in book.digits:
        return known
    digit = book.digits[key]
    whole = traits.words.get(digit.of)
    return None if whole is None else frozenset(filter(None, map(digit.among, whole)))


def _lives_in(wanted: tuple[str, ...], traits: Traits) -> Answer:
    places = traits.places
    if places is None:
        return None
    return some(lies_in(place, levels(want)) for place in places for want in wanted)


def _matcher(key: str, book: Rulebook) -> Callable[[str, str], bool]:
    if key == "surname":
        return _surname
    if key == "cell":
        return _cell
    if key == "age" or book.fact_types.get(key) is FactType.NUMBER:
        return is_number
    return _word


@lru_cache(maxsize=8192)
def _surname(wanted: str, surname: str) -> bool:
    span = surnames(wanted)
    return span is not None and span.holds(letters(surname))


def _cell(wanted: str, cell: str) -> bool:
    """A number, a range, odd or even; a cell that is no number only matches by its own name."""
    return _word(wanted, cell) or is_number(wanted, cell)


@lru_cache(maxsize=8192)
def is_number(wanted: str, value: str) -> bool:
    """Whether a value is the number, lies in the range, or is odd or even as is wanted."""
    if wanted.casefold() in PARITIES:
        return value.isdecimal() and int(value) % 2 == (wanted.casefold() == "odd")
    span, one = numbers(wanted), numbers(value)
    return span is not None and one is not None and one.least is not None and span.holds(one.least)


def _word(wanted: str, value: str) -> bool:
    return wanted.casefold() == value


def _words(value: object) -> Words:
    if value is None:
        return frozenset()
    many = value if isinstance(value, list | tuple | set | frozenset) else (value,)
    return frozenset(_plain(one) for one in many)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip().casefold()
