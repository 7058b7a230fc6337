"""Takes agendas in: believes only the console's signature, and only newer ones of this unit."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.session.events import AgendaReceived, Event
from kiosk.store import Store
from visits.clock import Clock
from visits.errors import SignatureRefused
from visits.messages import Agenda, Envelope, Notice, SignedAgenda
from visits.model import FacilityId, UnitId
from visits.signing import KeyRing, Purpose

_logger = logging.getLogger(__name__)


class AgendaDesk:
    """`hear` is for the link; what it posts is already saved."""

    def __init__(
        self,
        *,
        facility_id: FacilityId,
        unit_id: UnitId,
        keys: KeyRing,
        store: Store,
        clock: Clock,
        later: Callable[[Callable[[], object]], None],
        post: Callable[[Event], None],
    ) -> None:
        """`later` runs what it is handed in order on another thread."""
        self._place = (facility_id, unit_id)
        self._keys = keys
        self._store = store
        self._clock = clock
        self._later = later
        self._post = post

    def kept(self) -> AgendaReceived | None:
        """The agenda of an earlier run, its signature checked again; None without one."""
        kept = self._store.agenda(self._place[1])
        agenda = self._believed(kept.signed) if kept else None
        return AgendaReceived(agenda, kept.received_at) if kept and agenda else None

    def hear(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        if isinstance(notice, SignedAgenda):
            self._later(lambda: self._take(notice))

    def _take(self, signed: SignedAgenda) -> None:
        agenda = self._believed(signed)
        now = self._clock.now()
        if agenda is not None and self._store.save_agenda(signed, agenda, now):
            self._post(AgendaReceived(agenda, now))

    def _believed(self, signed: SignedAgenda) -> Agenda | None:
        try:
            agenda = self._keys.open(signed.signed, Purpose.AGENDA, Agenda)
        except SignatureRefused as problem:
            _logger.warning("an agenda is not believed: %s", problem)
            return None
        if (agenda.facility_id, agenda.unit_id) != self._place:
            _logger.error("an agenda of %s came to another unit's kiosk", agenda.unit_id)
            return None
        return agenda
