"""How fast a parcel is carried to safety, and how many a second can be put there."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tests.harness.broker import Broker
from tests.harness.station import Station, a_seen_visit
from visits.clock import SystemClock
from visits.messages import VisitSeen
from visits.sync.database import Readers, Writer
from visits.sync.mailbox import SqliteMailbox, mailbox_migrations

NAMES = ("sync.parcel_roundtrip_ms", "sync.outbox_durable_per_s")

ROUND_TRIPS = 500
THREADS = 8
PARCELS_EACH = 250


def measure() -> list[dict[str, Any]]:
    """Round trip: from the put, through commit, broker, commit there, back, to the commit that
    forgets it. Throughput: parcels put durably by eight threads that each await their commit."""
    with tempfile.TemporaryDirectory() as folder:
        trips = sorted(_round_trips(Path(folder)))
        per_second = _durable_per_second(Path(folder))
    p99 = trips[int(len(trips) * 0.99)]
    return [
        _row("sync.parcel_roundtrip_ms.median", statistics.median(trips), "ms", len(trips)),
        _row("sync.parcel_roundtrip_ms.p99", p99, "ms", len(trips)),
        _row("sync.outbox_durable_per_s", per_second, "1/s", THREADS * PARCELS_EACH),
    ]


def _round_trips(folder: Path) -> list[float]:
    with Broker.provisioned(folder / "broker", "bench", {"a1": "unit-a"}) as broker:
        console = Station(broker, "console", folder)
        console.takes(VisitSeen)
        kiosk = Station(broker, "kiosk-a1", folder)
        emptied = threading.Event()
        with console.connected(), kiosk.connected():
            settle = kiosk.mailbox.acknowledged

            def settle_and_tell(*settled: Any) -> None:
                settle(*settled)
                emptied.set()

            kiosk.mailbox.acknowledged = settle_and_tell  # type: ignore[method-assign, assignment]
            return [_round_trip(kiosk, emptied) for _ in range(ROUND_TRIPS)]


def _round_trip(kiosk: Station, emptied: threading.Event) -> float:
    emptied.clear()
    began = time.perf_counter()
    kiosk.say(a_seen_visit(), "console")
    if not emptied.wait(10):
        raise TimeoutError("a parcel was not acknowledged within 10 s")
    return (time.perf_counter() - began) * 1000


def _durable_per_second(folder: Path) -> float:
    file, clock = folder / "durable.sqlite", SystemClock()
    writer, readers = Writer(file, [mailbox_migrations]), Readers(file)
    mailbox = SqliteMailbox(writer, readers, "kiosk-a1")
    writer.start()

    def put(db: Database) -> str:
        return mailbox.put(db, a_seen_visit(), "console", clock.now())

    def put_many(_thread: int) -> None:
        for _ in range(PARCELS_EACH):
            writer.run(put)

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(put_many, range(THREADS)))
    took = time.perf_counter() - began
    writer.stop()
    readers.close()
    return THREADS * PARCELS_EACH / took


def _row(name: str, value: float, unit: str, n: int) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "n": n}
