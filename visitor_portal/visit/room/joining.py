"""Asks the console to admit a visitor, reliably: the request leaves by the outbox."""

from __future__ import annotations

from visitor_portal.portal import Facility, Portal
from visitor_portal.store import after_commit, mailbox
from visits.messages import JoinRequested


def ask_to_join(portal: Portal, facility: Facility, request: JoinRequested) -> None:
    """Blocks until the request is durable."""
    with portal.store.write() as connection:
        mailbox.put(connection, request, facility.id, portal.clock.now())
        after_commit(connection, lambda: _wake(facility))


def _wake(facility: Facility) -> None:
    facility.post.wake()
