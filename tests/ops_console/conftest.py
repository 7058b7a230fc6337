"""A console on its bench, for whoever tests the console."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.console_bench import Bench, console_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with console_bench(tmp_path) as one:
        yield one
