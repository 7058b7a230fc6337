"""Carries recordings to the evidence process as they are made, and takes up where a cut left off.

The other side says how far it has each recording on its disk; only then, and only once the
recording has its end and the console was told of it, is it removed here.
"""

from __future__ import annotations

import json
import logging
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from websockets.exceptions import WebSocketException

from kiosk.recording.carrier_line import CarrierLine
from kiosk.recording.spool import CLOSED, Spool
from visits.errors import VisitlineError
from visits.model import Id
from visits.recordings import LENGTHS, PartyName, unpacked

FIRST_RETRY_S, LAST_RETRY_S = 0.5, 8.0
LOOKS_EVERY_S = 0.25
"""For words of the other side; what grows wakes it at once."""
AT_ONCE_BYTES = 1 << 20
MOST_AHEAD = 400
"""Pieces that may be on their way without word that they are kept."""
ANSWERS_WITHIN_S = 10.0

_logger = logging.getLogger(__name__)


class Refused(Protocol):
    def __call__(self, recording_id: Id, why: str) -> None: ...


class Uploader:
    """One connection, kept up until `stop`; the recording that grows goes first."""

    def __init__(
        self,
        url: str,
        tls: ssl.SSLContext,
        spool: Spool,
        *,
        keyframe: Callable[[Id, PartyName], None],
        refused: Refused,
    ) -> None:
        """`keyframe`: somebody began to watch and needs one of that party."""
        self._url, self._tls, self._spool = url, tls, spool
        self._keyframe, self._refused = keyframe, refused
        self._live: Id | None = None
        self._set_aside: set[str] = set()
        self._news = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="evidence-upload", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._thread.ident is not None:
            self._thread.join(ANSWERS_WITHIN_S + 1)

    def grows(self, recording_id: Id | None) -> None:
        """This one is live from now on."""
        self._live = recording_id
        self.wake()

    def wake(self) -> None:
        """There is more to carry."""
        self._news.set()

    def _run(self) -> None:
        pause = FIRST_RETRY_S
        while not self._stopping:
            try:
                with CarrierLine(self._url, self._tls) as line:
                    pause = FIRST_RETRY_S
                    self._carry_all(line)
            except (OSError, WebSocketException, TimeoutError, VisitlineError) as trouble:
                if not self._stopping:
                    _logger.warning("recordings wait for the evidence process: %s", trouble)
            except Exception:
                _logger.exception("carrying recordings met a fault and begins anew")
            self._rest(pause)
            pause = min(pause * 2, LAST_RETRY_S)

    def _carry_all(self, line: CarrierLine) -> None:
        while not self._stopping:
            file = self._next_file()
            if file is None:
                line.hear(0.0)
                self._rest(1.0)
            else:
                _Carrying(self, line, file).run()

    def _next_file(self) -> Path | None:
        live = self._spool.file_of(self._live) if self._live else None
        if live is not None and live.stem not in self._set_aside:
            return live
        waiting = [file for file in self._spool.all() if file.stem not in self._set_aside]
        return waiting[0] if waiting else None

    def _rest(self, seconds: float) -> None:
        if not self._stopping and self._news.wait(seconds):
            self._news.clear()

    # --- what a carrying asks of it

    @property
    def stopping(self) -> bool:
        return self._stopping

    def another_is_live(self, recording_id: Id) -> bool:
        return self._live is not None and self._live != recording_id and self.is_there(self._live)

    def is_there(self, recording_id: Id) -> bool:
        return recording_id not in self._set_aside and bool(self._spool.file_of(recording_id))

    def rest(self) -> None:
        self._rest(LOOKS_EVERY_S)

    def wants_keyframe(self, recording_id: Id, party: str) -> None:
        self._keyframe(recording_id, PartyName(party))

    def set_aside(self, recording_id: Id, why: str) -> None:
        """The other side does not take it: it stays on this disk, for an engineer."""
        self._set_aside.add(recording_id)
        self._refused(recording_id, why)

    def has_arrived(self, recording_id: Id) -> bool:
        """Remove it, if the console was told of it; else leave it a little longer."""
        file = self._spool.file_of(recording_id)
        if file is not None and file.suffix == CLOSED:
            file.unlink()
        elif file is not None:
            return False
        return True


class _Carrying:
    """One recording over one connection."""

    def __init__(self, owner: Uploader, line: CarrierLine, file: Path) -> None:
        self._owner, self._line, self._id = owner, line, file.stem
        self._source: BinaryIO = file.open("rb", buffering=0)
        self._sent = self._kept = 0
        self._rest = b""
        self._over = self._arrived = False

    def run(self) -> None:
        with self._source:
            self._resume()
            while not self._done():
                more = self._send_some()
                while self._hear():
                    pass
                if not more and not self._done():
                    self._owner.rest()

    def _done(self) -> bool:
        if self._arrived:
            return self._owner.has_arrived(self._id)
        return self._over or self._owner.stopping or self._owner.another_is_live(self._id)

    def _resume(self) -> None:
        self._line.send(json.dumps({"type": "resume", "recording_id": self._id}))
        while self._sent == 0 and not self._over:
            answer = self._answer(ANSWERS_WITHIN_S)
            if answer is None:
                raise TimeoutError("The evidence process does not say how far it has a recording.")
            if answer.get("type") == "have" and answer.get("recording_id") == self._id:
                self._skip(int(answer["next"]))
                return
            self._take(answer)

    def _skip(self, count: int) -> None:
        """Past what the other side has."""
        self._sent = self._kept = count
        for _ in range(count):
            lengths = self._source.read(LENGTHS.size)
            if len(lengths) < LENGTHS.size:
                raise OSError(f"{self._id}: the other side has more than this disk.")
            self._source.seek(sum(LENGTHS.unpack(lengths)), 1)

    def _send_some(self) -> bool:
        """Whether there is more on the disk for sure; of what grows from now on it is told."""
        if self._sent - self._kept > MOST_AHEAD:
            return False
        found = self._source.read(AT_ONCE_BYTES)
        self._rest += found
        sizes = [piece.size for piece in unpacked(self._rest)]
        if sizes:
            used = sum(sizes)
            self._line.send(self._rest[:used])
            self._rest = self._rest[used:]
            self._sent += len(sizes)
        return len(found) == AT_ONCE_BYTES

    def _hear(self) -> bool:
        answer = self._answer(0.0)
        if answer is not None:
            self._take(answer)
        return answer is not None

    def _answer(self, wait_s: float) -> dict[str, Any] | None:
        heard = self._line.hear(wait_s)
        found: dict[str, Any] | None = None if heard is None else json.loads(heard)
        return found

    def _take(self, answer: dict[str, Any]) -> None:
        if answer.get("recording_id") != self._id:
            return
        match answer.get("type"):
            case "kept":
                self._kept = int(answer["next"])
                self._arrived = bool(answer.get("ended"))
            case "keyframe":
                self._owner.wants_keyframe(self._id, str(answer["party"]))
            case "refused":
                self._over = True
                self._owner.set_aside(self._id, str(answer.get("why", "")))
