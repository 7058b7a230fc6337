"""Forgets what is no longer needed: at start, then every ten minutes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from visitor_portal.store import Store, attempts, drafts, holds, mailbox, sessions, waiting
from visits.clock import Clock

_EVERY_S = 600.0
_log = logging.getLogger(__name__)


class Housekeeping:
    """One quiet thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Runs until the block is left."""
        thread = threading.Thread(target=self._keep_tidy, name="housekeeping")
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def tidy(self) -> None:
        """Old sessions, abandoned sign-ups, spent counts, remembered message ids, what was held."""
        now = self._clock.now()
        with self._store.write() as connection:
            sessions.forget_old(connection, now)
            drafts.forget_old(connection, now)
            attempts.forget_old(connection, now)
            mailbox.forget_old(connection, now)
            holds.forget_old(connection, now)
            waiting.forget_old(connection, now)

    def _keep_tidy(self) -> None:
        while True:
            try:
                self.tidy()
            except SQLAlchemyError:
                _log.exception("could not tidy up; trying again in %s seconds", _EVERY_S)
            if self._stop.wait(_EVERY_S):
                return
