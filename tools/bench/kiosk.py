"""A real kiosk at rest: how soon its first screen shows, and what it costs to stand there."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests.harness.broker import Broker
from tests.harness.kiosk_agenda import agenda, visit
from tests.harness.kiosk_process import ConsoleLine, KioskProcess, write_settings
from visits.clock import SystemClock

NAMES = ("kiosk.start_to_first_screen_s", "kiosk.idle_cpu_pct", "kiosk.rss_mb")
STARTS = 3
SETTLES_S = 6.0
"""Longer than the proof of the devices at the start."""
IDLES_S = 10.0
VISITS = 40


def measure() -> list[dict[str, Any]]:
    """The board of a full unit, broker connected, nobody at the glass."""
    with tempfile.TemporaryDirectory(prefix="visitline-bench-") as folder:
        place = Path(folder)
        broker = Broker.provisioned(place / "keys", "alder", {"a1": "unit-a"})
        kiosk = KioskProcess(write_settings(place, broker))
        with broker:
            try:
                return _rows(broker, kiosk)
            finally:
                kiosk.stop()


def _rows(broker: Broker, kiosk: KioskProcess) -> list[dict[str, Any]]:
    starts = [kiosk.start()]
    _publish(broker)
    kiosk.wait_for_session("ShowingUnit")
    for _ in range(STARTS - 1):
        kiosk.stop()
        starts.append(kiosk.start())
    time.sleep(SETTLES_S)
    process = psutil.Process(kiosk.pid)
    before, began = _busy(process), time.monotonic()
    time.sleep(IDLES_S)
    idle = 100 * (_busy(process) - before) / (time.monotonic() - began)
    values = (median(starts), idle, process.memory_info().rss / 1e6)
    return [
        {"name": name, "value": value, "unit": unit, "n": n}
        for name, value, unit, n in zip(
            NAMES, values, ("s", "%", "MB"), (STARTS, 1, 1), strict=True
        )
    ]


def _publish(broker: Broker) -> None:
    line = ConsoleLine(broker, SystemClock())
    line.start()
    now = datetime.now(UTC)
    line.publish(
        agenda(
            *(
                visit(f"visit-{number}", starts_at=now + timedelta(minutes=10 * number))
                for number in range(VISITS)
            )
        )
    )
    line.stop()


def _busy(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
