"""A fresh portal for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.portal import PortalDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PortalDesk]:
    """One facility, answering; its clock stands still."""
    with PortalDesk(tmp_path) as desk:
        yield desk
