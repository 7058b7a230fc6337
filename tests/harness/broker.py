"""A real Mosquitto for one test: provisioned in its folder, on a free port, a child process.

with Broker.provisioned(tmp_path, "cook", {"a1": "unit-a"}) as broker:
    link = Link(broker.settings("console"), broker.facility_id, "console", clock, "test")
"""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Mapping
from getpass import getuser
from pathlib import Path
from types import TracebackType
from typing import Self

from ops_console.provision import BrokerPlace, certify, provision, public_keys
from tests.harness.children import daemon, end
from visits.clock import Clock, SystemClock
from visits.sealing import ReviewerPublicKey
from visits.signing import KeyRing, SigningKey, VerifyingKey
from visits.sync.connection import tls_context
from visits.sync.link import BrokerSettings

PROBE = "probe"
_CONNECT = bytes.fromhex("10 12 0004 4d515454 05 02 000a 00 0005 70726f6265")
"""MQTT 5, clean start, keep alive 10 s, client id `probe`."""


class Broker:
    """Mosquitto with the facility's own configuration. `log` holds what it said."""

    def __init__(self, folder: Path, facility_id: str, port: int) -> None:
        self.folder = folder
        self.facility_id = facility_id
        self.port = port
        self.log = folder / "broker.log"
        self._child: subprocess.Popen[bytes] | None = None

    @classmethod
    def provisioned(
        cls,
        folder: Path,
        facility_id: str,
        terminals: Mapping[str, str],
        clock: Clock | None = None,
    ) -> Self:
        """Keys, certificates and access list in `folder` (kept if they are there); not started."""
        port = free_port()
        place = BrokerPlace(port=port, runs_as=getuser())
        clock = clock or SystemClock()
        provision(folder, facility_id, terminals, clock, place)
        certify(folder, PROBE, clock)
        return cls(folder, facility_id, port)

    def settings(self, device: str) -> BrokerSettings:
        """How `device` reaches this broker as itself."""
        return BrokerSettings(
            host="127.0.0.1",
            port=self.port,
            ca=self.folder / "ca.pem",
            certificate=self.folder / f"{device}.pem",
            key=self.folder / f"{device}.key",
        )

    def signing_key(self) -> SigningKey:
        return SigningKey.from_pem((self.folder / "signing.key").read_bytes())

    def key_ring(self) -> KeyRing:
        """What kiosk and portal trust."""
        return KeyRing([VerifyingKey.from_text(public_keys(self.folder).console_key)])

    def reviewer_public_key(self) -> ReviewerPublicKey:
        return ReviewerPublicKey.from_text(public_keys(self.folder).reviewer_key)

    def start(self) -> None:
        """Returns once a TLS MQTT 5 connection is accepted; raises with the log otherwise."""
        mosquitto = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        command = [mosquitto, "-c", str(self.folder / "mosquitto.conf")]
        self._child = daemon(command, self.log, self._accepts)

    def stop(self) -> None:
        """Ask it to end and wait. Safe to repeat."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would: no farewell, nothing saved."""
        self._end(signal.SIGKILL)

    def restart(self, *, hard: bool = False) -> None:
        """Down and up again on the same port with the same files."""
        if hard:
            self.kill()
        else:
            self.stop()
        self.start()

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def _end(self, how: signal.Signals) -> None:
        child, self._child = self._child, None
        end(child, how)

    def _accepts(self) -> bool:
        """Whether CONNECT over TLS is answered by CONNACK."""
        context = tls_context(self.settings(PROBE))
        try:
            with (
                socket.create_connection(("127.0.0.1", self.port), timeout=2) as plain,
                context.wrap_socket(plain, server_hostname="localhost") as secure,
            ):
                secure.sendall(_CONNECT)
                answer = secure.recv(4)
                secure.sendall(bytes.fromhex("e000"))
        except (OSError, ssl.SSLError):
            return False
        return len(answer) == 4 and answer[0] == 0x20

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
