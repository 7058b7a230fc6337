"""Which inmates are alike: those to whom the same times are open, at the same notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.paths import levels
from ops_console.rules.rulebook.selector_models import BUILT_IN_WORDS, Selector
from ops_console.rules.rulebook.walk import parts
from ops_console.rules.selectors import Answer, Traits, Words, holds

KEYS = ("unit", "cell", "surname", "age", *BUILT_IN_WORDS)
MOST_KNOWN = 65_536
Alike = tuple[object, ...]


class Likeness:
    """Answers of the file's selectors, remembered for each combination of what they ask."""

    def __init__(self, book: Rulebook) -> None:
        self._asked = [
            (selector, sorted(_read_by(selector, book)))
            for selector in dict.fromkeys(_selectors(book))
        ]
        by_day = {"age", *book.counted}
        self.by_day = any(not by_day.isdisjoint(keys) for _, keys in self._asked)
        """Whether somebody may be alike with others on one day and not on the next."""
        self._homes = {levels(place.path) for place in book.housing}
        self._book = book
        self._answer = lru_cache(maxsize=MOST_KNOWN)(self._answered)
        self._home = lru_cache(maxsize=MOST_KNOWN)(self._housed)

    def of(self, traits: Traits) -> Alike:
        """Equal for two inmates to whom the timetable offers the same."""
        known = traits.memo.get(self)
        if not isinstance(known, tuple):
            known = traits.memo[self] = self._of(traits.words)
        return known

    def shape(self, traits: Traits) -> object:
        """Equal for two inmates to whom the timetable offers the same times, wherever they live;
        how many places those have may hang on where that is."""
        return self.of(traits)[1]

    def _of(self, words: Mapping[str, Words]) -> Alike:
        answers = tuple(
            self._answer(number, tuple(words.get(key) for key in keys))
            for number, (_, keys) in enumerate(self._asked)
        )
        return self._home(words.get("unit")), answers

    def _answered(self, number: int, known: tuple[Words | None, ...]) -> Answer:
        selector, keys = self._asked[number]
        stated = {key: one for key, one in zip(keys, known, strict=True) if one is not None}
        return holds(selector, Traits(stated), self._book)

    def _housed(self, units: Words | None) -> frozenset[object]:
        """The places of the housing list around the inmate: terminals are counted by them."""
        homes = [levels(path) for path in units or ()]
        return frozenset(
            place for place in self._homes for home in homes if home[: len(place)] == place
        )


def keys_of(selector: Selector, book: Rulebook) -> set[str]:
    """Every fact that a selector asks for, also through groups and inside it."""
    found = {key for key in KEYS if getattr(selector, key) is not None}
    inner = [*(selector.any_ or ()), *(selector.all_ or ())]
    inner += [selector.not_] if selector.not_ is not None else []
    inner += [book.groups[name] for name in selector.group or ()]
    return found.union(selector.declared, *(keys_of(one, book) for one in inner))


def _read_by(selector: Selector, book: Rulebook) -> set[str]:
    """Every fact that its answer hangs on: of a digit also the number."""
    asked = keys_of(selector, book)
    return asked | {book.digits[key].of for key in asked if key in book.digits}


def _selectors(book: Rulebook) -> Iterator[Selector]:
    for listed in (book.sessions, book.blackouts, book.exceptions, book.booking):
        for path, part in parts(listed):
            if isinstance(part, Selector) and not _inside_another(path):
                yield part


def _inside_another(path: tuple[str | int, ...]) -> bool:
    return any(step in {"any", "all", "not"} for step in path)
