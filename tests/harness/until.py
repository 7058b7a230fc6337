"""Waiting for another thread or process, with a limit and a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], what: str, within_s: float = 10.0) -> T:
    """The first true answer of `condition`; fails with `what` after `within_s` seconds."""
    deadline = time.monotonic() + within_s
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.002)
    return answer
