"""A process of its own that makes what units show, so that a calendar that is made beside a rush of
requests keeps none of them waiting. The console saves what it made."""

from __future__ import annotations

from datetime import datetime

from ops_console.aside import Aside
from ops_console.settings import ConsoleSettings
from ops_console.usecases import Console, Made, make_some

NICENESS = 5
"""Whoever decides goes first where processors are few."""


class Workshop(Aside[None, list[Made]]):
    """Makes publications apart from the console; for one thread."""

    def __init__(self, settings: ConsoleSettings) -> None:
        super().__init__(settings, "workshop", _make, nice=NICENESS)

    def make(self, now: datetime) -> list[Made] | None:
        """Some of what is marked as stale, as of `now`; None as for `ask`."""
        return self.ask(None, now)


def _make(console: Console, _question: None) -> list[Made]:
    return make_some(console, console.clock.now())
