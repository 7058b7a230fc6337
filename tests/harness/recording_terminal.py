"""A terminal's recorder and upload in a process of its own, fed as a call would feed them, to be
killed at any moment.

    python -m tests.harness.recording_terminal FOLDER SECONDS

FOLDER holds `place.json` (see `Place`), the spool, and what was noted so far: `kept.txt`, each
word of the evidence process that pieces are on its disk, and `stated.txt`, each recording that
was closed. It records anew at every start, for SECONDS, or until a line comes on standard input.
"""

from __future__ import annotations

import json
import os
import select
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.devices.contracts import Resolution
from kiosk.media.encoding import EncodedPicture
from kiosk.recording import upload
from kiosk.recording.carrier_line import CarrierLine
from kiosk.recording.desk import RecordingDesk
from kiosk.recording.spool import Spool
from kiosk.recording.tee import OwnPicture, OwnSound, Tee, TheirPicture, TheirSound
from kiosk.recording.upload import Uploader
from tests.harness.containers import film, speech
from tests.harness.evidence import FACILITY
from visits.clock import SystemClock
from visits.messages import AgendaVisit, RecordingStated
from visits.model import Party, Slot, VisitKind, VisitStatus, Words
from visits.relaying import Relay
from visits.signing import KeyRing, Signed, SigningKey, VerifyingKey
from visits.sync.connection import BrokerSettings, tls_context

FILM_S = 2.0
STEP_S = 0.1


class Place(Words):
    """Where the evidence process is, and whose word counts."""

    url: str
    keys: str
    console_key: str
    grant: Signed


def note(file: Path, line: str) -> None:
    """Durable at once."""
    number = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(number, f"{line}\n".encode())
        os.fsync(number)
    finally:
        os.close(number)


class _Noting(CarrierLine):
    """Notes what the evidence process says that it keeps, before anybody acts on it."""

    file: Path

    def hear(self, wait_s: float) -> bytes | None:
        said = super().hear(wait_s)
        if said is not None and json.loads(said)["type"] == "kept":
            note(self.file, said.decode())
        return said


@dataclass
class _Call:
    """Takes the attempt's maker and keeps its tee."""

    tee: Tee | None = None

    def open(self, attempt: str, relay: Relay | None, *, relay_only: bool, make: Any) -> None:
        del attempt, relay, relay_only
        self.tee = make.keywords["tee"]


class Terminal:
    """What `kiosk.app` makes for a terminal that records, and nothing else of it."""

    def __init__(self, folder: Path) -> None:
        place = Place.model_validate_json((folder / "place.json").read_bytes())
        keys = Path(place.keys)
        self.call, self.spool = _Call(), Spool(folder / "spool")
        self.grant, self.failed = place.grant, folder / "failed.txt"
        self.desk = RecordingDesk(
            keys=KeyRing([VerifyingKey.from_text(place.console_key)]),
            key=SigningKey.from_pem((keys / "kiosk-a1.signing.key").read_bytes()),
            facility_id=FACILITY,
            terminal_id="a1",
            spool=self.spool,
            call=self.call,
            clock=SystemClock(),
            save=lambda told: self._state(folder / "stated.txt", told),
            failed=lambda _visit, why: note(self.failed, why),
        )
        _Noting.file = folder / "kept.txt"
        setattr(upload, "CarrierLine", _Noting)  # noqa: B010
        names = {"ca": "ca.pem", "certificate": "kiosk-a1.pem", "key": "kiosk-a1.key"}
        files = {part: keys / file for part, file in names.items()}
        self.uploader = Uploader(
            place.url,
            tls_context(BrokerSettings(host="", port=0, **files)),
            self.spool,
            keyframe=self.desk.keyframe,
            refused=lambda _recording, why: note(self.failed, why),
        )
        self.desk.carrier = self.uploader

    def run(self, seconds: float) -> None:
        self.desk.start()
        self.uploader.start()
        visit = visit_with(self.grant)
        self.desk.open_call("one", visit, self.desk.grant_for(visit), None, relay_only=False)
        assert self.call.tee is not None
        print("recording", flush=True)
        feed(self.call.tee, seconds)
        self.desk.stop()
        while self.spool.all():
            time.sleep(STEP_S)
        self.uploader.stop()

    @staticmethod
    def _state(file: Path, told: RecordingStated) -> None:
        note(file, told.statement.model_dump_json())


def visit_with(grant: Signed) -> AgendaVisit:
    now = SystemClock().now()
    return AgendaVisit(
        visit_id="v1",
        terminal_id="a1",
        inmate_id="i1",
        party=Party(visitor_id="v", name="V"),
        kind=VisitKind.SOCIAL,
        slot=Slot(starts_at=now, ends_at=now + timedelta(minutes=30)),
        status=VisitStatus.BOOKED,
        recorded=True,
        seen=False,
        grant=grant,
    )


def feed(tee: Tee, seconds: float) -> None:
    """Both parties, thirty pictures and fifty packets a second, when they are due."""
    pictures, sound, began = film("H264", FILM_S), speech(FILM_S), time.monotonic()
    for step in range(round(seconds / STEP_S)):
        for number in range(step * 3, step * 3 + 3):
            one, at = pictures[number % len(pictures)], began + number / 30
            own = EncodedPicture(one.data, 0, one.keyframe, Resolution(640, 480), at)
            tee.put(OwnPicture("H264", own))
            tee.put(TheirPicture("H264", number * 3_000, one.data, at))
        for number in range(step * 5, step * 5 + 5):
            packet, at = sound[number % len(sound)].data, began + number / 50
            tee.put(OwnSound(packet, at))
            tee.put(TheirSound(number * 960, packet, at))
        due = began + (step + 1) * STEP_S - time.monotonic()
        if select.select([sys.stdin], [], [], max(0.0, due))[0]:
            return


if __name__ == "__main__":
    Terminal(Path(sys.argv[1])).run(float(sys.argv[2]))
