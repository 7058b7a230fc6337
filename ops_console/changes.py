"""Tells open pages that something changed, whichever thread changed it.

A page's server-sent events hold a `Feed`; whoever commits a change says its topic once.
Topics that arrive while a page is busy are told together: the page reads the store anew anyway.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum


class Topic(StrEnum):
    """What a page can watch."""

    VISITS = "visits"
    ACCESS = "access"
    TERMINALS = "terminals"
    RULES = "rules"
    OFFICERS = "officers"


class Feed:
    """One page's view of the changes. Belongs to the event loop that subscribed."""

    def __init__(self, topics: frozenset[str]) -> None:
        self._topics = topics
        self._loop = asyncio.get_running_loop()
        self._told = asyncio.Event()
        self._waiting: set[str] = set()
        self._closed = False

    @property
    def closed(self) -> bool:
        """The console is stopping; nothing more will be told."""
        return self._closed

    async def wait(self, timeout_s: float) -> frozenset[str]:
        """The topics told since the last call.

        Empty when `timeout_s` passed in silence, or when the feed closed.
        """
        try:
            await asyncio.wait_for(self._told.wait(), timeout_s)
        except TimeoutError:
            return frozenset()
        self._told.clear()
        told, self._waiting = frozenset(self._waiting), set()
        return told

    def offer(self, topic: str) -> None:
        """From any thread. Says nothing to a loop that has ended."""
        if topic in self._topics:
            self._on_loop(lambda: self._take(topic))

    def close(self) -> None:
        """From any thread: wakes whoever waits."""
        self._on_loop(self._end)

    def _on_loop(self, action: object) -> None:
        if not self._loop.is_closed() and callable(action):
            self._loop.call_soon_threadsafe(action)

    def _take(self, topic: str) -> None:
        self._waiting.add(topic)
        self._told.set()

    def _end(self) -> None:
        self._closed = True
        self._told.set()


class Changes:
    """The one notifier of a console."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._feeds: set[Feed] = set()

    def publish(self, topic: str) -> None:
        """Say that `topic` changed, after its commit. From any thread; never blocks."""
        with self._lock:
            feeds = tuple(self._feeds)
        for feed in feeds:
            feed.offer(topic)

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Feed]:
        """A feed of `topics` (all of them when none is named). Call on the event loop."""
        feed = Feed(frozenset(topics or Topic))
        with self._lock:
            self._feeds.add(feed)
        try:
            yield feed
        finally:
            with self._lock:
                self._feeds.discard(feed)

    def close(self) -> None:
        """Ends every feed, so that open pages let the web server stop."""
        with self._lock:
            feeds = tuple(self._feeds)
        for feed in feeds:
            feed.close()
