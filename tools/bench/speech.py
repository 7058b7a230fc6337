"""How much of what is said can be understood on a good, a lossy and a narrow line, both ways.

The pictures of a call compete with its sound for the line, so a call with both is measured. STOI
(see tools/bench/_speech.py) of a good line is what codec and clocks alone cost.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from tools.bench._speech import Samples, spoken, understood
from tools.bench.line import CHROMIUM, TRIALS, Trial, run

NAMES = ("speech.",)
CONDITIONS = ("good", "loss_5", "loss_10", "delay_100_loss_5", "rate_300k", "rate_150k")
CALLS = 3


def measure() -> list[dict[str, Any]]:
    """Rows `speech.<condition>.<end>.stoi`, the median of all pieces of a second and a half, and
    `.stoi_low`, which nine pieces of ten reach."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM])
        trials = [one for one in TRIALS if one.name in CONDITIONS]
        found = [row for trial in trials for row in _rows(trial, browser)]
        browser.close()
    return found


def spoken_call(trial: Trial, browser: Browser, said: Samples) -> dict[str, dict[str, Any]]:
    """What each end saw, as of `tools.bench.line.run`, with `stoi` of each piece it heard."""
    words = base64.b64encode(said.tobytes()).decode()
    report: dict[str, dict[str, Any]] = run(trial, "speaking", browser, said=words)
    heard = np.frombuffer(base64.b64decode(report["visitor"].pop("heard")), np.int16)
    report["visitor"]["stoi"] = understood(heard, said)
    return report


def _rows(trial: Trial, browser: Browser) -> Iterator[dict[str, Any]]:
    said = spoken()
    calls = [spoken_call(trial, browser, said) for _ in range(CALLS)]
    print(trial.name, json.dumps(calls), file=sys.stderr, flush=True)
    for end in ("visitor", "inmate"):
        pieces = [round(value, 3) for call in calls for value in call[end]["stoi"]]
        low = quantiles(pieces, n=10, method="inclusive")[0]
        for name, value in (("stoi", median(pieces)), ("stoi_low", round(low, 3))):
            yield {
                "name": f"speech.{trial.name}.{end}.{name}",
                "value": value,
                "unit": "of 1",
                "n": len(pieces),
                "raw": pieces,
            }
