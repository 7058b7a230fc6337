"""Says what changed: topics to open pages after each commit, what units show to the broker."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ops_console import store
from ops_console.changes import Changes
from ops_console.store.publishing import Publication, Published
from ops_console.usecases._front import Broadcaster, Courier
from visits.messages import Notice, PublicCalendar, SignedAgenda, Topics
from visits.model import UnitId
from visits.sync.database import Readers

NOTICES: dict[Publication, type[Notice]] = {
    Publication.AGENDA: SignedAgenda,
    Publication.CALENDAR: PublicCalendar,
}


class Announcer:
    """Notes which topics works touch and tells open pages after their commit; says publications.

    The store is read anew, so a work that was undone is never said, and an older revision is
    never put over a newer one.
    """

    def __init__(
        self,
        readers: Readers,
        topics: Topics,
        broadcaster: Broadcaster,
        courier: Courier,
        changes: Changes,
    ) -> None:
        self._readers = readers
        self._topics = topics
        self._broadcaster = broadcaster
        self._courier = courier
        self._changes = changes
        self._lock, self._saying = threading.Lock(), threading.Lock()
        self._pages: set[str] = set()
        self._said: dict[str, int] = {}
        self._stale = False
        self._wake_publisher: Callable[[], None] = lambda: None

    def on_stale(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit that marked units to be published anew."""
        self._wake_publisher = wake

    def note(self, topics: frozenset[str], *, stale: bool = False) -> None:
        """Inside a work: after its commit, tell pages of these topics. `stale`: units are marked
        to be published anew."""
        with self._lock:
            self._pages |= topics
            self._stale = self._stale or stale

    def after_commit(self) -> None:
        """Hand this to `Writer.after_commit`."""
        with self._lock:
            pages, self._pages = self._pages, set()
            stale, self._stale = self._stale, False
        if stale:
            self._wake_publisher()
        if pages:
            self._courier.wake()
        for page in pages:
            self._changes.publish(page)

    def say(self, units: set[UnitId]) -> None:
        """What these units show, as it was saved. Not on the writer's thread, which others wait
        for: to say a large unit's takes longer than to decide a visit."""
        with self._saying, self._readers.read() as db:
            for published in store.publishing.of_units(db, units):
                self._say(published)

    def announce_all(self) -> None:
        """Say every unit's retained state anew: at the start and when the broker is back."""
        with self._saying, self._readers.read() as db:
            self._said.clear()
            for published in store.publishing.of_units(db, None):
                self._say(published)

    def catch_up(self) -> None:
        """Say what another process published: a command that ran beside this one."""
        with self._readers.read() as db:
            newer = {
                revision.unit_id
                for revision in store.publishing.revisions(db)
                if self._said.get(self._topic(revision.kind, revision.unit_id), 0)
                < revision.revision
            }
        if newer and self._broadcaster.connected:
            self.say(newer)

    def _say(self, published: Published) -> None:
        topic, kind = self._topic(published.kind, published.unit_id), NOTICES[published.kind]
        newer = self._said.get(topic, 0) < published.revision
        if newer and self._broadcaster.send_written(topic, kind, published.notice, retain=True):
            self._said[topic] = published.revision

    def _topic(self, kind: Publication, unit_id: UnitId) -> str:
        if kind is Publication.AGENDA:
            return self._topics.agenda(unit_id)
        return self._topics.calendar(unit_id)
