"""Processes of their own that work out answers to requests, so that in a rush the console only has
to see whether they still stand, and to save them."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from concurrent.futures import Future
from multiprocessing.connection import Connection

from ops_console.aside import Aside
from ops_console.settings import ConsoleSettings
from ops_console.usecases import Advice, Console, advise
from visits.messages import BookingRequested

MOST = 3
"""More would be ahead of what one writer can save."""
AT_ONCE = 2
"""Requests that one of them has: while an answer is on its way, it works at the next."""
STARTS_WITHIN_S = 60.0
Question = BookingRequested | None
"""None: read the store, so that the first request does not wait for that."""
Told = Advice | None
_logger = logging.getLogger(__name__)


class Advisers:
    """As many as there are processors beside the console's own; none before the first rush."""

    def __init__(self, console: Console, settings: ConsoleSettings) -> None:
        self._console = console
        count = min(MOST, len(os.sched_getaffinity(0)) - 1)
        self._all = [Aside(settings, "adviser", _advise) for _ in range(count)]
        self._ready = [threading.Event() for _ in self._all]
        self._threads = [
            threading.Thread(target=self._run, args=pair, name="adviser", daemon=True)
            for pair in zip(self._all, self._ready, strict=True)
        ]

    def start(self) -> None:
        """Returns at once; the processes start when a request has waited for long."""
        self._console.advice.open()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Waits for what is being worked out."""
        self._console.advice.close()
        for thread in self._threads:
            thread.join()

    def wait_until_ready(self) -> bool:
        """Whether they are ready soon, as after a rush; for who measures."""
        self._console.advice.rush()
        return all(one.wait(STARTS_WITHIN_S) for one in self._ready)

    def _run(self, aside: Aside[Question, Told], ready: threading.Event) -> None:
        desk = self._console.advice
        try:
            if desk.wait_for_a_rush() and aside.wait_until_ready(STARTS_WITHIN_S):
                aside.ask(None, self._console.clock.now())
                ready.set()
            self._serve(aside)
        except Exception:
            _logger.exception("nobody advises any more; the console decides alone")
        finally:
            aside.stop()

    def _serve(self, aside: Aside[Question, Told]) -> None:
        """Until the desk is closed."""
        desk, clock = self._console.advice, self._console.clock
        at_work: deque[tuple[Future[Told], Connection | None]] = deque()
        while True:
            while len(at_work) < AT_ONCE and (begun := desk.first(wait=not at_work)) is not None:
                at_work.append((begun.advice, aside.begin(begun.asked, clock.now())))
            if not at_work:
                return
            advice, line = at_work.popleft()
            advice.set_result(aside.answer(line))


def _advise(console: Console, asked: Question) -> Told:
    if asked is not None:
        return advise(console, asked)
    with console.asking():
        return None
