"""The evidence process' answers about recordings, for pages that play them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kiosk.recording.containers import Part
from visits.clock import SystemClock
from visits.signing import KeyRing, Signed
from visits.tickets import EvidenceTicket, Sight, TicketRefused, leave_to_see

PARTIES = ("terminal", "visitor")


@dataclass(frozen=True)
class Kept:
    """A recording: the same parts for both sides."""

    recording_id: str
    began_at: datetime
    parts: Sequence[Part]
    last_link: str
    broken: str | None = None

    def pieces(self) -> list[tuple[int, str, Part]]:
        """Index, side and part, as they would have been gathered."""
        both = [(party, part) for part in self.parts for party in PARTIES]
        return [(index, party, part) for index, (party, part) in enumerate(both, 1)]


@dataclass
class Answers:
    """Answers for tickets of `keys`; what was asked."""

    keys: KeyRing
    facility_id: str
    kept: list[Kept] = field(default_factory=list)
    now: Callable[[], datetime] = SystemClock().now
    asked: list[str] = field(default_factory=list)
    purged: list[EvidenceTicket] = field(default_factory=list)
    down: bool = False
    url: str = ""

    def answer(self, path: str, said: dict[str, Any]) -> tuple[int, bytes]:
        if self.down:
            return 503, b"{}"
        signed = Signed.model_validate(said["ticket"])
        try:
            ticket = self._leave(path, signed)
        except TicketRefused as why:
            return 403, json.dumps({"refused": str(why)}).encode()
        self.asked.append(path)
        if path == "/purge":
            self.purged.append(ticket)
            stones = [{"recording_id": one.recording_id, "bytes": 1} for one in self.kept]
            self.kept.clear()
            return 200, json.dumps({"purged": stones}).encode()
        if path == "/index":
            return 200, json.dumps({"recordings": list(map(_index, self.kept))}).encode()
        return 200, self._pieces(said)

    def _leave(self, path: str, signed: Signed) -> EvidenceTicket:
        words = json.loads(signed.payload)
        lists = path == "/index" and words["sight"] == Sight.LIST
        sight = Sight.PURGE if path == "/purge" else Sight.LIST if lists else Sight.PLAY
        return leave_to_see(
            self.keys, signed, facility_id=self.facility_id, sight=sight, now=self.now()
        )

    def _pieces(self, said: dict[str, Any]) -> bytes:
        one = next(it for it in self.kept if it.recording_id == said["recording_id"])
        return b"".join(
            part.data
            for index, party, part in one.pieces()
            if said["first"] <= index <= said["last"] and party == said["party"]
        )


def _index(one: Kept) -> dict[str, Any]:
    return {
        "recording_id": one.recording_id,
        "began_at": one.began_at.isoformat(),
        "ended": True,
        "cut_off": False,
        "broken": one.broken,
        "verified": one.broken is None,
        "count": len(one.pieces()) + 2,
        "last_link": one.last_link,
        "pieces": [
            {
                "index": index,
                "party": party,
                "kind": "init" if part.init else "media",
                "starts_ms": part.starts_ms,
                "lasts_ms": part.lasts_ms,
                "keyframe": part.keyframe,
                "mime": part.mime,
                "bytes": len(part.data),
            }
            for index, party, part in one.pieces()
        ],
    }


@contextmanager
def answering(answers: Answers) -> Iterator[Answers]:
    """`answers` on a free port of this machine, for pages of any origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_OPTIONS(self) -> None:
            self._send(204, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._send(*answers.answer(self.path, json.loads(body)))

        def _send(self, code: int, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "content-type")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answers.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
