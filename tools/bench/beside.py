"""What a call costs the kiosk beside stock aiortc in the same run, and how late its picture is."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from tests.harness.evidence import Evidence, running_evidence
from tools.bench._bad_line import Condition
from tools.bench.line import CHROMIUM, Trial, run

NAMES = (
    "call.cpu_ratio_to_stock",
    "call.cpu_ratio_to_stock_recorded",
    "call.kiosk_cpu_pct",
    "call.stock_cpu_pct",
    "call.glass_to_glass_ms",
)
RUNS = 5
GOOD = Trial("good", Condition())


def measure() -> list[dict[str, Any]]:
    """Rows of both ends; ours, ours with a tee, and stock take turns, H.264, 640 by 480, 30
    pictures a second."""
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "recorded": [], "stock": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_evidence(Path(folder)) as evidence,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM])
        for number in range(RUNS):
            for kind, reports in found.items():
                how = _how(evidence, number) if kind == "recorded" else ()
                reports.append(run(GOOD, kind, browser, *how))
        browser.close()
    cpu = {kind: [one["inmate"]["cpu_pct"] for one in reports] for kind, reports in found.items()}
    rows = [
        _row("call.cpu_ratio_to_stock", _ratios(cpu["ours"], cpu["stock"]), "ratio"),
        _row("call.cpu_ratio_to_stock_recorded", _ratios(cpu["recorded"], cpu["stock"]), "ratio"),
        _row("call.kiosk_cpu_pct", cpu["ours"], "% of a core"),
        _row("call.kiosk_cpu_pct.recorded", cpu["recorded"], "% of a core"),
        _row("call.stock_cpu_pct", cpu["stock"], "% of a core"),
    ]
    for kind in ("ours", "stock"):
        for end, way in (("visitor", "to_visitor"), ("inmate", "to_kiosk")):
            late = [one[end]["delay_ms"] for one in found[kind]]
            suffix = "" if kind == "ours" else ".stock"
            seen = [each for each in late if each is not None]
            rows.append(_row(f"call.glass_to_glass_ms.{way}{suffix}", seen, "ms"))
    return rows


def _how(evidence: Evidence, number: int) -> tuple[str, ...]:
    """Where a terminal that records brings its pieces, and its leave."""
    return (
        str(evidence.folder / f"spool{number}"),
        evidence.ingest_url,
        str(evidence.folder),
        evidence.console_key().verifying_key.text,
        evidence.grant().model_dump_json(),
    )


def _ratios(ours: list[float], stock: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, stock, strict=True)]


def _row(name: str, values: list[float], unit: str) -> dict[str, Any]:
    middle = round(median(values), 3) if values else None
    raw = [round(value, 3) for value in values]
    return {"name": name, "value": middle, "unit": unit, "n": len(values), "raw": raw}
