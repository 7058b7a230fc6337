"""The `provision`, `relay` and `keys` commands, for whoever mounts them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ops_console.provision import facility
from ops_console.provision.registry import BrokerPlace, read_registry
from ops_console.provision.relay import RelayServer, make_relay, read_relay
from visits.clock import SystemClock
from visits.errors import SettingsWrong

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the only name that argparse gives it


def add_commands(subparsers: Commands) -> None:
    """Add the commands; each sets `run`, a function of the parsed arguments to an exit code."""
    make = subparsers.add_parser("provision", help="make a facility's keys, or add devices")
    make.add_argument("--folder", type=Path, required=True)
    make.add_argument("--facility", required=True, metavar="ID")
    make.add_argument("--kiosk", action="append", default=[], metavar="TERMINAL=UNIT")
    make.add_argument("--broker-host", action="append", metavar="NAME", help="how devices reach it")
    make.add_argument("--listen", metavar="ADDRESS", help="where the broker listens (127.0.0.1)")
    make.add_argument("--port", type=int, help="the broker's port (8883)")
    make.add_argument("--broker-user", help="the system user that the broker runs as (yours)")
    make.set_defaults(run=provision)
    relaying = subparsers.add_parser("relay", help="make the relay's configuration and secret")
    relaying.add_argument("--folder", type=Path, required=True)
    relaying.add_argument("--listen", action="append", metavar="ADDRESS", help="its own addresses")
    relaying.add_argument("--public", metavar="ADDRESS", help="behind address translation: outside")
    relaying.add_argument("--host", action="append", metavar="NAME", help="how it is reached")
    relaying.add_argument("--terminals", action="append", metavar="NETWORK")
    relaying.add_argument("--port", type=int, help="UDP and TCP (3478)")
    relaying.add_argument("--tls-port", type=int, help="TLS (5349)")
    relaying.add_argument("--first-port", type=int, help="of those that it relays from (49152)")
    relaying.add_argument("--last-port", type=int, help="of those that it relays from (53247)")
    relaying.add_argument("--bench-loopback", action="store_true", help="reach its own machine")
    relaying.set_defaults(run=relay)
    show = subparsers.add_parser("keys", help="print the public keys for other settings files")
    show.add_argument("--folder", type=Path, required=True)
    show.set_defaults(run=keys)


def provision(arguments: argparse.Namespace) -> int:
    """Raises `SettingsWrong` for a malformed terminal or a folder of another facility."""
    terminals, place = _terminals(arguments.kiosk), _place(arguments)
    facility.provision(arguments.folder, arguments.facility, terminals, SystemClock(), place)
    return keys(arguments)


def relay(arguments: argparse.Namespace) -> int:
    """Raises `SettingsWrong` where an address, a network or a port is none."""
    known = read_relay(arguments.folder)
    said = {
        "listen": arguments.listen,
        "public": arguments.public,
        "hosts": arguments.host,
        "terminals": arguments.terminals,
        "port": arguments.port,
        "tls_port": arguments.tls_port,
        "first_port": arguments.first_port,
        "last_port": arguments.last_port,
        "loopback": arguments.bench_loopback,
    }
    before = known.model_dump() if known else {}
    wanted = before | {name: value for name, value in said.items() if value is not None}
    try:
        server = RelayServer.model_validate(wanted)
    except ValidationError as cause:
        faults = [f"{_flag(fault['loc'])}{fault['msg']}" for fault in cause.errors()]
        raise SettingsWrong("\n".join(faults)) from cause
    make_relay(arguments.folder, server, SystemClock())
    return 0


def keys(arguments: argparse.Namespace) -> int:
    """Print `{"console_key": ..., "reviewer_key": ...}`."""
    print(json.dumps(facility.public_keys(arguments.folder)._asdict()))
    return 0


def _flag(path: tuple[int | str, ...]) -> str:
    return f"{path[0]}: ".replace("_", "-") if path else ""


def _place(arguments: argparse.Namespace) -> BrokerPlace:
    """The broker's place as it was, with what the command line says now."""
    known = read_registry(arguments.folder)
    place = known.broker if known else BrokerPlace(runs_as=getuser())
    said = {
        "address": arguments.listen,
        "port": arguments.port,
        "hosts": arguments.broker_host and tuple(arguments.broker_host),
        "runs_as": arguments.broker_user,
    }
    return place.model_copy(update={name: value for name, value in said.items() if value})


def _terminals(pairs: Sequence[str]) -> dict[str, str]:
    terminals = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    if len(terminals) != len(pairs):
        raise SettingsWrong("Write each kiosk once, as TERMINAL=UNIT, for example a1=unit-a.")
    return terminals
