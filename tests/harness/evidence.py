"""A real evidence process for one test, and what a terminal brings to it."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ops_console.provision import provision, public_keys
from tests.harness.broker import free_port
from visits.clock import SystemClock
from visits.grants import RecordingGrant
from visits.model import VisitKind, new_id
from visits.recordings import Chain, Header, Opening, PartyName, Piece, PieceKind, new_seal
from visits.signing import Purpose, Signed, SigningKey
from visits.sync.connection import BrokerSettings, tls_context
from visits.tickets import EvidenceTicket, Sight

FACILITY = "cook"
ORIGIN = "http://console.jail.example"

SETTINGS = """
mode = "bench"
[facility]
id = "{facility}"
console_keys = ["{console_key}"]
[store]
folder = "{store}"
key = "evidence.key"
[ingest]
host = "127.0.0.1"
port = {port}
ca = "ca.pem"
certificate = "evidence-server.pem"
key = "evidence-server.key"
[watch]
port = 0
origin = "{origin}"
"""


class Evidence:
    """`python -m ops_console.evidence.app run` in a folder with the keys of a facility."""

    def __init__(self, folder: Path, store: Path | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.store = store or folder / "recordings"
        self.log = folder / "evidence.log"
        self.url = ""
        self._child: subprocess.Popen[str] | None = None
        provision(folder, FACILITY, {"a1": "unit-a", "a2": "unit-a"}, SystemClock())
        self.private = self._key()
        self.public = base64.b64encode(self.private.public_key().public_bytes_raw()).decode()
        (folder / "evidence.toml").write_text(
            SETTINGS.format(
                facility=FACILITY,
                console_key=public_keys(folder).console_key,
                store=self.store,
                port=self.port,
                origin=ORIGIN,
            )
        )

    @classmethod
    def beside(cls, folder: Path, port: int) -> Evidence:
        """One that another process runs from the same folder."""
        found = cls.__new__(cls)
        found.folder, found.port = folder, port
        found.private = found._key()
        found.public = base64.b64encode(found.private.public_key().public_bytes_raw()).decode()
        return found

    def _key(self) -> X25519PrivateKey:
        file = self.folder / "evidence.key"
        if not file.exists():
            key = X25519PrivateKey.generate()
            file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        found = load_pem_private_key(file.read_bytes(), password=None)
        assert isinstance(found, X25519PrivateKey)
        return found

    @property
    def ingest_url(self) -> str:
        return f"wss://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def tls(self, device: str = "kiosk-a1") -> ssl.SSLContext:
        names = {"certificate": f"{device}.pem", "key": f"{device}.key", "ca": "ca.pem"}
        files = {name: self.folder / file for name, file in names.items()}
        return tls_context(BrokerSettings(host="127.0.0.1", port=0, **files))

    def console_key(self) -> SigningKey:
        return SigningKey.from_pem((self.folder / "signing.key").read_bytes())

    def start(self) -> None:
        with self.log.open("a") as log:
            self._child = subprocess.Popen(
                [
                    *(sys.executable, "-m", "ops_console.evidence.app", "run"),
                    *("--config", str(self.folder / "evidence.toml")),
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._child.stdout is not None
        said = self._child.stdout.readline()
        ready = re.match(r"visitline-evidence ready (\S+)", said)
        assert ready, self.log.read_text()[-3000:]
        self.url = ready[1]

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        return self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        child, self._child = self._child, None
        if child is None:
            return 0
        os.kill(child.pid, how)
        return child.wait(20)

    def grant(self, visit_id: str = "v1", **other: Any) -> Signed:
        return self.console_key().sign(Purpose.RECORDING, self.grant_of(visit_id, **other))

    def grant_of(self, visit_id: str = "v1", **other: Any) -> RecordingGrant:
        now = SystemClock().now()
        words: dict[str, Any] = {
            "grant_id": new_id(),
            "facility_id": FACILITY,
            "visit_id": visit_id,
            "terminal_id": "a1",
            "kind": VisitKind.SOCIAL,
            "evidence_key": self.public,
            "issued_at": now,
            "not_before": now - timedelta(hours=1),
            "not_after": now + timedelta(hours=1),
        }
        return RecordingGrant.model_validate({**words, **other})

    def ticket(self, sight: Sight, *visit_ids: str, lasts: float = 60.0) -> Signed:
        ticket = EvidenceTicket(
            ticket_id=new_id(),
            facility_id=FACILITY,
            sight=sight,
            visit_ids=visit_ids,
            officer_id="officer-reyes",
            officer_name="Sgt. M. Reyes",
            purpose="Spot check",
            not_after=SystemClock().now() + timedelta(seconds=lasts),
        )
        return self.console_key().sign(Purpose.EVIDENCE, ticket)

    def ask(self, path: str, **body: Any) -> tuple[int, bytes]:
        """Status and body."""
        words = {
            name: value.model_dump(mode="json") if isinstance(value, Signed) else value
            for name, value in body.items()
        }
        request = urllib.request.Request(
            self.url + path, json.dumps(words).encode(), {"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read()


@contextmanager
def running_evidence(folder: Path, store: Path | None = None) -> Iterator[Evidence]:
    evidence = Evidence(folder, store)
    evidence.start()
    try:
        yield evidence
    finally:
        evidence.stop()


class Made:
    """The pieces of a recording, made without a call."""

    def __init__(
        self,
        grant: Signed,
        evidence_key: str,
        began_at: datetime,
        *,
        visit_id: str = "v1",
        terminal_id: str = "a1",
    ) -> None:
        self.recording_id = new_id()
        self.seal, sealed_key = new_seal(evidence_key, self.recording_id)
        self.chain = Chain(self.recording_id)
        self.opening = Opening(
            recording_id=self.recording_id,
            facility_id=FACILITY,
            visit_id=visit_id,
            terminal_id=terminal_id,
            grant=grant,
            began_at=began_at,
            sealed_key=sealed_key,
        )
        self.pieces = [Piece(self.opening.model_dump_json().encode(), b"")]
        self.chain.take(self.pieces[0])

    def add(
        self, plain: bytes, party: PartyName = PartyName.TERMINAL, starts_ms: int | None = None
    ) -> Piece:
        """Its first piece of a party is an init."""
        index = self.chain.next_index
        known = any(f'"{party}"'.encode() in piece.header for piece in self.pieces[1:])
        header = Header(
            recording_id=self.recording_id,
            index=index,
            previous=self.chain.last_link,
            kind=PieceKind.MEDIA if known else PieceKind.INIT,
            party=party,
            starts_ms=250 * (index // 2) if starts_ms is None else starts_ms,
            lasts_ms=250 if known else 0,
            keyframe=known,
            mime="" if known else 'video/mp4; codecs="avc3.42E01F,opus"',
        )
        return self._take(self.seal.close(header, plain))

    def end(self) -> Piece:
        header = Header(
            recording_id=self.recording_id,
            index=self.chain.next_index,
            previous=self.chain.last_link,
            kind=PieceKind.END,
        )
        return self._take(Piece(header.model_dump_json().encode(), b""))

    def packed(self, first: int = 0, last: int | None = None) -> bytes:
        return b"".join(piece.packed() for piece in self.pieces[first:last])

    def _take(self, piece: Piece) -> Piece:
        self.chain.take(piece)
        self.pieces.append(piece)
        return piece
