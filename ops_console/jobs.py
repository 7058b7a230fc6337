"""Every timed job of the console, one line each.

What is due is always read from the store, so a late, missed or repeated tick changes nothing:
jobs only decide how soon. All times are UTC; no job is given a wall-clock time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from ops_console import memory
from ops_console.usecases import (
    Console,
    carry_out_purges,
    close_overdue,
    delete_documents,
    end_unheard_watches,
    follow_settings,
    forget_quality,
    grant_recordings,
    grow_audit_tree,
    judge_failures,
    mirror_head,
    offer_free_times,
    publish_due,
    purge_expired,
    take_waiting_reports,
)
from visits.errors import WaitAndRetry

DOCUMENTS_EVERY_S = 3600.0
MEMORY_EVERY_S = 3600.0
ALL_MEMORY_EVERY_S = 24 * 3600.0

_logger = logging.getLogger(__name__)


class Jobs:
    """The console's scheduler."""

    def __init__(self, console: Console, tick_s: float, head_file: Path | None) -> None:
        self._console = console
        self._head_file = head_file
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_job(self.reconcile, "interval", seconds=tick_s)
        self._scheduler.add_job(self._delete_documents, "interval", seconds=DOCUMENTS_EVERY_S)
        self._scheduler.add_job(memory.look_at_new, "interval", seconds=MEMORY_EVERY_S)
        self._scheduler.add_job(memory.look_at_all, "interval", seconds=ALL_MEMORY_EVERY_S)

    def start(self) -> None:
        """Does everything that is due now, then again at every tick."""
        self.reconcile()
        self._delete_documents()
        _try(lambda: follow_settings(self._console))
        _try(self._be_ready)
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for the job that is running and mirrors the audit's head a last time."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._mirror()

    def reconcile(self) -> None:
        """The tick: reports that wait, visits that are overdue or failed, times that came free
        for who waits, leave to record, watches that ended, publications that are due, lines that
        the audit's tree lacks."""
        _try(lambda: take_waiting_reports(self._console))
        _try(lambda: close_overdue(self._console))
        _try(lambda: judge_failures(self._console))
        _try(lambda: offer_free_times(self._console))
        _try(lambda: end_unheard_watches(self._console))
        _try(lambda: grant_recordings(self._console))
        _try(lambda: publish_due(self._console))
        _try(self._console.announcer.catch_up)
        _try(lambda: grow_audit_tree(self._console))
        _try(self._mirror)

    def _be_ready(self) -> None:
        """Nobody who asks first waits for the rules and the booked visits to be read."""
        console = self._console
        console.writer.run(lambda db: console.ready.up_to_date(db, console.clock.now()))
        with console.asking():
            memory.look_at_all()

    def _delete_documents(self) -> None:
        _try(lambda: delete_documents(self._console))
        _try(lambda: forget_quality(self._console))
        _try(lambda: purge_expired(self._console))
        _try(lambda: carry_out_purges(self._console))

    def _mirror(self) -> None:
        if self._head_file is not None:
            mirror_head(self._console.readers, self._head_file)


def _try(job: Callable[[], object]) -> None:
    """One job's trouble is logged and never keeps the others, or the next tick, from running."""
    try:
        job()
    except WaitAndRetry as trouble:
        _logger.warning("a timed job waits for its next tick: %s", trouble)
    except Exception:
        _logger.exception("a timed job failed and will run again at its next tick")
