"""Publish anew what a change, or the passing of time, has overtaken.

A change marks its units in its own transaction; what they show is made right after its commit,
from the store, so that many changes at once are decided first and published together.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from ops_console import store
from ops_console.store.publishing import Stale
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._publish import Renewed, renewed
from visits.errors import WaitAndRetry
from visits.model import UnitId

AT_ONCE = 4
"""Units that are made in one go, so that others who ask wait a little only."""
LONG_S = 0.1
"""For what is made in one go. A small facility needs no other process."""
REST_S = 0.25
"""Between two goes, so that in a rush those who ask have the processors. A lone change is published
at once."""

_logger = logging.getLogger(__name__)


class Made(NamedTuple):
    """What one marked unit is to show."""

    mark: Stale
    publications: tuple[Renewed, ...]


Maker = Callable[[datetime], "list[Made] | None"]
"""As `make_some`, elsewhere; None where it cannot be done there now."""


def publish_due(console: Console) -> None:
    """Renews the agenda and calendar of units whose day has ended, whose first open time can no
    longer be booked, that were never published, or that a stopped console left behind."""
    with console.readers.read() as db:
        due = store.publishing.units_due(db, console.clock.now())

    def mark(one: Change) -> None:
        for unit_id in due:
            one.renews(unit_id)

    if due:
        change(console, mark)
    publish_stale(console)


def publish_stale(console: Console) -> None:
    """Makes and says everything that is marked; returns when nothing is."""
    while publish_some(console):
        pass


def not_elsewhere(_now: datetime) -> None:
    """A `Maker` for a console that makes everything itself."""


def publish_some(console: Console, elsewhere: Maker = not_elsewhere) -> bool:
    """Makes some of what is marked, elsewhere where that is possible; False when nothing was."""
    with console.publishing:
        now = console.clock.now()
        made = elsewhere(now)
        if made is None:
            made = make_some(console, now)
        if made:
            console.announcer.say(change(console, lambda one: _save(one, made)))
        return bool(made)


def make_some(console: Console, now: datetime) -> list[Made]:
    """What some of the marked units are to show at `now`, by the store; saves nothing."""
    with console.asking() as (db, ready):
        marks = store.publishing.stale(db, AT_ONCE)
        return [Made(mark, renewed(console, db, ready, mark, now)) for mark in marks]


def _save(one: Change, made: list[Made]) -> set[UnitId]:
    """The units that show something else now."""
    for mark, publications in made:
        for each in publications:
            store.publishing.save_published(one.db, each.published)
        store.publishing.no_longer_stale(one.db, mark)
    return {
        mark.unit_id for mark, publications in made if any(each.changed for each in publications)
    }


class Publisher:
    """Publishes after each commit, on a thread of its own, at most half of the time and with a
    rest between; elsewhere from the first time on that it took long."""

    def __init__(self, console: Console, elsewhere: Maker = not_elsewhere) -> None:
        self._console = console
        self._offered = elsewhere
        self._elsewhere: Maker = not_elsewhere
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        self._console.announcer.on_stale(self._woken.set)
        self._thread.start()
        self._woken.set()

    def stop(self) -> None:
        """Waits for what is being made; the rest stays marked."""
        self._stopped.set()
        self._woken.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.wait()
            self._woken.clear()
            try:
                self._publish()
            except WaitAndRetry as trouble:
                _logger.warning("publishing waits for the next tick: %s", trouble)
            except Exception:
                _logger.exception("publishing failed and is tried again at the next tick")

    def _publish(self) -> None:
        while not self._stopped.is_set():
            began = time.monotonic()
            if not publish_some(self._console, self._elsewhere):
                return
            took = time.monotonic() - began
            if took > LONG_S:
                self._elsewhere = self._offered
            self._stopped.wait(max(took, REST_S))
