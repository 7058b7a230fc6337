"""A console with an invented day, and an officer signed in at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from ops_console.web import make_app
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk, live_through, officers_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with officers_desk(tmp_path) as desk:
        live_through(desk)
        yield desk


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return make_app(desk.console)


@pytest.fixture
def stranger(app: FastAPI) -> Officer:
    """Nobody is signed in here."""
    return Officer.at(app)


@pytest.fixture
def officer(app: FastAPI) -> Officer:
    signed_in = Officer.at(app)
    assert signed_in.sign_in().status_code == 303
    return signed_in
