"""Says what a commit changed: retained state to the broker, topics to open pages."""

from __future__ import annotations

from visits.model import UnitId


class Announcer:
    """Notes what works touch and, after their commit, says it from the store."""

    def note(self, units: frozenset[UnitId], topics: frozenset[str]) -> None:
        """Inside a work: after its commit, say these units' publications and topics."""
        raise NotImplementedError

    def after_commit(self) -> None:
        """Hand this to `Writer.after_commit`."""
        raise NotImplementedError

    def announce_all(self) -> None:
        """Say every unit's retained state anew: at the start and when the broker is back."""
        raise NotImplementedError
