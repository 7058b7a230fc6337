"""`visitline-evidence run --config FILE`: the evidence process, until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

import uvicorn
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ops_console.evidence.api import make_app
from ops_console.evidence.archive import Archive
from ops_console.evidence.desk import Desk
from ops_console.evidence.exporting import Exporter
from ops_console.evidence.ingest import Ingest
from ops_console.evidence.live import Hub
from ops_console.evidence.settings import EvidenceSettings, read_settings
from visits.clock import Clock, ShiftedClock, SystemClock
from visits.errors import SettingsWrong
from visits.sync.bench import shift_from

FAREWELL_S = 3


def main(argv: Sequence[str] | None = None) -> int:
    """0 after a clean stop, 2 when the settings cannot be used (standard error says why)."""
    arguments = _arguments().parse_args(argv)
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("websockets").setLevel(logging.WARNING)
    try:
        asyncio.run(_run(read_settings(arguments.config)))
    except SettingsWrong as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


async def _run(settings: EvidenceSettings) -> None:
    clock, keys = _clock(settings), settings.facility.key_ring()
    private = _private_key(settings.store.key)
    archive = Archive(settings.store.folder, private, keys, settings.facility.id, clock)
    hub = Hub(clock.monotonic)
    ingest, exporter = Ingest(archive, hub, clock), Exporter(archive, clock)
    desk = Desk(archive, hub, keys, clock, exporter)
    web = _Web(make_app(desk, settings.watch.origin), settings)
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    terminals = await ingest.start(settings.ingest)
    serving = asyncio.create_task(web.serve())
    await web.ready.wait()
    print(f"visitline-evidence ready {web.address}", flush=True)
    await stop.wait()
    await asyncio.to_thread(exporter.close)
    web.should_exit = True
    terminals.close()
    await asyncio.gather(terminals.wait_closed(), serving)
    await ingest.stop()


class _Web(uvicorn.Server):
    """Signals are the process' own affair."""

    def __init__(self, app: object, settings: EvidenceSettings) -> None:
        self.ready = asyncio.Event()
        self.address = ""
        super().__init__(
            uvicorn.Config(
                app,  # type: ignore[arg-type]
                host=settings.watch.host,
                port=settings.watch.port,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=FAREWELL_S,
                ws_per_message_deflate=False,
            )
        )

    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets=sockets)  # type: ignore[arg-type]
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        self.address = f"http://{host}:{port}"
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _clock(settings: EvidenceSettings) -> Clock:
    bench = settings.bench
    if bench is None or bench.shift_file is None:
        return SystemClock()
    return ShiftedClock(shift_from(bench.shift_file))


def _private_key(file: Path) -> X25519PrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as cause:
        raise SettingsWrong(
            f"{file}: no evidence key can be read. Run visitline-console provision."
        ) from cause
    if not isinstance(key, X25519PrivateKey):
        raise SettingsWrong(f"{file} holds a key of another kind than X25519.")
    return key


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="visitline-evidence", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="take in, show and keep recordings until SIGTERM")
    run.add_argument("--config", type=Path, required=True, help="evidence.toml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
