"""Broker, relay, console, portal and kiosks of one facility, in one folder, started in order."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo import settings_files
from demo.place import FACILITY_ID, Terminal
from demo.processes import Child


@dataclass
class Ports:
    """TCP ports on loopback; 0 is replaced by a free one."""

    broker: int = 0
    relay: int = 0
    relay_tls: int = 0
    ingest: int = 0
    watch: int = 0
    console: int = 0
    portal: int = 0
    kiosk_view: int = 0

    def __post_init__(self) -> None:
        for name in ("broker", "relay", "relay_tls", "ingest", "watch", "console", "portal"):
            setattr(self, name, free_port(getattr(self, name)))


def free_port(wanted: int = 0) -> int:
    """`wanted` if nobody listens there, else another that is free at this moment."""
    for candidate in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("This machine has no free port on loopback.")


@dataclass
class Appliance:
    """One facility in `folder`: keys, settings, databases, logs and the running programs."""

    folder: Path
    terminals: Sequence[Terminal]
    ports: Ports = field(default_factory=Ports)
    kiosk_environment: Mapping[str, str] = field(
        default_factory=lambda: {"SDL_VIDEODRIVER": "offscreen"}
    )
    media_networks: Sequence[str] = ("0.0.0.0/0",)
    """Where the kiosk may send media: a demonstration's browser can be on any machine."""
    records: Sequence[str] = ()
    """The kinds of visits that are recorded; with none there is no evidence process."""
    relay_only: bool = False
    """Send every call through the relay alone, as production does."""

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.shift_file = self.folder / "clock-shift"
        self.console_url = f"http://127.0.0.1:{self.ports.console}"
        self.portal_url = f"http://127.0.0.1:{self.ports.portal}"
        self.broker = self._child(
            "broker", "mosquitto", "-c", str(self._path("keys/mosquitto.conf"))
        )
        self.relay_address = own_address()
        self.relay = Child(
            "relay",
            ("turnserver", "-c", str(self._path("keys/turnserver.conf"))),
            self._path("logs/relay.log"),
            clean_exit=-signal.SIGTERM,
        )
        self.evidence = self._child(
            "evidence", *self._program("ops_console.evidence.app"), *self._run()
        )
        self.console = self._child("console", *self._program("ops_console.app"), *self._run())
        self.portal = self._child("portal", *self._program("visitor_portal.app"), *self._run())
        self.kiosks = {
            terminal.terminal_id: self._child(
                f"kiosk-{terminal.terminal_id}",
                *self._program("kiosk.app"),
                *self._run(),
                environment=self.kiosk_environment,
            )
            for terminal in self.terminals
            if terminal.started
        }
        self.kiosk_views: dict[str, str] = {}

    # --- before the first start ---

    def prepare(self) -> None:
        """Makes keys, certificates, access lists and settings files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kiosks = [
            part
            for terminal in self.terminals
            for part in ("--kiosk", f"{terminal.terminal_id}={terminal.unit_id}")
        ]
        keys = self._path("keys")
        place: list[str | Path] = ["--listen", "127.0.0.1", "--port", str(self.ports.broker)]
        self._call(
            "ops_console.provision",
            "provision",
            "--folder",
            keys,
            "--facility",
            FACILITY_ID,
            *place,
            *kiosks,
        )
        self._call("ops_console.provision", "relay", "--folder", keys, *self._relay_place())
        public = json.loads(self._call("ops_console.provision", "keys", "--folder", keys))
        settings_files.write(self, public)

    def seed(self, console: Mapping[str, Any], portal: Mapping[str, Any]) -> None:
        """Loads a facility and its visitors' accounts through the programs' own commands, both at
        once."""
        with ThreadPoolExecutor() as at_once:
            loading = [
                at_once.submit(self._seed_one, "console", "ops_console.app", console),
                at_once.submit(self._seed_one, "portal", "visitor_portal.app", portal),
            ]
        for one in loading:
            one.result()

    def _seed_one(self, program: str, module: str, seed: Mapping[str, Any]) -> None:
        file = self._path(f"{program}-seed.json")
        file.write_text(json.dumps(seed, indent=1))
        self._call(module, "seed", "--config", self.settings_of(program), file)

    # --- running ---

    def start_programs(self) -> None:
        """Evidence process, console, portal and kiosks, all at once as when a facility's power
        comes back; returns when all are ready. Broker and relay run already."""
        if self.records:
            self.evidence.start()
        for child in (self.console, self.portal, *self.kiosks.values()):
            child.start()
        self._evidence_is_ready()
        self._console_is_ready()
        self._portal_is_ready()
        for terminal_id in self.kiosks:
            self._kiosk_is_ready(terminal_id)

    def start_broker(self) -> None:
        self.broker.start()
        wait_for_listener(self.ports.broker, self.broker)

    def start_relay(self) -> None:
        self.relay.start()
        wait_for_listener(self.ports.relay_tls, self.relay, host=self.relay_address)

    def start_evidence(self) -> None:
        """Only where something is recorded."""
        if self.records:
            self.evidence.start()
            self._evidence_is_ready()

    def _evidence_is_ready(self) -> None:
        if self.records:
            self.evidence.wait_for_line(r"^visitline-evidence ready")

    def start_console(self) -> None:
        self.console.start()
        self._console_is_ready()

    def _console_is_ready(self) -> None:
        self.console.wait_for_line(r"^visitline-console ready")

    def start_portal(self) -> None:
        self.portal.start()
        self._portal_is_ready()

    def _portal_is_ready(self) -> None:
        self.portal.wait_for_line(r"^visitline-portal ready")

    def start_kiosk(self, terminal_id: str) -> None:
        self.kiosks[terminal_id].start()
        self._kiosk_is_ready(terminal_id)

    def _kiosk_is_ready(self, terminal_id: str) -> None:
        ready = self.kiosks[terminal_id].wait_for_line(r"^visitline-kiosk ready (\S+)")
        self.kiosk_views[terminal_id] = ready[1].rstrip("/")

    def stop(self) -> dict[str, int]:
        """Stops in reverse order; the exit code of each that ran."""
        servers = [self.broker, self.relay, self.evidence, self.console, self.portal]
        running = [*servers, *self.kiosks.values()]
        return {child.name: child.stop() for child in reversed(running) if child.alive}

    def move_time_to(self, instant: datetime) -> None:
        """Makes every program's clock show `instant` now and run on from there."""
        self.shift_time((instant - datetime.now(UTC)).total_seconds())

    def shift_time(self, seconds: float) -> None:
        """Sets how far the programs' clocks stand ahead of this machine's."""
        fresh = self.shift_file.with_suffix(".new")
        fresh.write_text(f"{seconds:.6f}\n")
        fresh.replace(self.shift_file)

    def verify_audit(self) -> int:
        """The exit code of `visitline-console audit verify`: 0 when the record is whole."""
        command = (*self._program("ops_console.app"), "audit", "verify", "--config")
        return subprocess.run(
            [*command, str(self.settings_of("console"))], capture_output=True, check=False
        ).returncode

    # --- pieces ---

    def settings_of(self, name: str) -> Path:
        """The settings file of a program, by its child's name."""
        return self._path(f"{name}.toml")

    def _relay_place(self) -> list[str]:
        """On this machine, and reaching this machine."""
        ports = ("--port", str(self.ports.relay), "--tls-port", str(self.ports.relay_tls))
        loopback = ["--bench-loopback"] if self.relay_address.startswith("127.") else []
        return ["--listen", self.relay_address, *ports, *loopback]

    def _path(self, relative: str) -> Path:
        return self.folder / relative

    def _child(
        self, name: str, *command: str, environment: Mapping[str, str] | None = None
    ) -> Child:
        command = tuple(part.replace("{name}", str(self.settings_of(name))) for part in command)
        return Child(name, command, self._path(f"logs/{name}.log"), environment)

    @staticmethod
    def _program(module: str) -> tuple[str, ...]:
        return (sys.executable, "-m", module)

    @staticmethod
    def _run() -> tuple[str, ...]:
        return ("run", "--config", "{name}")

    def _call(self, module: str, *arguments: str | Path) -> str:
        done = subprocess.run(
            [*self._program(module), *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **self.kiosk_environment},
        )
        if done.returncode:
            raise RuntimeError(f"{module} {arguments[0]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


def mosquitto() -> str:
    """The broker's program: Debian keeps it where only root's PATH looks."""
    return shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def own_address() -> str:
    """This machine's address towards the rest of the world; loopback where it has no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def wait_for_listener(
    port: int, child: Child, within_s: float = 10.0, host: str = "127.0.0.1"
) -> None:
    """Returns once something accepts on `port`; for programs that announce nothing.

    Raises `RuntimeError` when the child ends first or time runs out.
    """
    deadline = time.monotonic() + within_s
    while child.alive and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{child.name} does not listen on port {port}; see {child.log}.")
