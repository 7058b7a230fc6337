"""The one way in which a visit changes its status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ops_console import store
from ops_console.changes import Topic
from ops_console.store.visits import Visit
from ops_console.usecases._change import Change
from visits.errors import OfficerMustAct
from visits.lifecycle import Actor, VisitEvent, next_status
from visits.messages import VisitChanged
from visits.model import Cause, Slot, VisitId


@dataclass(frozen=True, slots=True)
class By:
    """Who causes a change, and which officer or terminal that is."""

    actor: Actor
    id: str | None = None


TELLS_OF_FAILURE = frozenset({VisitEvent.LOSE, VisitEvent.CONNECT, VisitEvent.END, VisitEvent.MISS})
EVIDENCE_SETTLES = timedelta(seconds=10)
"""So long after the last word of it a failure is judged: both ends and the portal tell theirs."""
BY_CONSOLE = By(Actor.CONSOLE)


class Told(NamedTuple):
    """What the visitor is told beside how the visit stands."""

    reason: str = ""
    alternatives: tuple[Slot, ...] = ()
    charged_by: tuple[str, ...] | None = None


NOTHING_MORE = Told()


def move(
    change: Change,
    visit: Visit,
    event: VisitEvent,
    by: By,
    *,
    cause: Cause | None,
    at: datetime | None = None,
    note: str = "",
    told: Told = NOTHING_MORE,
) -> Visit:
    """Changes a visit, adds to its history, tells the portal and renews the unit's agenda.

    `at` is when it happened, by default now. Raises `TransitionRefused`.
    """
    after = next_status(visit.status, event, by.actor)
    store.visits.save_status(change.db, visit.visit_id, after, cause)
    store.visits.add_line(
        change.db,
        visit.visit_id,
        event,
        by.actor,
        at=at or change.now,
        saved_at=change.now,
        actor_id=by.id,
        change=(visit.status, after),
        cause=cause,
        note=note,
    )
    if event in TELLS_OF_FAILURE:
        store.quality.mark(change.db, visit.visit_id, change.now + EVIDENCE_SETTLES)
    moved = known_visit(change, visit.visit_id)
    tell(change, moved, told)
    change.touches(Topic.VISITS, moved.unit_id)
    return moved


def tell(change: Change, visit: Visit, told: Told = NOTHING_MORE) -> None:
    """Tells the portal how the visit stands now, and why."""
    change.tell_portal(
        VisitChanged(
            visit=visit.state,
            reason=told.reason,
            alternatives=told.alternatives,
            charged_by=told.charged_by,
            at=change.now,
        )
    )


def known_visit(change: Change, visit_id: VisitId) -> Visit:
    """Raises `OfficerMustAct` when there is no such visit."""
    visit = store.visits.visit(change.db, visit_id)
    if visit is None:
        raise OfficerMustAct("There is no such visit. Go back to the list of visits.")
    return visit


def given_reason(text: str) -> str:
    """The officer's reason without spaces around it.

    Raises `OfficerMustAct` when it is missing or longer than a line may be.
    """
    reason = text.strip()
    if not reason:
        raise OfficerMustAct("Write the reason first. It is kept in the record.")
    if len(reason) > 500:
        raise OfficerMustAct("The reason is too long. Use 500 letters or fewer.")
    return reason
