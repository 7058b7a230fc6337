"""A process aside has several questions at once, and each gets its own answer or none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ops_console.aside import Aside
from ops_console.usecases import Console
from tests.harness.console_bench import Bench

pytestmark = pytest.mark.slow

LONG_ENOUGH_S = 60.0
Echo = Aside[str, str]


def echo(_console: Console, question: str) -> str:
    """A question that is a path waits until somebody opens it to write."""
    return Path(question).read_text() if question.startswith("/") else f"{question}!"


@pytest.fixture
def aside(bench: Bench) -> Iterator[Echo]:
    assert bench.settings is not None
    one = Echo(bench.settings, "echo", echo)
    assert one.wait_until_ready(LONG_ENOUGH_S)
    yield one
    one.stop()


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A question that is answered once it is written to."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path


def test_who_asks_may_ask_again_before_there_is_an_answer(
    bench: Bench, aside: Echo, gate: Path
) -> None:
    now = bench.clock.now()
    lines = [aside.begin(one, now) for one in (str(gate), "second", "third")]
    gate.write_text("first")
    assert [aside.answer(line) for line in lines] == ["first", "second!", "third!"]


def test_what_was_asked_of_a_process_that_is_gone_has_no_answer_and_takes_nobody_elses(
    bench: Bench, aside: Echo, gate: Path
) -> None:
    now = bench.clock.now()
    first, second = aside.begin(str(gate), now), aside.begin("second", now)
    (child,) = [one for one in psutil.Process().children() if "spawn_main" in str(one.cmdline())]
    child.kill()
    assert aside.answer(first) is None
    assert aside.wait_until_ready(LONG_ENOUGH_S)
    third = aside.begin("third", now)
    assert aside.answer(second) is None
    assert aside.answer(third) == "third!"
