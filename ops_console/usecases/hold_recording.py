"""Keep a visit's recordings whatever their age, because somebody needs them; and let them go."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import Verb
from ops_console.store.keeping import Hold
from ops_console.store.visits import HistoryWord, Visit
from ops_console.usecases._change import Change, change
from ops_console.usecases._console import Console
from ops_console.usecases._supervising import custodian, not_private, put_down
from ops_console.usecases._visits import given_reason, known_visit
from visits.errors import OfficerMustAct
from visits.model import Id, VisitId, new_id


def place_hold(console: Console, officer_id: Id, visit_id: VisitId, reason: str) -> None:
    """Raises `OfficerMustAct` when the officer is no custodian, or there is no recording, a hold
    already, a purge that is decided, or no reason."""
    why = given_reason(reason)

    def place(one: Change) -> None:
        custodian(one, officer_id)
        visit = recorded_visit(one, visit_id)
        if store.keeping.hold_on(one.db, visit_id) is not None:
            raise OfficerMustAct("There is a legal hold on this recording already.")
        purge = store.keeping.purge_of(one.db, visit_id)
        if purge is not None and purge.confirmed_at is not None:
            raise OfficerMustAct("This recording is purged, or is being purged now.")
        if purge is not None:
            store.keeping.withdraw_purge(one.db, purge.purge_id, one.now)
        hold = Hold(new_id(), visit_id, why, officer_id, one.now)
        store.keeping.place_hold(one.db, hold)
        put_down(one, officer_id, visit, Verb.HOLD, HistoryWord.HELD_BACK, note=why)

    change(console, place)


def lift_hold(console: Console, officer_id: Id, visit_id: VisitId, reason: str) -> None:
    """Age counts again. Raises `OfficerMustAct` when the officer is no custodian, or there is no
    hold or no reason."""
    why = given_reason(reason)

    def lift(one: Change) -> None:
        custodian(one, officer_id)
        visit = recorded_visit(one, visit_id)
        hold = store.keeping.hold_on(one.db, visit_id)
        if hold is None:
            raise OfficerMustAct("There is no legal hold on this recording.")
        store.keeping.lift_hold(one.db, hold.hold_id, officer_id, why, one.now)
        put_down(one, officer_id, visit, Verb.LIFT, HistoryWord.LET_GO, note=why)

    change(console, lift)


def recorded_visit(one: Change, visit_id: VisitId) -> Visit:
    """Raises `OfficerMustAct` for a privileged visit, and for one without recording."""
    visit = not_private(known_visit(one, visit_id))
    if not store.recordings.of_visit(one.db, visit_id):
        raise OfficerMustAct("There is no recording of this visit.")
    return visit
