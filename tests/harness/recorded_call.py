"""The part of a kiosk that records, beside a real evidence process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.devices.testcard import read_marker
from kiosk.media import CallService, IceSettings
from kiosk.recording.desk import RecordingDesk
from kiosk.recording.spool import Spool
from kiosk.recording.upload import Uploader
from tests.harness.call import Heard
from tests.harness.evidence import FACILITY, Evidence
from tests.harness.flashing import BeepingSound, FlashingCamera
from visits.clock import SystemClock
from visits.messages import AgendaVisit, RecordingStated
from visits.model import Party, Slot, VisitKind, VisitStatus
from visits.recordings import RecordingStatement
from visits.signing import KeyRing, Purpose, SigningKey, VerifyingKey


@dataclass
class Terminal:
    """The part of a kiosk that records."""

    evidence: Evidence
    service: CallService
    folder: Path
    stated: list[RecordingStated] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    key: SigningKey = field(default_factory=SigningKey.generate)

    def __post_init__(self) -> None:
        self.heard_statement = threading.Condition()
        self.spool = Spool(self.folder)
        ring = KeyRing([self.evidence.console_key().verifying_key])
        self.desk = RecordingDesk(
            keys=ring,
            key=self.key,
            facility_id=FACILITY,
            terminal_id="a1",
            spool=self.spool,
            call=self.service,
            clock=SystemClock(),
            save=self._save,
            failed=lambda _visit, why: self.failed.append(why),
        )
        self.uploader = Uploader(
            self.evidence.ingest_url,
            self.evidence.tls(),
            self.spool,
            keyframe=self.desk.keyframe,
            refused=lambda _recording, why: self.failed.append(why),
        )
        self.desk.carrier = self.uploader

    def visit(self, visit_id: str, **other: Any) -> AgendaVisit:
        now = SystemClock().now()
        words: dict[str, Any] = {
            "visit_id": visit_id,
            "terminal_id": "a1",
            "inmate_id": "mateo",
            "party": Party(visitor_id="rosa", name="Rosa"),
            "kind": VisitKind.SOCIAL,
            "slot": Slot(starts_at=now, ends_at=now + timedelta(minutes=30)),
            "status": VisitStatus.BOOKED,
            "recorded": True,
            "seen": False,
            "grant": self.evidence.grant(visit_id),
        }
        return AgendaVisit.model_validate({**words, **other})

    def open(self, attempt: str, visit_id: str) -> None:
        visit = self.visit(visit_id)
        grant = self.desk.grant_for(visit)
        self.desk.open_call(attempt, visit, grant, None, relay_only=False)

    def statements(self, count: int = 1) -> list[RecordingStatement]:
        with self.heard_statement:
            self.heard_statement.wait_for(lambda: len(self.stated) >= count, 10)
        ring = KeyRing([VerifyingKey.from_text(self.key.verifying_key.text)])
        return [
            ring.open(one.statement, Purpose.RECORDED, RecordingStatement) for one in self.stated
        ]

    def _save(self, told: RecordingStated) -> None:
        with self.heard_statement:
            self.stated.append(told)
            self.heard_statement.notify_all()


@contextmanager
def recording(service: CallService, evidence: Evidence, folder: Path) -> Iterator[Terminal]:
    """Started, and stopped whatever happens; the service's own stop is the caller's."""
    made = Terminal(evidence, service, folder)
    made.desk.start()
    made.uploader.start()
    try:
        yield made
    finally:
        service.cool_down()
        made.desk.stop()
        made.uploader.stop()


@contextmanager
def flashing_terminal(evidence: Evidence, folder: Path, heard: Heard) -> Iterator[Terminal]:
    """One that flashes and beeps at once, and talks to this machine."""
    anywhere = {"allowed_networks": ["0.0.0.0/0", "::/0"], "allow_loopback": True}
    ice = IceSettings.model_validate(anywhere)
    service = CallService(
        FlashingCamera(), BeepingSound(), heard, ice, SystemClock(), read_marker=read_marker
    )
    service.start()
    try:
        with recording(service, evidence, folder) as made:
            yield made
    finally:
        service.stop()
