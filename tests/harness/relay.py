"""A real coturn for one test: configured by the facility's own command, a child process.

with Relay.made(folder, [address]) as relay:
    leave = relay.leave("v1", until)
"""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from types import TracebackType
from typing import Self

from aioice.ice import get_host_addresses

from ops_console.provision import RelayServer, make_relay, provision, read_secret
from tests.harness.children import daemon, end
from visits.clock import SystemClock
from visits.relaying import Network, RelayPlace, relay_for
from visits.relaying import Relay as Leave

PORTS_EACH = 300
OWN_ADDRESSES = get_host_addresses(use_ipv4=True, use_ipv6=False)
HERE: IPv4Address | IPv6Address = ip_address(OWN_ADDRESSES[0] if OWN_ADDRESSES else "127.0.0.1")
"""This machine's own address, loopback only where it has no other."""


class Relay:
    """coturn as `visitline-console relay` configures it. `log` holds what it said."""

    def __init__(self, folder: Path, server: RelayServer) -> None:
        self.folder = folder
        self.server = server
        self.log = folder / "relay.log"
        self._child: subprocess.Popen[bytes] | None = None

    @classmethod
    def made(
        cls,
        folder: Path,
        listen: Sequence[IPv4Address | IPv6Address] = (HERE,),
        terminals: Sequence[Network] = (),
        *,
        loopback: bool | None = None,
    ) -> Self:
        """Keys, certificate and configuration in `folder`, provisioned now if it was not."""
        if not (folder / "devices.json").exists():
            provision(folder, "cook", {"a1": "unit-a"}, SystemClock())
        first = random.randrange(20_000, 32_000)
        server = RelayServer(
            listen=tuple(listen),
            terminals=tuple(terminals),
            port=_free_port(str(listen[0])),
            tls_port=_free_port(str(listen[0])),
            first_port=first,
            last_port=first + PORTS_EACH,
            loopback=HERE.is_loopback if loopback is None else loopback,
        )
        make_relay(folder, server, SystemClock())
        return cls(folder, server)

    @property
    def host(self) -> str:
        return str(self.server.listen[0])

    @property
    def secret(self) -> str:
        return read_secret(self.folder / "relay.secret")

    def url(self, by: str) -> str:
        """How it is reached by `udp`, `tcp` or `tls`."""
        if by == "tls":
            return f"turns:{self.host}:{self.server.tls_port}?transport=tcp"
        return f"turn:{self.host}:{self.server.port}?transport={by}"

    def leave(
        self,
        visit_id: str = "v1",
        until: datetime | None = None,
        by: Sequence[str] = ("udp", "tcp", "tls"),
    ) -> Leave:
        """As the console hands it out; without `until`, for ten minutes from now."""
        place = RelayPlace(
            urls=tuple(map(self.url, by)),
            addresses=self.server.addresses,
            networks=self.server.terminals,
        )
        until = until or datetime.now(UTC) + timedelta(minutes=10)
        return relay_for(place, self.secret, visit_id, until)

    def start(self) -> None:
        """Returns once it listens; raises with the log otherwise."""
        program = shutil.which("turnserver") or "/usr/bin/turnserver"
        command = [program, "-c", str(self.folder / "turnserver.conf")]
        self._child = daemon(command, self.log, self._listens)

    def stop(self) -> None:
        """Ask it to end and wait. Safe to repeat."""
        child, self._child = self._child, None
        end(child)

    def _listens(self) -> bool:
        """It opens its listeners last, TLS after plain TCP."""
        with socket.socket() as plain, socket.socket() as tls:
            ports = ((plain, self.server.port), (tls, self.server.tls_port))
            return all(probe.connect_ex((self.host, port)) == 0 for probe, port in ports)

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


def _free_port(host: str) -> int:
    """One on which neither TCP nor UDP listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe, socket.socket(family, socket.SOCK_DGRAM) as beside:
        probe.bind((host, 0))
        port = int(probe.getsockname()[1])
        beside.bind((host, port))
        return port
