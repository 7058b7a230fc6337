"""Whether a call of half an hour leaves the kiosk's memory as it was.

Takes 32 minutes, so it runs only when it is asked for: `make bench ONLY=call.rss`.
"""

from __future__ import annotations

import sys
from typing import Any

from playwright.sync_api import sync_playwright

from tools.bench._bad_line import Condition
from tools.bench.line import CHROMIUM, Trial, long_call

NAMES = ("call.rss_growth_mb_30min",)
ASKED_FOR_BY_NAME = "call.rss"
MINUTES = 30


def measure() -> list[dict[str, Any]]:
    """One row; `raw` has the kiosk's resident memory, MB, minute by minute."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM])
        seen = []
        for report in long_call(Trial("good", Condition(loss=0.01)), MINUTES, browser):
            inmate, visitor = report["inmate"], report["visitor"]
            seen.append(round(inmate["rss_mb"], 1))
            print(
                f"minute {len(seen)}: {seen[-1]} MB, {inmate['fps']:.1f} and "
                f"{visitor['fps']:.1f} pictures a second, "
                f"{inmate['freezes']} and {visitor['freezes']} freezes",
                file=sys.stderr,
                flush=True,
            )
        browser.close()
    # The first two minutes fill caches and buffers.
    growth = round(seen[-1] - seen[2], 1)
    return [
        {"name": "call.rss_growth_mb_30min", "value": growth, "unit": "MB", "n": 1, "raw": seen}
    ]
