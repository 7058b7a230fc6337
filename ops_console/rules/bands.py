"""Days that a rules file does not tell apart, so that what is worked out for some holds for all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.ranges import numbers
from ops_console.rules.rulebook.selector_models import Selector
from ops_console.rules.rulebook.walk import parts

Cuts = tuple[int, ...]
"""Where one band ends and the next begins, rising from 0."""


def cuts_of(book: Rulebook, name: str) -> Cuts | None:
    """The bands of a fact that is a whole number; None where odd and even are told apart."""
    spans = [numbers(one) for one in _wanted(book, name)]
    if None in spans:
        return None
    ends = (end for span in spans if span for end in (span.least, span.most) if end is not None)
    return tuple(sorted({0}.union(*({int(end), int(end) + 1} for end in ends))))


def lowest_alike(number: int, cuts: Cuts | None) -> int:
    """The lowest number of the band."""
    return number if cuts is None else cuts[bisect_right(cuts, number) - 1]


def _wanted(book: Rulebook, name: str) -> Iterator[str]:
    for _, part in parts(book):
        if isinstance(part, Selector):
            yield from part.declared.get(name, ())
