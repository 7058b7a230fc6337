"""Pages that wait a moment for a word of a facility, so that the answer is there at once.

A page's worker thread expects a word under a key; a link's thread brings it. Nothing is lost
when nobody waits: what matters is in the store, and open pages hear of it by `changes`.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class Reply:
    """One word that may come."""

    def __init__(self, *, worth_waiting: bool) -> None:
        self._came = threading.Event()
        self._worth_waiting = worth_waiting
        self.word: object = None

    def wait(self, seconds: float) -> bool:
        """Whether it came, at the latest after `seconds`."""
        return self._came.wait(seconds if self._worth_waiting else 0)

    def bring(self, word: object) -> None:
        self.word = word
        self._came.set()


class Replies:
    """The register of waiting pages."""

    MOST_WAITING = 24
    """Threads that may wait at once; the pages share forty, and others need theirs. Who comes
    beyond that goes on without the word."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._expected: dict[Hashable, list[Reply]] = {}
        self._waiting = 0

    @contextmanager
    def expecting(self, key: Hashable) -> Iterator[Reply]:
        """To be entered before asking, so that no answer is too early."""
        with self._lock:
            reply = Reply(worth_waiting=self._waiting < self.MOST_WAITING)
            self._waiting += 1
            self._expected.setdefault(key, []).append(reply)
        try:
            yield reply
        finally:
            with self._lock:
                self._waiting -= 1
                self._expected[key].remove(reply)
                if not self._expected[key]:
                    del self._expected[key]

    def came(self, key: Hashable, word: object = None) -> None:
        """Whoever waits for `key` goes on. From any thread."""
        with self._lock:
            waiting = tuple(self._expected.get(key, ()))
        for reply in waiting:
            reply.bring(word)
