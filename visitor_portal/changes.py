"""Who should look again: wakes the open pages of a visitor when something of theirs changed.

Written from any thread (link threads after a commit), awaited by event streams on the web's
event loop. It carries no facts, only the hint to fetch them again.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from visits.model import VisitorId


class Listener:
    """One open page. `wait` returns when its visitor's facts changed since the last call."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """From any thread; a loop that has gone needs no waking."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    async def wait(self, seconds: float) -> bool:
        """True on a change, False after `seconds` without one."""
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return False
        self._changed.clear()
        return True


class Changes:
    """The register of open pages."""

    MOST_PAGES = 8
    """Open streams one visitor may hold; the oldest is told to stop beyond that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[VisitorId, list[Listener]] = defaultdict(list)
        self._closed = False

    @property
    def closed(self) -> bool:
        """Set once at the stop of the process; streams end themselves then."""
        return self._closed

    @contextmanager
    def listener(self, visitor_id: VisitorId) -> Iterator[Listener]:
        """To be entered on the event loop that will await it."""
        listener = Listener()
        with self._lock:
            self._listeners[visitor_id].append(listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners[visitor_id].remove(listener)
                if not self._listeners[visitor_id]:
                    del self._listeners[visitor_id]

    def full(self, visitor_id: VisitorId) -> bool:
        """Whether this visitor has as many open streams as allowed."""
        with self._lock:
            return len(self._listeners.get(visitor_id, ())) >= self.MOST_PAGES

    def tell(self, visitor_id: VisitorId) -> None:
        """Something of this visitor's changed (already committed)."""
        with self._lock:
            listeners = tuple(self._listeners.get(visitor_id, ()))
        for listener in listeners:
            listener.wake()

    def tell_everyone(self) -> None:
        """Something that everybody sees changed: a calendar, a facility's presence."""
        with self._lock:
            listeners = tuple(one for many in self._listeners.values() for one in many)
        for listener in listeners:
            listener.wake()

    def close(self) -> None:
        """Ends all streams so that the process can stop."""
        self._closed = True
        self.tell_everyone()
