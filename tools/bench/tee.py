"""What recording costs: at the kiosk, and at the evidence process with many visits at once."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests.harness.evidence import Evidence, running_evidence

NAMES = ("tee.",)
KIOSK_SECONDS, KIOSK_RUNS = 20.0, 3
VISITS = int(os.environ.get("VISITS", "400"))
CONSOLE_SECONDS = 20.0


def measure() -> list[dict[str, Any]]:
    """Rows `{"name", "value", "unit", "n"}`. `VISITS` says how many visits at once."""
    with tempfile.TemporaryDirectory() as folder, running_evidence(Path(folder)) as evidence:
        kiosk = [_kiosk(evidence, Path(folder) / f"spool{n}") for n in range(KIOSK_RUNS)]
    print("tee.kiosk_cpu_pct", *(f"{one:.2f}" for one in kiosk), file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder, running_evidence(Path(folder)) as evidence:
        many = asyncio.run(_many(evidence))
    return [
        _row("tee.kiosk_cpu_pct", median(kiosk), "% of a core", len(kiosk)),
        _row("tee.console_cpu_pct_per_visit", many["cpu_pct_per_visit"], "% of a core", VISITS),
        _row(f"tee.visits_{VISITS}_lost_fragments", many["lost"], "fragments", VISITS),
        _row(f"tee.visits_{VISITS}_kept_after_ms.p95", many["kept_p95_ms"], "ms", VISITS),
    ]


def _row(name: str, value: float, unit: str, count: int) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, "n": count}


def _kiosk(evidence: Evidence, spool: Path) -> float:
    arguments = [
        *(str(spool), str(KIOSK_SECONDS), evidence.ingest_url, str(evidence.folder)),
        *(evidence.console_key().verifying_key.text, evidence.grant().model_dump_json()),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench._tee_kiosk", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(json.loads(done.stdout)["cpu_pct"])


async def _many(evidence: Evidence) -> dict[str, float]:
    """The other side of so many visits is another process, on the other core."""
    process = psutil.Process(evidence.pid)
    load = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.bench._tee_load"),
        *(str(evidence.folder), str(evidence.port), str(VISITS), str(CONSOLE_SECONDS)),
        stdout=asyncio.subprocess.PIPE,
    )
    said = load.stdout or asyncio.StreamReader()
    while (await said.readline()).strip() != b"steady":
        pass
    began, spent = time.monotonic(), sum(process.cpu_times()[:2])
    report = json.loads(await said.readline())
    spent, lasted = sum(process.cpu_times()[:2]) - spent, time.monotonic() - began
    await load.wait()
    report["cpu_pct_per_visit"] = 100 * spent / lasted / VISITS
    return dict(report)
