"""Fixtures that several rooms' tests share. The pieces themselves stand in tests/harness."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest
from hypothesis import settings

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("KIVY_NO_ARGS", "1")
os.environ.setdefault("KIVY_NO_FILELOG", "1")
os.environ.setdefault("KIVY_NO_CONFIG", "1")
os.environ.setdefault("KIVY_LOG_MODE", "MIXED")
os.environ.setdefault("KIVY_WINDOW", "sdl2")

# The same examples every time, so that a change is judged by what it changes;
# HYPOTHESIS_PROFILE=explore looks at new ones, which is for whoever works on the rules.
# How long an example takes is the machine's: no deadline.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

WHOLE_PROGRAMS = frozenset({"bench", "desk"})
"""Fixtures that are a whole console, or a whole portal, on a store of its own."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Marks what works on a whole program, so that nobody has to remember to."""
    for item in items:
        if WHOLE_PROGRAMS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.whole)
