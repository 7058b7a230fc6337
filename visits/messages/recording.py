"""What a terminal tells of recordings that are closed."""

from __future__ import annotations

from visits.messages.devices import Role
from visits.messages.families import Parcel
from visits.model import Line, VisitId
from visits.signing import Signed


class RecordingStated(Parcel):
    """A `RecordingStatement` under `Purpose.RECORDED`, by the terminal's own key."""

    senders = frozenset({Role.KIOSK})

    visit_id: VisitId
    statement: Signed


class RecordingTroubled(Parcel):
    """A visit that should be recorded is not, or no longer."""

    senders = frozenset({Role.KIOSK})

    visit_id: VisitId
    why: Line
    blocked: bool
    """The visit does not go on without it."""
