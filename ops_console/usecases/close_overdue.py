"""Close visits whose time has passed and that nobody closed."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.rules.accounting import closing
from ops_console.store.visits import Visit
from ops_console.usecases._change import CONSOLE_ITSELF, Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._visits import BY_CONSOLE, move
from visits.lifecycle import VisitEvent


def close_overdue(console: Console) -> int:
    """How many visits were closed: missed ones as such, running ones as ended.

    A kiosk ends its visits itself; the console waits `Policy.close_grace` for that report.
    """
    overdue_before = console.clock.now() - console.policy.close_grace
    with console.readers.read() as db:
        if not store.visits.unfinished_before(db, overdue_before):
            return 0

    def close(one: Change) -> int:
        overdue = store.visits.unfinished_before(one.db, overdue_before)
        for visit in overdue:
            _close(one, visit)
        return len(overdue)

    return change(console, close)


def _close(one: Change, visit: Visit) -> None:
    how = closing(
        visit.status,
        inmate_came=visit.inmate_came_at is not None,
        visitor_came=visit.visitor_came_at is not None,
    )
    move(one, visit, how.event, BY_CONSOLE, cause=how.cause)
    verb = Verb.MISS if how.event is VisitEvent.MISS else Verb.END
    one.audit(CONSOLE_ITSELF, verb, ObjectKind.VISIT, visit.visit_id, {"cause": how.cause})
