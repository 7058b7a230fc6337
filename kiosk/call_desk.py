"""Keeps account of privileged visits, and states under this terminal's key what they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kiosk.session.effects import NoteLine
from kiosk.store import CallLines, KeptLine
from visits.clock import Clock
from visits.messages import CallStated
from visits.model import FacilityId, Id, TerminalId, VisitId, VisitKind
from visits.receipts import CallStatement, StatedLine
from visits.signing import Purpose, SigningKey

MOST_LINES = 200
"""A statement tells of the last so many connections, and how many it leaves out."""


class Counted(Protocol):
    """The part of `kiosk.media.MediaStats` that is accounted for."""

    @property
    def attempt(self) -> str | None: ...
    @property
    def sent_bytes(self) -> Mapping[str, int]: ...


class CallDesk:
    """To be called on one thread beside `note`, which may be called from any."""

    def __init__(
        self,
        lines: CallLines,
        *,
        key: SigningKey,
        facility_id: FacilityId,
        terminal_id: TerminalId,
        clock: Clock,
        grants_handed: Callable[[VisitId], int],
    ) -> None:
        """`grants_handed`: how many leaves to record a visit ever came to this terminal."""
        self._grants_handed = grants_handed
        self._lines = lines
        self._key = key
        self._place = (facility_id, terminal_id)
        self._clock = clock

    def note(self, line: NoteLine) -> None:
        """A line was encrypted; returns once that is durable."""
        self._lines.keep(
            KeptLine(
                visit_id=line.visit_id,
                kind=line.kind,
                attempt=line.attempt,
                kiosk_fingerprint=line.kiosk_fingerprint,
                visitor_fingerprint=line.visitor_fingerprint,
                secured_at=line.at,
                ends_at=line.ends_at,
            )
        )

    def count(self, stats: Counted, closing: Id | None = None) -> None:
        """Save what the running attempt has sent; for the last time if it is `closing`."""
        if stats.attempt is None:
            return
        closed_at = self._clock.now() if stats.attempt == closing else None
        self._lines.count(stats.attempt, stats.sent_bytes, closed_at)

    def state(self, visit_id: VisitId) -> bool:
        """Queue the statement on a visit; False when there is nothing new to state."""
        now = self._clock.now()

        def make(kind: VisitKind, lines: Sequence[StatedLine]) -> CallStated:
            facility_id, terminal_id = self._place
            said = CallStatement(
                facility_id=facility_id,
                visit_id=visit_id,
                terminal_id=terminal_id,
                kind=kind,
                recording_grants=self._grants_handed(visit_id),
                lines=tuple(lines[-MOST_LINES:]),
                dropped_lines=max(0, len(lines) - MOST_LINES),
                stated_at=now,
            )
            return CallStated(visit_id=visit_id, statement=self._key.sign(Purpose.STATEMENT, said))

        return self._lines.state(visit_id, make, now)

    def state_overdue(self, present: VisitId | None) -> bool:
        """State every visit that is past its end, was never stated and is not `present`: those
        that a stop of this program cut off."""
        overdue = self._lines.overdue(self._clock.now())
        stated = [self.state(visit_id) for visit_id in overdue if visit_id != present]
        return any(stated)
