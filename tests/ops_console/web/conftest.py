"""A console with an invented day, and an officer signed in at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from ops_console.web import make_app
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk, live_through, officers_desk


@pytest.fixture(scope="session")
def lived_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a console at which the invented day was lived once."""
    folder = tmp_path_factory.mktemp("day")
    with officers_desk(folder) as desk:
        live_through(desk)
    return folder


@pytest.fixture
def desk(lived_day: Path, tmp_path: Path) -> Iterator[Desk]:
    """A copy of it, for one test alone."""
    shutil.copytree(lived_day, tmp_path, dirs_exist_ok=True)
    with officers_desk(tmp_path, day=None) as desk:
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
