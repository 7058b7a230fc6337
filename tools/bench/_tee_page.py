"""An officer's page, asked for again and again while terminals bring their recordings.

`python -m tools.bench._tee_page`: prints `ready`, begins when a line comes on standard input, and
at the next line prints JSON with what it measured between: requests for the day's page, one after
the other, each a fifth of a second after the answer before.
"""

from __future__ import annotations

import json
import re
import select
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import httpx

from ops_console.web import make_app
from tests.harness.officers_desk import LOGIN, PASSWORD, live_through, officers_desk, served

PAUSE_S = 0.2


def main() -> int:
    """The console is a process of its own, as it is beside a real evidence process."""
    with (
        tempfile.TemporaryDirectory(prefix="visitline-bench-") as folder,
        officers_desk(Path(folder)) as desk,
        served(make_app(desk.console)) as address,
        httpx.Client(base_url=address, follow_redirects=True, timeout=60) as officer,
    ):
        live_through(desk)
        _sign_in(officer)
        print("ready", flush=True)
        sys.stdin.readline()
        took = _until_told(officer)
        p95 = quantiles(took, n=20, method="inclusive")[18]
        print(json.dumps({"median_ms": median(took), "p95_ms": p95, "n": len(took)}), flush=True)
        desk.console.changes.close()
    return 0


def _sign_in(officer: httpx.Client) -> None:
    found = re.search(r'name="csrf_token" value="([^"]+)"', officer.get("/sign-in").text)
    if found is None:
        raise RuntimeError("the page has no form token")
    form = {"csrf_token": found[1], "login": LOGIN, "password": PASSWORD}
    officer.post("/sign-in", data=form).raise_for_status()


def _until_told(officer: httpx.Client) -> list[float]:
    """Milliseconds of each request."""
    took = []
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        began = time.perf_counter()
        page = officer.get("/today").raise_for_status()
        took.append(1000 * (time.perf_counter() - began))
        if page.url.path != "/today":
            raise RuntimeError(f"the officer was led to {page.url.path}")
    return took


if __name__ == "__main__":
    sys.exit(main())
