"""What a room tells the console reliably: it leaves by the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from visitor_portal.portal import Facility, Portal
from visitor_portal.store import after_commit, mailbox
from visits.messages import JoinRequested, Parcel


def ask_to_join(portal: Portal, facility: Facility, request: JoinRequested) -> None:
    """Asks to admit a visitor. Blocks until the request is durable."""
    tell_console(portal, facility, [request])


def tell_console(portal: Portal, facility: Facility, parcels: Sequence[Parcel]) -> None:
    """Blocks until all of them are durable."""
    with portal.store.write() as connection:
        for parcel in parcels:
            mailbox.put(connection, parcel, facility.id, portal.clock.now())
        after_commit(connection, lambda: _wake(facility))


def _wake(facility: Facility) -> None:
    facility.post.wake()
