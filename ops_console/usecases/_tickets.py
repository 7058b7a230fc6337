"""Leave for an officer's browser, or for the console, to see what is recorded."""

from __future__ import annotations

from datetime import timedelta

from ops_console import store
from ops_console.store.visits import Visit
from ops_console.usecases._change import Change
from ops_console.usecases._supervising import not_private
from visits.model import Id, new_id
from visits.signing import Purpose, Signed
from visits.tickets import EvidenceTicket, Sight

CONSOLE_NAME = "The console"


def ticket(
    one: Change, sight: Sight, visit: Visit, officer_id: Id, *, purpose: str, lasts: timedelta
) -> Signed:
    """For one visit. Raises `OfficerMustAct` for a privileged one, whatever it is for."""
    who = store.people.officer(one.db, officer_id)
    statement = EvidenceTicket(
        ticket_id=new_id(),
        facility_id=one.console.facility.facility_id,
        sight=sight,
        visit_ids=(not_private(visit).visit_id,),
        officer_id=officer_id,
        officer_name=who.name if who else CONSOLE_NAME,
        purpose=purpose,
        not_after=one.now + lasts,
    )
    return one.console.signing_key.sign(Purpose.EVIDENCE, statement)
