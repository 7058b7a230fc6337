"""Ours beside stock aiortc on lines that lose, delay, narrow and break; docs/bad-lines.md.

For each condition a fresh pair of processes and a real Chromium; ours and stock take turns, so
that what else the machine does befalls both.

    make bench ONLY=line                        all conditions, five calls each: about an hour
    python -m tools.bench.line 5                the same
    python -m tools.bench.line 5 --go-on        without the conditions that were done before
    python -m tools.bench.line 2 --more         two calls more of what was done before
    python -m tools.bench.line 1 rate_150k      one call each of ours and stock, one condition

The variables VISITLINE_LINES (names of conditions, between spaces) and VISITLINE_CALLS (a number)
limit the first in the same way. After each condition all rows so far are in build/bad-lines.jsonl,
and where all conditions were asked for the document is drawn anew, so a run that is stopped loses
one condition at most.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tools.bench._bad_line import BadLine, Condition, without_candidates
from tools.bench._line_document import render

NAMES = ("line.",)
RUNS = 5
SETTLE_S, WINDOW_S = 5.0, 10.0
DOCUMENT = Path("docs/bad-lines.md")
KEPT = Path("build/bad-lines.jsonl")
CHROMIUM = (
    *("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns"),
)
PAGE = (Path(__file__).parent / "line_page.html").read_text()


@dataclass(frozen=True)
class Trial:
    """One condition of the table."""

    name: str
    condition: Condition
    cut_for_s: float = 0.0
    """The line carries nothing for so long, and what counts is when pictures are back."""
    codec: str = "H264"
    changes_address: bool = False
    """The visitor's address changes in mid-call, and what counts is when pictures are back."""
    settles_s: float = SETTLE_S
    watched_s: float = WINDOW_S

    @property
    def breaks(self) -> bool:
        """Whether pictures stop for a while, so that it counts when they come again."""
        return self.changes_address or self.cut_for_s > 0


TRIALS = (
    Trial("good", Condition()),
    Trial("loss_2", Condition(loss=0.02)),
    Trial("loss_5", Condition(loss=0.05)),
    Trial("loss_10", Condition(loss=0.10)),
    Trial("delay_100", Condition(delay_s=0.1)),
    Trial("delay_300", Condition(delay_s=0.3)),
    Trial("delay_100_loss_5", Condition(delay_s=0.1, loss=0.05)),
    Trial("rate_300k", Condition(bits=300_000)),
    Trial("rate_150k", Condition(bits=150_000)),
    Trial("cut_3s", Condition(), cut_for_s=3.0),
    Trial("cut_10s", Condition(), cut_for_s=10.0),
    Trial("cut_40s", Condition(), cut_for_s=40.0),
    Trial("address_change", Condition(), changes_address=True),
    Trial("vp8_loss_5", Condition(loss=0.05), codec="VP8"),
    Trial("vp8_rate_300k", Condition(bits=300_000), codec="VP8"),
)


@dataclass
class Kiosk:
    """One end in its own process."""

    process: subprocess.Popen[str] = field(repr=False)
    losses: int = 0
    """How often it told that its line is lost."""
    _said: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue, repr=False)

    def __post_init__(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, order: dict[str, Any], answer: str = "") -> Any:
        if self.process.stdin is None:
            raise RuntimeError("The kiosk's process was started without pipes.")
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        while answer:
            said = self._said.get(timeout=20)
            if answer in said:
                return said[answer]
        return None

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            said = json.loads(line)
            if "lost" in said:
                self.losses += 1
            else:
                self._said.put(said)


def measure() -> list[dict[str, Any]]:
    """Rows `line.<condition>.<ours|stock>.<end>.<what>`, medians; draws the document."""
    names = os.environ.get("VISITLINE_LINES", "").split()
    calls = int(os.environ.get("VISITLINE_CALLS", RUNS))
    return list(kept_rows(chosen(names), calls, []))


def chosen(names: Sequence[str]) -> tuple[Trial, ...]:
    """The conditions of these names; all where none is named. Raises `ValueError`."""
    if unknown := set(names) - {one.name for one in TRIALS}:
        raise ValueError(f"No condition is named {', '.join(sorted(unknown))}.")
    return tuple(one for one in TRIALS if not names or one.name in names)


