"""What a call costs the kiosk beside stock aiortc in the same run, and how late its picture is."""

from __future__ import annotations

from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from tools.bench._bad_line import Condition
from tools.bench.line import CHROMIUM, Trial, run

NAMES = (
    "call.cpu_ratio_to_stock",
    "call.kiosk_cpu_pct",
    "call.stock_cpu_pct",
    "call.glass_to_glass_ms",
)
RUNS = 5
GOOD = Trial("good", Condition())


def measure() -> list[dict[str, Any]]:
    """Rows of both ends; ours and stock take turns, H.264, 640 by 480, 30 pictures a second."""
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "stock": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM])
        for _ in range(RUNS):
            for kind, reports in found.items():
                reports.append(run(GOOD, kind, browser))
        browser.close()
    cpu = {kind: [one["inmate"]["cpu_pct"] for one in reports] for kind, reports in found.items()}
    ratios = [ours / stock for ours, stock in zip(cpu["ours"], cpu["stock"], strict=True)]
    rows = [
        _row("call.cpu_ratio_to_stock", ratios, "ratio"),
        _row("call.kiosk_cpu_pct", cpu["ours"], "% of a core"),
        _row("call.stock_cpu_pct", cpu["stock"], "% of a core"),
    ]
    for kind, reports in found.items():
        for end, way in (("visitor", "to_visitor"), ("inmate", "to_kiosk")):
            late = [one[end]["delay_ms"] for one in reports if one[end]["delay_ms"] is not None]
            suffix = "" if kind == "ours" else ".stock"
            rows.append(_row(f"call.glass_to_glass_ms.{way}{suffix}", late, "ms"))
    return rows


def _row(name: str, values: list[float], unit: str) -> dict[str, Any]:
    middle = round(median(values), 3) if values else None
    raw = [round(value, 3) for value in values]
    return {"name": name, "value": middle, "unit": unit, "n": len(values), "raw": raw}
