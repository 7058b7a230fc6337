"""Records a visit if, and only if, the console's signed grant for just this visit is at hand."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from kiosk.media.room import AttemptMaker
from kiosk.recording.attempt import RecordedAttempt
from kiosk.recording.recorder import Recorder
from kiosk.recording.spool import Spool, SpoolFile
from kiosk.recording.tee import Tee
from visits.clock import Clock
from visits.grants import RecordingGrant, leave_to_record
from visits.messages import AgendaVisit, RecordingStated
from visits.model import FacilityId, Id, TerminalId, VisitId, new_id
from visits.recordings import (
    Chain,
    Opening,
    PartyName,
    Piece,
    RecordingBroken,
    RecordingStatement,
    new_seal,
    opening_of,
)
from visits.relaying import Relay
from visits.signing import KeyRing, Purpose, Signed, SigningKey

_logger = logging.getLogger(__name__)


class Call(Protocol):
    """The part of `kiosk.media.CallService` that is ordered about."""

    def open(
        self, attempt: str, relay: Relay | None, *, relay_only: bool, make: AttemptMaker
    ) -> None: ...


class Carries(Protocol):
    """What takes recordings away; `kiosk.recording.upload.Uploader`."""

    def grows(self, recording_id: Id | None) -> None: ...
    def wake(self) -> None: ...


class CarriesNothing:
    """Where no evidence process is named: recordings stay on this disk."""

    def grows(self, recording_id: Id | None) -> None:
        """Nobody is told."""

    def wake(self) -> None:
        """Nobody is waiting."""


class RecordingDesk:
    """Its methods are called on the effects' thread, `keyframe` and the recorder's words from
    others."""

    def __init__(
        self,
        *,
        keys: KeyRing,
        key: SigningKey,
        facility_id: FacilityId,
        terminal_id: TerminalId,
        spool: Spool,
        call: Call,
        clock: Clock,
        save: Callable[[RecordingStated], None],
        failed: Callable[[VisitId, str], None],
    ) -> None:
        """`save` makes a parcel durable; `failed` hears that a recording broke in mid-visit."""
        self.carrier: Carries = CarriesNothing()
        self._keys, self._key = keys, key
        self._place = (facility_id, terminal_id)
        self._spool, self._call, self._clock = spool, call, clock
        self._save, self._failed = save, failed
        self._lock = threading.Lock()
        self._present: tuple[VisitId, Id, Tee, Recorder] | None = None
        self._finishing: list[Recorder] = []

    def start(self) -> None:
        """Close what a stop of this program cut off."""
        for file in self._spool.left_open():
            try:
                self._close_cut_off(file)
            except (OSError, RecordingBroken):
                _logger.exception("%s cannot be closed and stays as it is", file)

    def stop(self) -> None:
        """Returns once every recording has its end on disk."""
        with self._lock:
            present, self._present = self._present, None
            waiting, self._finishing = self._finishing, []
        for recorder in [*waiting, *([present[3]] if present else [])]:
            recorder.stop()

    def grant_for(self, visit: AgendaVisit) -> RecordingGrant:
        """Leave to record this visit now. Raises `GrantRefused`."""
        facility_id, terminal_id = self._place
        return leave_to_record(
            self._keys,
            visit.grant,
            facility_id=facility_id,
            visit_id=visit.visit_id,
            terminal_id=terminal_id,
            kind=visit.kind,
            now=self._clock.now(),
        )

    def open_call(
        self,
        attempt: Id,
        visit: AgendaVisit,
        grant: RecordingGrant,
        relay: Relay | None,
        *,
        relay_only: bool,
    ) -> None:
        """As `CallService.open`, recorded. Raises `OSError` where nothing can be written."""
        self.stop_recording()
        assert visit.grant is not None  # noqa: S101 - it was opened
        tee, recorder, recording_id = self._begin(visit.grant, grant)
        with self._lock:
            self._present = (grant.visit_id, recording_id, tee, recorder)
        recorder.start()
        self.carrier.grows(recording_id)
        make = partial(RecordedAttempt, tee=tee)
        self._call.open(attempt, relay, relay_only=relay_only, make=make)

    def stop_recording(self, visit_id: VisitId | None = None) -> None:
        """Of this visit, or whichever; the call goes on."""
        with self._lock:
            present = self._present
            if present is None or visit_id not in {None, present[0]}:
                return
            self._present = None
            self._finishing.append(present[3])
        present[2].close()

    def keyframe(self, recording_id: Id, party: PartyName) -> None:
        """Somebody began to watch."""
        with self._lock:
            present = self._present
        if present is not None and present[1] == recording_id:
            wanted = present[2].wanted
            if party is PartyName.TERMINAL:
                wanted.own_keyframe = True
            else:
                wanted.their_keyframe = True

    def _begin(self, signed: Signed, grant: RecordingGrant) -> tuple[Tee, Recorder, Id]:
        recording_id, tee = new_id(), Tee(self._clock.monotonic)
        seal, sealed_key = new_seal(grant.evidence_key, recording_id)
        opening = Opening(
            recording_id=recording_id,
            facility_id=grant.facility_id,
            visit_id=grant.visit_id,
            terminal_id=grant.terminal_id,
            grant=signed,
            began_at=self._clock.now(),
            sealed_key=sealed_key,
        )
        began_at = self._clock.monotonic()
        file = self._spool.begin(recording_id)
        file.append(Piece(opening.model_dump_json().encode(), b""))
        recorder = Recorder(
            tee,
            file,
            seal,
            began_at,
            grew=self._grew,
            failed=partial(self._broke, grant.visit_id),
            over=partial(self._over, opening),
        )
        return tee, recorder, recording_id

    def _grew(self) -> None:
        self.carrier.wake()

    def _broke(self, visit_id: VisitId, why: str) -> None:
        self._failed(visit_id, why)

    def _over(self, opening: Opening, file: SpoolFile, lasts_ms: int) -> None:
        """On the recorder's thread, last of all."""
        with self._lock:
            if self._present is not None and self._present[1] == opening.recording_id:
                self._present = None
        if not file.chain.ended:
            return  # the disk was full; closed at the next start, when there is room
        self._state(opening, file.chain, lasts_ms, cut_off=False)
        self._spool.mark_closed(file.path)
        self.carrier.wake()

    def _close_cut_off(self, file: Path) -> None:
        found = self._spool.end_cut_off(file)
        if found is None:
            file.unlink()
            return
        opening, chain, last = found
        lasts_ms = last.starts_ms + last.lasts_ms if last else 0
        self._state(opening_of(opening), chain, lasts_ms, cut_off=True)
        self._spool.mark_closed(file)

    def _state(self, opening: Opening, chain: Chain, lasts_ms: int, *, cut_off: bool) -> None:
        grant = RecordingGrant.model_validate_json(opening.grant.payload)
        said = RecordingStatement(
            facility_id=opening.facility_id,
            visit_id=opening.visit_id,
            terminal_id=opening.terminal_id,
            grant_id=grant.grant_id,
            recording_id=opening.recording_id,
            pieces=chain.next_index,
            last_link=chain.last_link,
            began_at=opening.began_at,
            ended_at=opening.began_at + timedelta(milliseconds=lasts_ms),
            cut_off=cut_off,
        )
        signed = self._key.sign(Purpose.RECORDED, said)
        self._save(RecordingStated(visit_id=opening.visit_id, statement=signed))
