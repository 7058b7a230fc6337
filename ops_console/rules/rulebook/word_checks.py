"""Words that can be known to be slips: of relations and roles, ranges of surnames in words, and
lists with commas that are one word.

Any word may be a relation or a role, so only what is plainly wrong is a fault: two words in one,
and one letter beside a common word that the file says nowhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import BaseModel

from ops_console.rules.relations import WORDS
from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.faults import Path
from ops_console.rules.rulebook.party import Minors, Uncounted
from ops_console.rules.rulebook.people import People
from ops_console.rules.rulebook.selector_models import BUILT_IN_WORDS, Selector
from ops_console.rules.rulebook.walk import parts

Said = Iterator[tuple[Path, str]]
COMMON = (
    *WORDS,
    *WORDS.values(),
    *("guardian", "partner", "fiance", "fiancee", "friend", "relative", "family"),
    *("aunt", "uncle", "niece", "nephew", "cousin", "adult", "listed"),
    *("clergy", "chaplain", "minister", "paralegal", "investigator", "interpreter"),
    *("counselor", "counsellor", "doctor", "officer", "official", "visitor"),
)
NEAR = 0.9
"""How alike a slip is to the word: less than this, and it may well be another word."""
TWO = re.compile(r"\s+(?:or|and)\s+|\s*[/,&]\s*")
RANGE = re.compile(r"(\w+)\s+(?:to|thru|through|until)\s+(\w+)", re.IGNORECASE)


def word_faults(book: Rulebook) -> Said:
    """Every slip, with its path."""
    said = [one for path, part in parts(book) for one in _words(path, part)]
    often = Counter(word for _, word in said)
    for path, word in said:
        several = [one for one in TWO.split(word) if one]
        near = get_close_matches(word, COMMON, n=1, cutoff=NEAR)
        if len(several) > 1:
            yield path, f"{word!r} is one word; write a list, [{', '.join(several)}]"
        elif near and word not in COMMON and often[word] == 1:
            yield path, f"{word!r} is said nowhere else; did you mean {near[0]}?"
    for path, part in parts(book):
        if isinstance(part, Selector):
            yield from _surnames(path, part)
            yield from _lists(path, part)


def _words(path: Path, part: BaseModel) -> Said:
    named: dict[str, tuple[str, ...] | None] = {}
    if isinstance(part, People):
        named = {"relation": part.relation, "role": part.role}
    elif isinstance(part, Minors):
        named = {"with": part.company}
    elif isinstance(part, Uncounted):
        named = {"relation": part.relation}
    for key, words in named.items():
        yield from (((*path, key), word) for word in words or ())


def _surnames(path: Path, selector: Selector) -> Said:
    for name in selector.surname or ():
        if both := RANGE.fullmatch(name):
            yield (*path, "surname"), f"{name!r} is no range; write {both[1]}-{both[2]}"


def _lists(path: Path, selector: Selector) -> Said:
    """Lists that are written as one word: no name of a place, class or letter has a comma."""
    for key in ("unit", "surname", *BUILT_IN_WORDS):
        for word in getattr(selector, key) or ():
            several = [one.strip() for one in word.split(",") if one.strip()]
            if len(several) > 1:
                yield (*path, key), f"{word!r} is one word; write a list, [{', '.join(several)}]"
