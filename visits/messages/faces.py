"""What a terminal's camera helper thinks it sees of the inmate, for an officer to judge."""

from __future__ import annotations

from visits.clock import Instant
from visits.faces import FaceTrouble
from visits.messages.devices import Role
from visits.messages.families import Parcel
from visits.model import VisitId


class FaceTold(Parcel):
    """The camera of a running visit does not see the inmate; said again, with `until`, once it
    does or the visit goes on no more. Never of a privileged visit. No picture goes with it."""

    senders = frozenset({Role.KIOSK})

    visit_id: VisitId
    trouble: FaceTrouble
    since: Instant
    """When a face was last seen: names the warning together with the visit."""
    until: Instant | None
