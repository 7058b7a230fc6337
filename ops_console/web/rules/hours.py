"""Windows of a day in words."""

from __future__ import annotations

from collections.abc import Iterable

from ops_console.rules.rulebook.times import DAY_MINUTES, clock
from ops_console.usecases.compare_hours import Hours


def window_words(one: Hours) -> str:
    """`09:00 to 11:00`; a window past midnight says so."""
    next_day = " the next day" if one.closes > DAY_MINUTES else ""
    return f"{clock(one.opens)} to {clock(one.closes)}{next_day}"


def hours_words(hours: Iterable[Hours]) -> str:
    """Every window once, or Closed."""
    return ", ".join(dict.fromkeys(map(window_words, hours))) or "Closed"


def times_in(hours: Iterable[Hours]) -> set[tuple[int, int]]:
    """The times of some windows, each once."""
    return {time for one in hours for time in one.times}