def kept_rows(
    trials: tuple[Trial, ...], runs: int, done: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Rows of those of the trials that are not `done`; after each trial all are on the disk."""
    KEPT.parent.mkdir(exist_ok=True)
    finished = {row["name"].split(".")[1] for row in done}
    for trial in trials:
        if trial.name in finished:
            continue
        found = list(rows((trial,), runs))
        done += found
        KEPT.write_text("".join(json.dumps(row) + "\n" for row in done))
        if trials == TRIALS:
            DOCUMENT.write_text(render(_in_order(done), runs))
        yield from found


def more_rows(
    trials: tuple[Trial, ...], runs: int, done: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The rows of these trials with the calls of before and so many more; the document is drawn
    where all of them have as many."""
    for trial in trials:
        before = {row["name"]: row for row in done}
        found = [with_calls_of(before.get(row["name"]), row) for row in rows((trial,), runs)]
        done = [*(row for name, row in before.items() if name not in {r["name"] for r in found})]
        done += found
        KEPT.write_text("".join(json.dumps(row) + "\n" for row in _in_order(done)))
        yield from found
    if trials == TRIALS:
        calls = max(row["n"] for row in done)
        DOCUMENT.write_text(render(_in_order(done), calls))


def with_calls_of(before: dict[str, Any] | None, row: dict[str, Any]) -> dict[str, Any]:
    """The row as if the calls of both had been made in one go."""
    raw = [*(before["raw"] if before else []), *row["raw"]]
    return row | {"value": round(median(raw), 3) if raw else None, "n": len(raw), "raw": raw}


def _in_order(done: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = {one.name: place for place, one in enumerate(TRIALS)}
    return sorted(done, key=lambda row: places.get(row["name"].split(".")[1], len(places)))


def rows(trials: tuple[Trial, ...], runs: int) -> Iterator[dict[str, Any]]:
    """Of these trials; each figure as seen by the visitor and by the inmate."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM])
        for trial in trials:
            found: dict[str, list[dict[str, Any]]] = {"ours": [], "stock": []}
            for _ in range(runs):
                for kind, reports in found.items():
                    reports.append(run(trial, kind, browser))
                    print(trial.name, kind, json.dumps(reports[-1]), file=sys.stderr, flush=True)
            for kind, reports in found.items():
                yield from _rows(trial, kind, reports)
        browser.close()


def run(
    trial: Trial, kind: str, browser: Browser, *how: str, said: str | None = None
) -> dict[str, Any]:
    """One call under one condition: what each end saw. `how` is what that kind of kiosk asks;
    `said` is what the visitor says in place of a tone: samples of 16 bits as base64."""
    with visitors_page(browser) as page:
        if said is not None:
            page.evaluate("(words) => speak(words)", said)
        return _run(trial, kind, page, *how)


def long_call(trial: Trial, minutes: int, browser: Browser) -> Iterator[dict[str, Any]]:
    """One call of ours: what each end saw, minute by minute."""
    with visitors_page(browser) as page, carried() as line, _kiosk("ours") as kiosk:
        line.condition = trial.condition
        _connect(trial, line, kiosk, page)
        for _ in range(minutes):
            kiosk.ask({"mark": True})
            page.evaluate("mark()")
            page.wait_for_timeout(60_000)
            report = kiosk.ask({"report": True}, "report")
            yield {"visitor": page.evaluate("report()"), "inmate": report}


def _run(trial: Trial, kind: str, page: Page, *how: str) -> dict[str, Any]:
    with carried() as line, _kiosk(kind, *how) as kiosk:
        _connect(trial, line, kiosk, page)
        page.wait_for_function("seen.times.length > 10", timeout=20_000)
        page.wait_for_timeout(2_000)
        if trial.changes_address:
            line.change_address()
            return _watch(trial, line, kiosk, page)
        if trial.cut_for_s:
            return _cut(trial, line, kiosk, page)
        line.condition = trial.condition
        page.wait_for_timeout(trial.settles_s * 1_000)
        return _watch(trial, line, kiosk, page)


def _connect(trial: Trial, line: BadLine, kiosk: Kiosk, page: Page) -> None:
    offer = without_candidates(page.evaluate("(codec) => makeOffer(codec)", trial.codec))
    answer = kiosk.ask({"offer": offer}, "answer")
    page.evaluate("(sdp) => takeAnswer(sdp)", line.between(answer))


def _watch(trial: Trial, line: BadLine, kiosk: Kiosk, page: Page) -> dict[str, Any]:
    kiosk.ask({"mark": True})
    page.evaluate("mark()")
    _wait(trial.watched_s, trial, line, kiosk, page)
    return {"visitor": page.evaluate("report()"), "inmate": kiosk.ask({"report": True}, "report")}


def _wait(seconds: float, trial: Trial, line: BadLine, kiosk: Kiosk, page: Page) -> None:
    """Meanwhile a line that the kiosk gave up is made anew, as the room's page does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        page.wait_for_timeout(50)
        if kiosk.losses:
            kiosk.losses = 0
            _connect(trial, line, kiosk, page)


def _cut(trial: Trial, line: BadLine, kiosk: Kiosk, page: Page) -> dict[str, Any]:
    line.condition = Condition(cut=True)
    _wait(trial.cut_for_s, trial, line, kiosk, page)
    line.condition = trial.condition
    return _watch(trial, line, kiosk, page)


@contextmanager
def visitors_page(browser: Browser, text: str = PAGE) -> Iterator[Page]:
    """A page of this text, as a browser has one from a server; closed at the end."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto("http://localhost/")
    try:
        yield page
    finally:
        page.close()


@contextmanager
def carried() -> Iterator[BadLine]:
    """A line that is good until it is told otherwise."""
    line = BadLine().start()
    try:
        yield line
    finally:
        line.stop()


@contextmanager
def _kiosk(kind: str, *how: str) -> Iterator[Kiosk]:
    process = subprocess.Popen(
        (sys.executable, "-m", "tools.bench._line_kiosk", kind, *how),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(2.0)
    try:
        yield Kiosk(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            process.kill()


def _rows(trial: Trial, kind: str, reports: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for end in ("visitor", "inmate"):
        # A picture may be on its way while the address changes, so the first one says nothing.
        back = "longest_gap_s" if trial.changes_address else "first_s"
        for what in ("fps", "freeze_s", "delay_ms", *([back] if trial.breaks else [])):
            values = [one[end][what] for one in reports if one[end][what] is not None]
            name = "recover_s" if what == back else what
            yield {
                "name": f"line.{trial.name}.{kind}.{end}.{name}",
                "value": round(median(values), 3) if values else None,
                "unit": what.rsplit("_", 1)[-1],
                "n": len(values),
                "raw": [round(value, 3) for value in values],
            }


def main(calls: str, *how: str) -> None:
    """As the module's own text says."""
    trials = chosen([one for one in how if not one.startswith("--")])
    kept = [json.loads(line) for line in KEPT.read_text().splitlines()] if KEPT.exists() else []
    if "--more" in how:
        found = more_rows(trials, int(calls), kept)
    else:
        found = kept_rows(trials, int(calls), kept if "--go-on" in how else [])
    for row in found:
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
