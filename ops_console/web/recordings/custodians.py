"""Who may look at recordings at all. Watching a visit while it runs is for every officer."""

from __future__ import annotations

from fastapi import Depends

from ops_console.store import people
from ops_console.usecases import FOR_CUSTODIANS
from ops_console.web.desk import AtDesk
from ops_console.web.gate import SignedIn
from visits.errors import OfficerMustAct


def _custodian(desk: AtDesk, session: SignedIn) -> None:
    """By what the store says now: a session may be older than its officer's role. Raises
    `OfficerMustAct`."""
    with desk.console.readers.read() as db:
        officer = people.officer(db, session.officer_id)
    if officer is None or not officer.custodian:
        raise OfficerMustAct(FOR_CUSTODIANS)


ForCustodians = Depends(_custodian)
