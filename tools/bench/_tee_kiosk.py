"""A terminal's recorder alone, fed in real time as a call feeds it; says what it cost.

That is all that the process spends, but for the thread that feeds, which stands for the call: of
that one only what handing on costs, measured apart.

`python -m tools.bench._tee_kiosk FOLDER SECONDS URL KEYS`: writes to FOLDER, brings it to the
evidence process at URL as kiosk-a1 with the certificates in KEYS.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from kiosk.devices.contracts import Resolution
from kiosk.media.encoding import EncodedPicture
from kiosk.recording.desk import RecordingDesk
from kiosk.recording.spool import Spool
from kiosk.recording.tee import OwnPicture, OwnSound, Tee, TheirClock, TheirPicture, TheirSound
from kiosk.recording.upload import Uploader
from tests.harness.containers import film, speech
from tests.harness.evidence import FACILITY
from tests.harness.recording_terminal import visit_with
from visits.clock import SystemClock
from visits.relaying import Relay
from visits.signing import KeyRing, Signed, SigningKey, VerifyingKey
from visits.sync.connection import BrokerSettings, tls_context

FILM_S = 4.0
PIECES_A_SECOND = 160
"""Thirty pictures and fifty packets of each party."""


class _Call:
    """Takes the attempt's maker and keeps its tee."""

    def __init__(self) -> None:
        self.tee: Tee | None = None

    def open(self, attempt: str, relay: Relay | None, *, relay_only: bool, make: Any) -> None:
        del attempt, relay, relay_only
        self.tee = make.keywords["tee"]


def main() -> int:
    folder, seconds, url, keys = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4:]
    call, spool = _Call(), Spool(folder)
    place, console_key, grant = Path(keys[0]), keys[1], Signed.model_validate_json(keys[2])
    desk, uploader = recording_desk(call, spool, url, place, console_key)
    visit = visit_with(grant)
    pictures, sound = film("H264", FILM_S), speech(FILM_S)
    uploader.start()
    desk.open_call("one", visit, desk.grant_for(visit), None, relay_only=False)
    if call.tee is None:
        return 1
    began, spent, feeding = time.monotonic(), time.process_time(), time.thread_time()
    _feed(call.tee, began, seconds, pictures, sound)
    feeding = time.thread_time() - feeding
    spent = time.process_time() - spent - feeding + _cost_of_handing_on(seconds)
    desk.stop()
    print(json.dumps({"cpu_pct": 100 * spent / seconds, "feeding_pct": 100 * feeding / seconds}))
    uploader.stop()
    return 0


def recording_desk(
    call: Any, spool: Spool, url: str, place: Path, console_key: str
) -> tuple[RecordingDesk, Uploader]:
    """Of terminal a1, with the certificates in `place`; start the uploader before a call."""
    desk = RecordingDesk(
        keys=KeyRing([VerifyingKey.from_text(console_key)]),
        key=SigningKey.generate(),
        facility_id=FACILITY,
        terminal_id="a1",
        spool=spool,
        call=call,
        clock=SystemClock(),
        save=lambda _told: None,
        failed=lambda _visit, why: print(why, file=sys.stderr),
    )
    names = {"ca": "ca.pem", "certificate": "kiosk-a1.pem", "key": "kiosk-a1.key"}
    tls = tls_context(
        BrokerSettings(host="", port=0, **{part: place / file for part, file in names.items()})
    )
    uploader = Uploader(url, tls, spool, keyframe=desk.keyframe, refused=lambda *_: None)
    desk.carrier = uploader
    return desk, uploader


def _feed(
    tee: Tee, began: float, seconds: float, pictures: tuple[Any, ...], sound: tuple[Any, ...]
) -> None:
    """Both parties, thirty pictures and fifty packets a second, each at most 0.1 s late."""
    for step in range(round(seconds * 10)):
        time.sleep(max(0.0, began + (step + 1) / 10 - time.monotonic()))
        for number in range(step * 3, step * 3 + 3):
            one, at = pictures[number % len(pictures)], began + number / 30
            own = EncodedPicture(one.data, 0, one.keyframe, Resolution(640, 480), at)
            tee.put(OwnPicture("H264", own))
            tee.put(TheirPicture("H264", number * 3_000, one.data, at))
        for number in range(step * 5, step * 5 + 5):
            one, at = sound[number % len(sound)], began + number / 50
            tee.put(OwnSound(one.data, at))
            tee.put(TheirSound(number * 960, one.data, at))
        if step % 30 == 0:
            tee.put(TheirClock(False, step / 10, step * 9_000))
            tee.put(TheirClock(True, step / 10, step * 4_800))


def _cost_of_handing_on(seconds: float) -> float:
    """Of the call's threads: as many pieces as `_feed` hands on, into a tee that nobody empties."""
    spent = 0.0
    for _ in range(round(seconds)):
        tee = Tee(time.monotonic)
        began = time.thread_time()
        for number in range(PIECES_A_SECOND // 2):
            tee.put(OwnSound(b"", 0.0))
            tee.put(TheirSound(number, b"", 0.0))
        spent += time.thread_time() - began
    return spent


if __name__ == "__main__":
    sys.exit(main())
