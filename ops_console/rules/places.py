"""How many visits a session takes at once, for one inmate."""

from __future__ import annotations

from typing import NamedTuple

from ops_console.rules.rulebook.book import Rulebook
from ops_console.rules.rulebook.session_models import Capacity, PlacesFor, Pool
from ops_console.rules.selectors import Traits, holds


class Places(NamedTuple):
    """`most` at once (None: unknown), counted together with everything of the same `pool`."""

    most: int | None
    pool: str | None = None


def places(capacity: Capacity, session: str, traits: Traits, book: Rulebook) -> Places | None:
    """None when the capacity is divided and no part is plainly this inmate's."""
    if capacity == "terminals":
        return terminals_around(traits, book)
    if isinstance(capacity, Pool):
        return _pool(capacity.pool, book)
    if isinstance(capacity, tuple):
        return _share(capacity, session, traits, book)
    return Places(int(capacity), session)


def _share(
    parts: tuple[PlacesFor, ...], session: str, traits: Traits, book: Rulebook
) -> Places | None:
    """The first part that is plainly this inmate's."""
    for number, part in enumerate(parts, start=1):
        if holds(part.for_, traits, book) is True:
            if part.pool is not None:
                return _pool(part.pool, book)
            return Places(part.places, f"{session}/{number}")
    return None


def _pool(name: str, book: Rulebook) -> Places:
    return Places(book.pools[name], f"pool:{name}")


def terminals_around(traits: Traits, book: Rulebook) -> Places:
    """Of the smallest place around the inmate for which the housing states terminals."""
    stated = book.counted_terminals
    around = [
        home[:length]
        for home in traits.places or ()
        for length in range(len(home), 0, -1)
        if home[:length] in stated
    ]
    if not around:
        return Places(None)
    smallest = stated[max(around, key=len)]
    return Places(smallest.terminal_count, f"terminals:{smallest.path}")
