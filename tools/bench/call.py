"""What a call costs the kiosk, and how long an offer waits for its first picture."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from statistics import median
from typing import Any

import psutil

from tests.harness.browser_peer import BrowserPeer

NAMES = ("call.",)
ATTEMPTS = 7
CPU_SECONDS, CPU_WINDOWS = 5.0, 3


def measure() -> list[dict[str, Any]]:
    """Rows `{"name", "value", "unit", "n"}`."""
    return asyncio.run(_measure())


async def _measure() -> list[dict[str, Any]]:
    kiosk = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.bench._call_kiosk"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    await asyncio.sleep(2.0)
    waits = [await _first_frame_ms(kiosk, f"attempt {number}") for number in range(ATTEMPTS)]
    cpu = await _cpu_of_a_call(kiosk)
    _into(kiosk).close()
    await kiosk.wait()
    return [
        _row("call.offer_to_first_frame_ms", median(waits), "ms", len(waits)),
        _row("call.offer_to_first_frame_ms.max", max(waits), "ms", len(waits)),
        _row("call.kiosk_cpu_pct_640x480", median(cpu), "% of a core", len(cpu)),
    ]


def _row(name: str, value: float, unit: str, count: int) -> dict[str, Any]:
    return {"name": name, "value": round(value, 1), "unit": unit, "n": count}


async def _first_frame_ms(kiosk: asyncio.subprocess.Process, attempt: str) -> float:
    peer = BrowserPeer()
    milliseconds = await _meet(kiosk, peer, attempt)
    await _part(kiosk, peer, attempt)
    return milliseconds


async def _cpu_of_a_call(kiosk: asyncio.subprocess.Process) -> list[float]:
    """Percent of one core, of the kiosk's process alone; the peer is this process."""
    peer, process = BrowserPeer(), psutil.Process(kiosk.pid)
    await _meet(kiosk, peer, "long")
    await asyncio.sleep(3.0)
    shares = []
    for _ in range(CPU_WINDOWS):
        began, spent = time.perf_counter(), _cpu_seconds(process)
        await asyncio.sleep(CPU_SECONDS)
        spent = _cpu_seconds(process) - spent
        shares.append(spent / (time.perf_counter() - began) * 100)
    await _part(kiosk, peer, "long")
    return shares


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _meet(kiosk: asyncio.subprocess.Process, peer: BrowserPeer, attempt: str) -> float:
    _order(kiosk, {"open": attempt})
    offer = await peer.offer()
    await asyncio.sleep(0.2)
    _order(kiosk, {"offer": offer, "attempt": attempt})
    await peer.take_answer((await _said(kiosk, "answer", attempt))["text"])
    return float((await _said(kiosk, "first_frame", attempt))["ms"])


async def _part(kiosk: asyncio.subprocess.Process, peer: BrowserPeer, attempt: str) -> None:
    _order(kiosk, {"close": attempt})
    await peer.close()


def _order(kiosk: asyncio.subprocess.Process, order: dict[str, str]) -> None:
    _into(kiosk).write(json.dumps(order).encode() + b"\n")


def _into(kiosk: asyncio.subprocess.Process) -> asyncio.StreamWriter:
    if kiosk.stdin is None:
        raise RuntimeError("The kiosk's process was started without a pipe to write.")
    return kiosk.stdin


async def _said(kiosk: asyncio.subprocess.Process, name: str, attempt: str) -> dict[str, Any]:
    if kiosk.stdout is None:
        raise RuntimeError("The kiosk's process was started without a pipe to read.")
    async with asyncio.timeout(20):
        while True:
            said: dict[str, Any] = json.loads(await kiosk.stdout.readline())
            if (said["said"], said["attempt"]) == (name, attempt):
                return said
