"""A process of its own that works something out for the console.

Python runs one thread at a time, so long work beside a rush of requests would keep every one of
them waiting. Such a process only reads the store; the console itself writes and says.
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
from typing import Generic, TypeVar

from ops_console.building import Silence, Store, make_console
from ops_console.settings import ConsoleSettings
from ops_console.usecases import Console
from visits.clock import StoppedClock

ANSWERS_WITHIN_S = 30.0
LEAVES_WITHIN_S = 5.0
Q = TypeVar("Q")
A = TypeVar("A")
_logger = logging.getLogger(__name__)


class Aside(Generic[Q, A]):
    """One such process, for one thread. It is started when it is first asked."""

    def __init__(
        self,
        settings: ConsoleSettings,
        name: str,
        work: Callable[[Console, Q], A],
        *,
        nice: int = 0,
    ) -> None:
        """`work` is a function of a module; it is asked in the other process, on a console there
        that only reads. `nice` is by how much others go first."""
        self._settings = settings
        self._name = name
        self._work = work
        self._nice = nice
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._ready = False

    def ask(self, question: Q, now: datetime) -> A | None:
        """What `work` answers as of `now`. None where the process is not ready, has just ended or
        does not answer: whoever asks does it without."""
        return self.answer(self.begin(question, now))

    def begin(self, question: Q, now: datetime) -> Connection | None:
        """Hands in a question, so that the process never waits for the next one. The line on which
        its answer comes, after those to the questions before it; None as for `ask`. A line holds
        only so much: nobody hands in many before hearing the first answer."""
        try:
            line = self._open_line()
            if line is not None:
                line.send((question, now))
        except (EOFError, OSError) as trouble:
            self._give_up(trouble)
            return None
        return line

    def answer(self, line: Connection | None) -> A | None:
        """The answer to the oldest question of a line that has none. None as for `ask`; whatever
        was asked of a process that is gone since has none."""
        if line is None or line is not self._line:
            return None
        try:
            if not line.poll(ANSWERS_WITHIN_S):
                raise TimeoutError("it does not answer")
            answer: A = line.recv()
        except (EOFError, OSError) as trouble:
            self._give_up(trouble)
            return None
        return answer

    def wait_until_ready(self, timeout_s: float) -> bool:
        """Whether it is ready within so long; it is started if it was not."""
        line = self._line_of(self._process) or self._start()
        self._ready = self._ready or (line.poll(timeout_s) and bool(line.recv()))
        return self._ready

    def stop(self) -> None:
        """Ends the process if there is one. `ask` would start another."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.join(LEAVES_WITHIN_S)
            self._process.kill()
            self._process.join()
        self._process, self._line, self._ready = None, None, False

    def _give_up(self, trouble: Exception) -> None:
        _logger.warning("the console does without its %s, which is gone: %r", self._name, trouble)
        self.stop()

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
            target=_serve,
            args=(self._settings, self._work, self._nice, theirs),
            name=self._name,
            daemon=True,
        )
        self._process.start()
        theirs.close()
        self._line, self._ready = ours, False
        return ours


def _serve(
    settings: ConsoleSettings, work: Callable[[Console, Q], A], nice: int, line: Connection
) -> None:
    """Until the console closes the line, in whatever way it ends."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    os.nice(nice)
    console, clock = _reader(settings)
    try:
        line.send(True)
        while True:
            question, clock.at = line.recv()
            line.send(work(console, question))
    except (EOFError, OSError):
        return


def _reader(settings: ConsoleSettings) -> tuple[Console, StoppedClock]:
    """A console that reads the store and nothing else, and the clock that it goes by."""
    store, silence = Store.at(settings.store.path), Silence()
    clock = StoppedClock(datetime.min.replace(tzinfo=UTC))
    return make_console(settings, clock, store, silence, silence), clock
