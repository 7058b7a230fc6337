"""A relay for the calls of one file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.relay import Relay


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    with Relay.made(tmp_path_factory.mktemp("relay")) as running:
        yield running
