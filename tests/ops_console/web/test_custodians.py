"""The pages of recordings open for custodians, and the others do not lead there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops_console.usecases import add_officer
from ops_console.web import make_app
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk, officers_desk
from tests.harness.recorded_day import was_recorded
from tests.harness.recorded_visits import recording_table

PASSWORD = "a long enough password"


@pytest.fixture
def desk(lived_day: Path, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(lived_day, tmp_path, dirs_exist_ok=True)
    with officers_desk(tmp_path, day=None, recording=recording_table(tmp_path)) as desk:
        was_recorded(desk, "t01")
        yield desk


def ng(desk: Desk, *, custodian: bool) -> Officer:
    add_officer(desk.console, "ng", "Ofc. Ng", PASSWORD, custodian=custodian)
    officer = Officer.at(make_app(desk.console))
    officer.sign_in("ng", PASSWORD)
    return officer


@pytest.mark.parametrize("path", ["/recordings", "/recordings/t01", "/recordings/t01/play"])
def test_who_is_no_custodian_is_told_whom_to_ask(desk: Desk, path: str) -> None:
    page = ng(desk, custodian=False).get(path)
    assert page.status_code == 409
    assert "Recordings are for custodians alone" in page.text
    assert "Brown" not in page.text


def test_no_form_of_a_recording_works_for_who_is_no_custodian(desk: Desk) -> None:
    officer = ng(desk, custodian=False)
    for path in ("play", "export", "ticket", "note", "hold", "lift", "purge", "purge/confirm"):
        answer = officer.post(f"/recordings/t01/{path}", purpose="Court", reason="Case 7", text="x")
        assert "for custodians alone" in answer.text, path


@pytest.mark.parametrize("custodian", [True, False])
def test_pages_lead_only_custodians_to_recordings(desk: Desk, custodian: bool) -> None:
    officer = ng(desk, custodian=custodian)
    assert ('href="/recordings"' in officer.get("/today").text) is custodian
    assert ('href="/recordings/t01"' in officer.get("/visits/t01").text) is custodian
    assert 'href="/watch"' in officer.get("/today").text, "watching is for every officer"


def test_a_session_that_is_older_than_the_role_does_not_help(desk: Desk) -> None:
    officer = ng(desk, custodian=True)
    assert officer.get("/recordings").status_code == 200
    add_officer(desk.console, "ng", "Ofc. Ng", PASSWORD)
    assert officer.get("/recordings").status_code == 409
