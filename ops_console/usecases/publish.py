"""Publish what units show when time, not a change, has overtaken it."""

from __future__ import annotations

from ops_console import store
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console


def publish_due(console: Console) -> None:
    """Renews the agenda and calendar of units whose day has ended, whose first open time can no
    longer be booked, or that were never published."""
    with console.readers.read() as db:
        due = store.publishing.units_due(db, console.clock.now())
    if not due:
        return

    def publish(one: Change) -> None:
        for unit_id in due:
            one.renews(unit_id)

    change(console, publish)
