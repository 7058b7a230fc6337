"""A broker for each test that asks, and one facility with two units."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.broker import Broker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker.provisioned(tmp_path / "broker", "cook", {"a1": "unit-a", "b1": "unit-b"}) as it:
        yield it
