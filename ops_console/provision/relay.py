"""The relay of one facility: coturn's configuration, certificate and secret.

Source: turnserver(1) of coturn 4.6.1, as Debian 12 ships it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Self

from pydantic import Field, model_validator

from ops_console.provision.facility import certify
from ops_console.provision.files import keep_private, replace
from ops_console.provision.registry import read_registry
from visits.clock import Clock
from visits.errors import SettingsWrong
from visits.model import Words
from visits.relaying import Address, Network

RELAY = "relay"
FILE = "relay.json"
SECRET = "relay.secret"  # noqa: S105 - a file's name
LEAST_SECRET = 32
"""Characters. The one that is made here has 43, 256 random bits."""

Port = Annotated[int, Field(ge=1, le=65_535)]

EVERYBODY = ("0.0.0.0/0", "::/0")
SPECIAL = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
    *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    *("::/127", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23"),
    *("2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
)
"""IANA's special-purpose registries (RFC 6890). `EVERYBODY` holds them all; they are spelled out
so that who opens the relay to the world by hand still does not open the facility's inside."""


class RelayServer(Words):
    """Where the relay listens and whom it reaches."""

    listen: Annotated[tuple[Address, ...], Field(min_length=1)]
    """Its machine's own addresses, also those from which it relays."""
    public: Address | None = None
    """How the world knows the first of them, behind address translation."""
    hosts: tuple[str, ...] = ()
    """The names and addresses for its certificate."""
    terminals: tuple[Network, ...] = ()
    """Networks of terminals that are not relayed themselves; every other peer is refused."""
    port: Port = 3478
    tls_port: Port = 5349
    first_port: Port = 49_152
    last_port: Port = 53_247
    """Each side of a visit holds a few of these: 4096 of them carry some hundred visits."""
    loopback: bool = False
    """For benches only: terminals and browsers on the relay's own machine."""

    @model_validator(mode="after")
    def _has_ports(self) -> Self:
        if self.first_port >= self.last_port:
            raise ValueError("the last relay port must be higher than the first")
        return self

    @property
    def addresses(self) -> tuple[Address, ...]:
        """From which it relays, as terminals and browsers see it."""
        seen = (self.public, *self.listen[1:]) if self.public else self.listen
        return tuple(address for address in seen if address)


_TEMPLATE = """\
# Written by `visitline-console relay`; holds the secret, do not edit or copy it about.
realm={realm}
use-auth-secret
static-auth-secret={secret}
stale-nonce=600
userdb={folder}/relay-data/turndb

{listening}
listening-port={port}
tls-listening-port={tls_port}
min-port={first_port}
max-port={last_port}
cert={folder}/{name}.pem
pkey={folder}/{name}.key
no-dtls
no-tlsv1
no-tlsv1_1

{peers}
no-multicast-peers
no-tcp-relay

# A visit has two sides. Each may try several ways at once, and again after a lost line, while what
# it held before lapses only after ten minutes.
user-quota=64
total-quota={quota}
# Bytes a second for each allocation, one way: a call takes a third of it.
max-bps=500000

fingerprint
no-cli
no-stun
no-rfc5780
no-stun-backward-compatibility
response-origin-only-with-rfc5780
no-software-attribute
pidfile={folder}/relay-data/pid
log-file=stdout
simple-log
"""


def make_relay(folder: Path, server: RelayServer, clock: Clock) -> None:
    """Write the relay's files into a provisioned `folder`; secret and key stay as they were.

    Raises `SettingsWrong` when the folder has not been provisioned.
    """
    registry = read_registry(folder)
    if registry is None:
        raise SettingsWrong(f"{folder} holds no facility; provision it first.")
    hosts = tuple(dict.fromkeys((*server.hosts, *map(str, server.addresses))))
    certify(folder, RELAY, clock, hosts)
    keep_private(folder / SECRET, lambda: token_urlsafe(32).encode())
    replace(folder / FILE, server.model_dump_json(indent=2) + "\n")
    text = configuration(server, folder, registry.facility_id, read_secret(folder / SECRET))
    replace(folder / "turnserver.conf", text, private=True)
    (folder / "relay-data").mkdir(exist_ok=True)


def configuration(server: RelayServer, folder: Path, realm: str, secret: str) -> str:
    """The file for `turnserver -c`, its paths absolute."""
    return _TEMPLATE.format(
        realm=realm,
        secret=secret,
        folder=folder.resolve(),
        name=RELAY,
        listening="\n".join(_listening(server)),
        peers="\n".join(_peers(server)),
        quota=(server.last_port - server.first_port + 1) // 2,
        **server.model_dump(include={"port", "tls_port", "first_port", "last_port"}),
    )


def _listening(server: RelayServer) -> Iterator[str]:
    for address in server.listen:
        yield f"listening-ip={address}"
        yield f"relay-ip={address}"
    if server.public is not None:
        yield f"external-ip={server.public}/{server.listen[0]}"


def _peers(server: RelayServer) -> Iterator[str]:
    """Leave for its own addresses, where the other side is relayed too, and for terminals."""
    if server.loopback:
        yield "allow-loopback-peers"
    own = dict.fromkeys((*server.listen, *server.addresses))
    for address in own:
        yield f"allowed-peer-ip={address}"
    yield from (f"allowed-peer-ip={_stretch(network)}" for network in server.terminals)
    yield from (f"denied-peer-ip={_stretch(network)}" for network in _networks())


def _networks() -> Iterable[Network]:
    return map(ip_network, (*EVERYBODY, *SPECIAL))


def _stretch(network: Network) -> str:
    """As coturn wants ranges."""
    first, last = network[0], network[-1]
    return f"{first}-{last}" if first != last else str(first)


def read_relay(folder: Path) -> RelayServer | None:
    """None where no relay was made. Raises `SettingsWrong` when the file is damaged."""
    file = folder / FILE
    if not file.exists():
        return None
    try:
        return RelayServer.model_validate_json(file.read_text(encoding="utf-8"))
    except ValueError as cause:
        raise SettingsWrong(f"{file} is damaged; restore it from a backup.\n{cause}") from cause


def read_secret(file: Path) -> str:
    """What console and relay share.

    Raises `SettingsWrong` when it cannot be read, is short, or others may read it too.
    """
    try:
        text = file.read_text(encoding="utf-8").strip()
        mode = file.stat().st_mode
    except (OSError, UnicodeDecodeError) as cause:
        raise SettingsWrong(
            f"{file}: cannot be read: {cause}. Run visitline-console relay."
        ) from cause
    if mode & 0o007:
        raise SettingsWrong(f"{file}: everybody can read it. Run: chmod 600 {file}")
    if len(text) < LEAST_SECRET or not text.isascii() or not text.isprintable():
        raise SettingsWrong(
            f"{file}: holds no secret of {LEAST_SECRET} or more characters. Remove it and run "
            "visitline-console relay."
        )
    return text
