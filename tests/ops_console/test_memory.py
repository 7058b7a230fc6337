"""When the console looks for objects that only hold one another."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from ops_console import memory

pytestmark = pytest.mark.slow


class Held:
    """Holds itself, so that only a look frees it."""

    def __init__(self) -> None:
        self.myself = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_old_objects_are_not_looked_at_until_somebody_says_so() -> None:
    memory.look_rarely()
    gc.collect()
    before = gc.get_stats()[2]["collections"]
    kept = [[number] for number in range(300_000)]
    assert len(kept) == 300_000
    assert gc.get_stats()[2]["collections"] == before


def test_what_came_since_and_holds_only_itself_is_freed() -> None:
    memory.look_at_new()
    held = weakref.ref(Held())
    memory.look_at_new()
    assert held() is None


def test_what_was_set_aside_is_freed_once_everything_is_looked_at() -> None:
    one = Held()
    held = weakref.ref(one)
    memory.look_at_new()
    del one
    memory.look_at_new()
    assert held() is not None
    memory.look_at_all()
    assert held() is None
