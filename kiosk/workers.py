"""A thread that does what it is handed, in order, and survives what goes wrong."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

_logger = logging.getLogger(__name__)


class Worker:
    """`do` from any thread; `stop` finishes what was handed over before."""

    def __init__(self, name: str) -> None:
        self._works: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name)

    def start(self) -> None:
        self._thread.start()

    def do(self, work: Callable[[], object]) -> None:
        self._works.put(work)

    def stop(self) -> None:
        """Returns when all is done. Harmless when never started."""
        self._works.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while (work := self._works.get()) is not None:
            try:
                work()
            except Exception:
                _logger.exception("%s could not finish what it was asked", self._thread.name)
