"""An evidence process of a test's own: it checks tickets and sends what terminals would record."""

from __future__ import annotations

import json
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from kiosk.media.encoding import PictureCodec
from kiosk.recording.containers import Part, container_for
from tests.harness.containers import SIZES, film, in_order, put, speech
from visits.clock import SystemClock
from visits.signing import KeyRing, Signed
from visits.tickets import EvidenceTicket, Sight, TicketRefused, leave_to_see

HEAD = struct.Struct(">BBQQ")
PARTIES = ("terminal", "visitor")
FILM_S = 30.0


@cache
def recorded(codec: PictureCodec = "H264", seconds: float = FILM_S) -> tuple[Part, ...]:
    """What a terminal's recorder makes of half a minute, in fragments of a quarter second."""
    given = in_order(film(codec, seconds, SIZES[2:]), speech(seconds))
    return tuple(put(container_for(codec), given))


@dataclass
class Feed:
    """Sends each visit's two parties as they would come; what tickets it saw."""

    keys: KeyRing
    facility_id: str
    parts: Sequence[Part] = ()
    now: Callable[[], datetime] = SystemClock().now
    ahead_s: float = 0.0
    """By which a stopped console's clock is ahead of this machine's."""
    stalled: set[str] = field(default_factory=set)
    """Visits of which nothing comes any more."""
    seen: list[EvidenceTicket] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    url: str = ""
    _lines: dict[str, ServerConnection] = field(default_factory=dict)
    _came: threading.Condition = field(default_factory=threading.Condition)

    def drop(self, visit_id: str) -> None:
        """The line of a visit breaks."""
        self._lines[visit_id].close()

    def await_tickets(self, count: int) -> None:
        """Until so many were seen."""
        with self._came:
            if not self._came.wait_for(lambda: len(self.seen) >= count, 10):
                raise TimeoutError(f"{len(self.seen)} tickets came")

    def answer(self, line: ServerConnection) -> None:
        try:
            ticket = self._ticket(json.loads(line.recv(timeout=5)))
        except TicketRefused as why:
            self.refused.append(str(why))
            line.send(json.dumps({"type": "refused", "why": str(why)}))
            return
        with self._came:
            self.seen.append(ticket)
            self._lines[ticket.visit_ids[0]] = line
            self._came.notify_all()
        try:
            self._send_all(line, ticket.visit_ids[0])
        except ConnectionClosed:
            return

    def _ticket(self, said: dict[str, Any]) -> EvidenceTicket:
        signed = Signed.model_validate(said["ticket"])
        return leave_to_see(
            self.keys,
            signed,
            facility_id=self.facility_id,
            sight=Sight.LIVE,
            now=self.now(),
        )

    def _send_all(self, line: ServerConnection, visit_id: str) -> None:
        """In real time, so that a browser plays without a pause; `late` while it is stalled."""
        began = time.time()
        for part in self.parts:
            while time.time() < began + (part.starts_ms + part.lasts_ms) / 1000:
                time.sleep(0.02)
            silent_since = time.time()
            while visit_id in self.stalled:
                time.sleep(0.2)
                self._say_late(line, time.time() - silent_since)
            for number, party in enumerate(PARTIES):
                if part.init:
                    info = {"type": "init-info", "visit": visit_id, "party": party}
                    line.send(json.dumps({**info, "mime": part.mime}))
                wall = round((began + self.ahead_s) * 1000) + part.starts_ms
                kind = 0 if part.init else 1
                line.send(HEAD.pack(number, kind, part.starts_ms, wall) + part.data)

    def _say_late(self, line: ServerConnection, seconds: float) -> None:
        for party in PARTIES:
            if seconds > 1:
                late = {"type": "late", "party": party, "seconds": round(seconds, 1)}
                line.send(json.dumps(late))


@contextmanager
def feeding(feed: Feed) -> Iterator[Feed]:
    """`feed` on a free port of this machine."""
    server: Server = serve(feed.answer, "127.0.0.1", 0)
    feed.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield feed
    finally:
        feed.stalled.clear()
        server.shutdown()
        thread.join(10)
