"""The one crossing from every other thread to the one that thinks and draws."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

from kiosk.session.events import Event

T = TypeVar("T")


class Crossing:
    """Events and calls from any thread, taken in order on the thread that runs `drain`.

    `wake` must make that thread call `drain` soon; it may be called from any thread.
    """

    def __init__(self, take: Callable[[Event], None]) -> None:
        self._take = take
        self._waiting: SimpleQueue[Event | Callable[[], None]] = SimpleQueue()
        self._wake: Callable[[], object] = lambda: None

    def wakes(self, wake: Callable[[], object]) -> None:
        """What to call when something waits; what waits already is announced at once."""
        self._wake = wake
        wake()

    def post(self, event: Event) -> None:
        self._waiting.put(event)
        self._wake()

    def call(self, work: Callable[[], T]) -> Future[T]:
        """Run `work` on the other side; its result or exception comes with the future."""
        outcome: Future[T] = Future()

        def run() -> None:
            if not outcome.set_running_or_notify_cancel():
                return
            try:
                outcome.set_result(work())
            except Exception as problem:  # noqa: BLE001 - raised again where the result is asked for
                outcome.set_exception(problem)

        self._waiting.put(run)
        self._wake()
        return outcome

    def drain(self) -> None:
        """Take everything that waits now."""
        for _ in range(self._waiting.qsize()):
            try:
                what = self._waiting.get_nowait()
            except Empty:
                return
            if isinstance(what, Event):
                self._take(what)
            else:
                what()
