"""Leave for one officer's browser to see one visit, live or recorded: the console signs it, the
evidence process opens for nobody without."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from visits.clock import Instant
from visits.errors import MessageRefused, SignatureRefused
from visits.model import FacilityId, Id, Line, Name, VisitId, Words
from visits.signing import KeyRing, Purpose, Signed


class TicketRefused(MessageRefused):
    """This ticket opens nothing here and now; the text says why."""


class Sight(StrEnum):
    """What a ticket is for."""

    LIVE = "live"
    PLAY = "play"
    EXPORT = "export"
    PURGE = "purge"
    LIST = "list"
    """Which recordings there are of a visit, and their state; nothing of what they hold."""


class EvidenceTicket(Words):
    """Under `Purpose.EVIDENCE`. The console has the officer and purpose in its audit already."""

    ticket_id: Id
    facility_id: FacilityId
    sight: Sight
    visit_ids: tuple[VisitId, ...]
    officer_id: Id
    officer_name: Name
    purpose: Line
    not_after: Instant


def leave_to_see(
    keys: KeyRing, signed: Signed, *, facility_id: FacilityId, sight: Sight, now: datetime
) -> EvidenceTicket:
    """The ticket, if it gives leave for just this. Raises `TicketRefused` otherwise."""
    try:
        ticket = keys.open(signed, Purpose.EVIDENCE, EvidenceTicket)
    except SignatureRefused as cause:
        raise TicketRefused(f"The ticket is not believed: {cause}") from cause
    if (ticket.facility_id, ticket.sight) != (facility_id, sight):
        raise TicketRefused("The ticket is for something else.")
    if now >= ticket.not_after:
        raise TicketRefused("The ticket has lapsed; open the page again.")
    return ticket
