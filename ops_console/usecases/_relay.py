"""The relay as the console hands it out: to a visit's kiosk and to its visitor, never to others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from visits.model import Slot, VisitId
from visits.relaying import Relay, RelayPlace, relay_for


@dataclass(frozen=True)
class RelayDesk:
    """Knows the secret that the relay believes."""

    place: RelayPlace
    secret: str = field(repr=False)
    grace: timedelta = timedelta(minutes=10)
    """After a visit's end, before the relay stops believing its credentials."""

    def relay(self, visit_id: VisitId, slot: Slot) -> Relay:
        """Both sides of a visit, whenever they ask, get the same."""
        return relay_for(self.place, self.secret, visit_id, slot.ends_at + self.grace)
