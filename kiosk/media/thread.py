"""The media thread: an asyncio loop of its own, so that drawing never delays sound."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from visits.errors import WaitAndRetry

T = TypeVar("T")

WORKERS = 4
"""Threads that encode; one for sound, one for pictures, the others for opening devices."""


class MediaStuck(WaitAndRetry):
    """The media thread did not end in time; the process should be restarted."""


class MediaThread:
    """Runs coroutines of one loop for callers of any other thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(WORKERS, "media-worker"))
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)
        self._ready = threading.Event()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    def start(self) -> None:
        """Returns once the loop runs."""
        self._thread.start()
        self._ready.wait()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run `work` on the loop; exceptions come out of the future."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """Call `function` on the loop soon; after `stop` nothing happens."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)

    def stop(self, patience_s: float) -> None:
        """End the loop and await the thread. Raises `MediaStuck` after `patience_s`."""
        self.call(self._loop.stop)
        self._thread.join(patience_s)
        if self._thread.is_alive():
            raise MediaStuck("The media thread does not end. Restart the kiosk program.")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._ready.set)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
