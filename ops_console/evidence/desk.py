"""What every route of the evidence process is handed, and how it lets somebody in."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from ops_console.evidence.archive import Archive
from ops_console.evidence.exporting import Exporter
from ops_console.evidence.live import Hub
from visits.clock import Clock
from visits.model import VisitId, Words
from visits.signing import KeyRing, Signed
from visits.tickets import EvidenceTicket, Sight, TicketRefused, leave_to_see


class Asked(Words):
    """With a ticket that names the visits."""

    ticket: Signed


@dataclass(frozen=True)
class Desk:
    """What the routes need."""

    archive: Archive
    hub: Hub
    keys: KeyRing
    clock: Clock
    exporter: Exporter

    def open(self, signed: Signed, *sights: Sight) -> EvidenceTicket:
        """Raises `TicketRefused`."""
        facility_id, now = self.archive.facility_id, self.clock.now()
        for sight in sights:
            with contextlib.suppress(TicketRefused):
                return leave_to_see(
                    self.keys, signed, facility_id=facility_id, sight=sight, now=now
                )
        return leave_to_see(self.keys, signed, facility_id=facility_id, sight=sights[0], now=now)


def must_name(ticket: EvidenceTicket, visit_id: VisitId) -> None:
    """Raises `TicketRefused` where the ticket is for other visits."""
    if visit_id not in ticket.visit_ids:
        raise TicketRefused("The ticket is for another visit.")
