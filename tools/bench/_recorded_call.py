"""A recorded call on a line in trouble: it loses packets throughout, is too narrow for a while, and
is cut, after which the two connect anew."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.harness.call import Heard
from tests.harness.evidence import Evidence
from tests.harness.recorded_call import Terminal, flashing_terminal
from tests.harness.until import eventually
from tools.bench._bad_line import BadLine, Condition, without_candidates
from tools.bench.line import CHROMIUM, carried, visitors_page

PAGE = (Path(__file__).parents[2] / "tests" / "harness" / "flashing_page.html").read_text()
VISIT = "recorded"
LOSSY = Condition(loss=0.05, delay_s=0.02)
NARROW = Condition(loss=0.05, delay_s=0.02, bits=260_000)
CUT = Condition(cut=True)
BACK_WITHIN_S = 20.0


@dataclass(frozen=True)
class Round:
    """What the line does, again and again; seconds."""

    good_s: float = 10.0
    """Right after each connection."""
    lossy_s: float = 50.0
    """Before it is narrow, and as long after."""
    narrow_s: float = 20.0
    cut_s: float = 4.0

    @property
    def lasts_s(self) -> float:
        return self.good_s + 2 * self.lossy_s + self.narrow_s + self.cut_s


@dataclass
class Told:
    """By a call that is over."""

    connections: int = 0
    failed: list[str] = field(default_factory=list)
    """Why a recording broke or was refused."""
    away_s: list[float] = field(default_factory=list)
    """From each cut until pictures came again."""


def call(evidence: Evidence, folder: Path, codec: str, rounds: int, how: Round) -> Told:
    """Returns once the whole record is with the evidence process."""
    told, heard = Told(), Heard()
    with (
        _visitor() as page,
        carried() as line,
        flashing_terminal(evidence, folder, heard) as terminal,
    ):
        running = _Running(page, line, terminal, heard, codec, told)
        running.connect()
        for number in range(rounds):
            running.suffer(how, cut=number < rounds - 1)
        terminal.service.close(running.attempt)
        terminal.statements(told.connections)
        eventually(lambda: not terminal.spool.all(), "everything to be brought over", 60)
        told.failed = terminal.failed
    return told


@dataclass
class _Running:
    page: Page
    line: BadLine
    terminal: Terminal
    heard: Heard
    codec: str
    told: Told

    @property
    def attempt(self) -> str:
        return f"attempt {self.told.connections}"

    def connect(self) -> None:
        """As after a loss: a new attempt, with a recording of its own. Returns at the first
        picture."""
        self.told.connections += 1
        self.terminal.open(self.attempt, VISIT)
        offer = self.page.evaluate("(codec) => makeOffer(codec)", self.codec)
        self.terminal.service.take_offer(self.attempt, without_candidates(offer))
        answer = self.heard.wait_for("answer_ready")[2]
        self.line.condition = Condition()
        self.page.evaluate("(sdp) => takeAnswer(sdp)", self.line.between(answer))
        while self.heard.wait_for("first_frame", BACK_WITHIN_S)[1] != self.attempt:
            pass

    def suffer(self, how: Round, *, cut: bool) -> None:
        self._wait(how.good_s)
        self.line.condition = LOSSY
        self._wait(how.lossy_s)
        self.line.condition = NARROW
        self.page.evaluate("shrink(2)")
        self._wait(how.narrow_s)
        self.line.condition = LOSSY
        self.page.evaluate("shrink(1)")
        self._wait(how.lossy_s)
        if cut:
            began, self.line.condition = time.monotonic(), CUT
            self._wait(how.cut_s)
            self.connect()
            self.told.away_s.append(time.monotonic() - began)

    def _wait(self, seconds: float) -> None:
        self.page.wait_for_timeout(seconds * 1_000)


@contextmanager
def _visitor() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM])
        with visitors_page(browser, PAGE) as page:
            yield page
        browser.close()
