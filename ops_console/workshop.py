"""A process of its own that makes what units show.

Python runs one thread at a time, so a calendar that is made beside a rush of requests would keep
every one of them waiting. This process only reads the store; the console saves what it made.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from ops_console.building import Silence, Store, make_console
from ops_console.settings import ConsoleSettings
from ops_console.usecases import Made, make_some
from visits.clock import StoppedClock

NICENESS = 5
"""Whoever decides goes first where processors are few."""
ANSWERS_WITHIN_S = 30.0
LEAVES_WITHIN_S = 5.0
_logger = logging.getLogger(__name__)


class Workshop:
    """Makes publications apart from the console; for one thread."""

    def __init__(self, settings: ConsoleSettings) -> None:
        self._settings = settings
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._ready = False

    def make(self, now: datetime) -> list[Made] | None:
        """Some of what is marked as stale, as of `now`. None where the process is not ready, has
        just ended or does not answer: whoever asks does it without."""
        try:
            line = self._open_line()
            if line is None:
                return None
            line.send(now)
            if not line.poll(ANSWERS_WITHIN_S):
                raise TimeoutError("it does not answer")
            made: list[Made] = line.recv()
        except (EOFError, OSError) as trouble:
            _logger.warning("publications are made here, their own process is gone: %r", trouble)
            self.stop()
            return None
        return made

    def wait_until_ready(self, timeout_s: float) -> bool:
        """Whether it is ready within so long; for who measures."""
        line = self._line_of(self._process) or self._start()
        self._ready = self._ready or (line.poll(timeout_s) and bool(line.recv()))
        return self._ready

    def stop(self) -> None:
        """Ends the process if there is one. `make` would start another."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.join(LEAVES_WITHIN_S)
            self._process.kill()
            self._process.join()
        self._process, self._line, self._ready = None, None, False

    def _open_line(self) -> Connection | None:
        """To a process that is ready; one that is not there is started on the way."""
        line = self._line_of(self._process) or self._start()
        if not self._ready and line.poll():
            self._ready = bool(line.recv())
        return line if self._ready else None

    def _line_of(self, process: BaseProcess | None) -> Connection | None:
        return self._line if process is not None else None

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_work, args=(self._settings, theirs), name="workshop", daemon=True
        )
        self._process.start()
        theirs.close()
        self._line, self._ready = ours, False
        return ours


def _work(settings: ConsoleSettings, line: Connection) -> None:
    """Until the console closes the line, in whatever way it ends."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    os.nice(NICENESS)
    make = _maker(settings)
    try:
        line.send(True)
        while True:
            line.send(make(line.recv()))
    except (EOFError, OSError):
        return


def _maker(settings: ConsoleSettings) -> Callable[[datetime], list[Made]]:
    store, silence = Store.at(settings.store.path), Silence()
    clock = StoppedClock(datetime.min.replace(tzinfo=UTC))
    console = make_console(settings, clock, store, silence, silence)

    def make(now: datetime) -> list[Made]:
        clock.at = now
        return make_some(console, now)

    return make
