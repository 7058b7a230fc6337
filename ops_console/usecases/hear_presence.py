"""Hear what a device says of itself."""

from __future__ import annotations

import logging
from concurrent.futures import Future

from ops_console import store
from ops_console.changes import Topic
from ops_console.store.devices import Heard
from ops_console.usecases._change import Change, change_soon
from ops_console.usecases._console import Console
from ops_console.usecases._visits import EVIDENCE_SETTLES
from visits.messages import Presence, PresenceState, Role

_logger = logging.getLogger(__name__)


def hear_presence(console: Console, presence: Presence) -> None:
    """Keeps the last word of each device, soon: the caller is not kept waiting.

    A will of an earlier boot is ignored.
    """

    def hear(one: Change) -> None:
        known = store.devices.presence(one.db, presence.device)
        if not _outdated(presence, known):
            store.devices.save_presence(one.db, presence, one.now)
            store.quality.note_presence(one.db, presence, one.now)
            if Role.of(presence.device) is Role.KIOSK:
                store.quality.mark_running(one.db, one.now + EVIDENCE_SETTLES)
            one.touches(Topic.TERMINALS)

    change_soon(console, hear).add_done_callback(_log_trouble)


def _log_trouble(saved: Future[None]) -> None:
    trouble = saved.exception()
    if trouble is not None:
        _logger.error("a device's presence was not saved: %s", trouble)


def _outdated(presence: Presence, known: Heard | None) -> bool:
    """The broker says a will late: by then the device may have greeted with a new boot."""
    return (
        known is not None
        and presence.state is PresenceState.OFFLINE
        and presence.boot_id != known.presence.boot_id
        and presence.since <= known.presence.since
    )
