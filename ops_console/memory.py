"""When Python looks for objects that only hold one another: rarely, and never in a rush.

Looking through everything that a facility of 10,000 inmates keeps ready takes the better part of
a second, in which nothing is decided. What stays all day is therefore set aside, and what came
since is looked at by a timed job. Source: https://docs.python.org/3/library/gc.html#gc.freeze
"""

from __future__ import annotations

import gc

NEW_OBJECTS = 20_000
"""Between two looks at the newest; few of them live so long."""
LOOKS_AT_THE_NEWEST = 50
"""Between two looks at those that outlived one."""
NEVER_BY_ITSELF = 1_000_000_000


def look_rarely() -> None:
    """From now on Python looks at old objects only when it is told to."""
    gc.set_threshold(NEW_OBJECTS, LOOKS_AT_THE_NEWEST, NEVER_BY_ITSELF)


def look_at_new() -> None:
    """Frees what came since the last look and is not needed; the rest is set aside."""
    gc.collect()
    gc.freeze()


def look_at_all() -> None:
    """As `look_at_new`, with everything that was set aside before."""
    gc.unfreeze()
    look_at_new()
