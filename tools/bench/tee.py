"""What recording costs: at the kiosk, beside Janus with the same streams, and at the evidence
process with many visits at once.

The kiosk's figure is what recording adds to a call that is there anyhow. Janus is another machine's
program, to which both parties send: its figure is all that it spends on the visit, and
`.not_recording` how much of that is receiving alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from ops_console.evidence.archive import SUFFIX, reach_of
from tests.harness.evidence import Evidence, running_evidence
from tools.bench import _janus

NAMES = ("tee.",)
KIOSK_SECONDS, KIOSK_RUNS = 20.0, 3
VISITS = int(os.environ.get("VISITS", "400"))
CONSOLE_SECONDS = 30
SENDERS = 1
"""One for each core that evidence process and console leave free."""
LONGEST_LINE = 1 << 22


def measure() -> list[dict[str, Any]]:
    """Rows `{"name", "value", "unit", "n"}`. `VISITS` says how many visits at once."""
    with tempfile.TemporaryDirectory() as folder, running_evidence(Path(folder)) as evidence:
        kiosk, janus = _in_turns(evidence, Path(folder))
    with tempfile.TemporaryDirectory() as folder, running_evidence(Path(folder)) as evidence:
        many = asyncio.run(_many(evidence))
    return [
        *_rows_of_one(kiosk, janus),
        _row("tee.console_cpu_pct_per_visit", many["cpu_pct_per_visit"], "% of a core", VISITS),
        *_rows_of_many(f"tee.visits_{VISITS}", many),
    ]


def _in_turns(evidence: Evidence, folder: Path) -> tuple[list[float], list[_janus.Cost]]:
    """So that what else the machine does befalls both. Of Janus none where it is not installed."""
    kiosk, janus = [], []
    if not _janus.is_installed():
        print(_janus.HOW_TO_HAVE_IT, file=sys.stderr)
    for number in range(KIOSK_RUNS):
        kiosk.append(_kiosk(evidence, folder / f"spool{number}"))
        if _janus.is_installed():
            janus.append(_janus.cost_of_a_visit(folder / f"janus{number}", KIOSK_SECONDS))
    print("tee.kiosk_cpu_pct", *(f"{one:.2f}" for one in kiosk), file=sys.stderr)
    print("tee.janus_cpu_pct_per_visit", *janus, file=sys.stderr)
    return kiosk, janus


def _rows_of_one(kiosk: list[float], janus: list[_janus.Cost]) -> list[dict[str, Any]]:
    found = {"tee.kiosk_cpu_pct": kiosk}
    if janus:
        found["tee.janus_cpu_pct_per_visit"] = [one.recording for one in janus]
        name = "tee.janus_cpu_pct_per_visit.not_recording"
        found[name] = [one.receiving_alone for one in janus]
    return [
        _row(name, median(values), "% of a core", len(values))
        | {"raw": [round(value, 3) for value in values]}
        for name, values in found.items()
    ]


def _rows_of_many(name: str, many: Mapping[str, float]) -> list[dict[str, Any]]:
    """Behind: the last piece's keeping after it was due; of it, what the senders were late
    themselves, who share the machine with what they measure."""
    count = round(many["page_n"])
    return [
        _row(f"{name}_lost_fragments", many["lost"], "fragments", VISITS),
        _row(f"{name}_unanswered_fragments", many["unanswered"], "fragments", VISITS),
        _row(f"{name}_cut_lines", many["cut"], "lines", VISITS),
        _row(f"{name}_kept_after_ms.p95", many["kept_p95_ms"], "ms", VISITS),
        _row(f"{name}_behind_s", many["behind_s"], "s", VISITS),
        _row(f"{name}_behind_s.senders", many["sending_behind_s"], "s", VISITS),
        _row(f"{name}_page_p95_ms", many["page_p95_ms"], "ms", count),
        _row(f"{name}_page_median_ms", many["page_median_ms"], "ms", count),
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
    """The terminals of so many visits are in other processes, console and officer in one more."""
    page = await _program("tools.bench._tee_page")
    each = VISITS // SENDERS
    loads = [await _load(evidence, number * each, each) for number in range(SENDERS)]
    for program in (page, *loads):
        await _line(program)
    process = psutil.Process(evidence.pid)
    began, spent = time.monotonic(), sum(process.cpu_times()[:2])
    for program in (page, *loads):
        _go(program)
    reports = [json.loads(await _line(load)) for load in loads]
    spent, lasted = sum(process.cpu_times()[:2]) - spent, time.monotonic() - began
    shown, _ = await page.communicate(b"\n")
    for load in loads:
        await load.wait()
    return {
        **_together(reports),
        **{f"page_{name}": value for name, value in json.loads(shown).items()},
        "lost": sum(_lost(evidence.store, report["kept"]) for report in reports),
        "cpu_pct_per_visit": 100 * spent / lasted / VISITS,
    }


def _together(reports: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Of all senders."""
    delays = sorted(delay for report in reports for delay in report["delays_ms"])
    return {
        **{name: sum(report[name] for report in reports) for name in ("unanswered", "cut")},
        "kept_p95_ms": delays[int(len(delays) * 0.95)],
        "behind_s": max(report["behind_s"] for report in reports),
        "sending_behind_s": max(report["sending_behind_s"] for report in reports),
    }


async def _load(evidence: Evidence, first: int, visits: int) -> asyncio.subprocess.Process:
    place = (str(evidence.folder), str(evidence.port))
    numbers = (str(first), str(visits), str(CONSOLE_SECONDS))
    return await _program("tools.bench._tee_load", *place, *numbers)


def _go(program: asyncio.subprocess.Process) -> None:
    if program.stdin is not None:
        program.stdin.write(b"\n")


async def _program(module: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )


async def _line(program: asyncio.subprocess.Process) -> bytes:
    """Its next one. Raises `RuntimeError` where it ended instead."""
    line = await program.stdout.readline() if program.stdout else b""
    if not line:
        raise RuntimeError("a part of the bench ended early")
    return line


def _lost(store: Path, kept: Mapping[str, int]) -> int:
    """How many pieces were said to be kept and are not on disk in a chain that holds."""
    return sum(
        max(0, count - _on_disk(store, recording_id)) for recording_id, count in kept.items()
    )


def _on_disk(store: Path, recording_id: str) -> int:
    file = next(store.glob(f"*/{recording_id}{SUFFIX}"), None)
    return reach_of(file)[0] if file else 0
