"""Recordings: found, asked for with a purpose, and never of a private visit."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from ops_console import store
from ops_console.usecases import note_on_visit, play_recording
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk, officers_desk
from tests.harness.recorded_day import LINK, was_recorded
from tests.harness.recorded_visits import recording_table
from visits.errors import OfficerMustAct
from visits.model import VisitKind
from visits.signing import KeyRing, Signed
from visits.tickets import EvidenceTicket, Sight, TicketRefused, leave_to_see


@pytest.fixture
def desk(lived_day: Path, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(lived_day, tmp_path, dirs_exist_ok=True)
    table = recording_table(tmp_path, watch_url="ws://127.0.0.1:4711")
    with officers_desk(tmp_path, day=None, recording=table) as desk:
        was_recorded(desk, "t01", times=2)
        was_recorded(desk, "t02")
        yield desk


def listed(officer: Officer, query: str = "") -> list[str]:
    return re.findall(r'href="/recordings/([^"]+)"', officer.get(f"/recordings{query}").text)


def forged_recording(desk: Desk) -> None:
    """Somebody with the file in hand puts a recording of the attorney's visit there."""

    def write(db: Database) -> None:
        db.execute("DROP TRIGGER grants_for_known_kinds")
        db.execute(
            "INSERT INTO recording_grants SELECT 'g', 't06', 'b1', starts_at, ends_at, '', '{}', ''"
            " FROM visits WHERE visit_id = 't06'"
        )
        db.execute(
            "INSERT INTO recordings SELECT 'r6', 't06', 'g', pieces, last_link, began_at, ended_at,"
            " 0, statement, heard_at FROM recordings WHERE recording_id = 't02-1'"
        )

    desk.console.writer.run(write)


def ticket(desk: Desk, text: str, sight: Sight = Sight.PLAY) -> EvidenceTicket:
    ring = KeyRing([desk.console.signing_key.verifying_key])
    signed, now = Signed.model_validate_json(text), desk.clock.now()
    return leave_to_see(ring, signed, facility_id="riverside", sight=sight, now=now)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["t01", "t02"]),
        ("?person=brown", ["t01"]),
        ("?person=linda", ["t02"]),
        ("?person=104101", ["t02"]),
        ("?unit=unit-b", ["t02"]),
        ("?first=2026-11-24", []),
        ("?first=2026-11-23&last=2026-11-23", ["t01", "t02"]),
        ("?first=nonsense&last=2026-11-22", []),
        ("?noted=letter", ["t02"]),
        ("?noted=%25", []),
    ],
)
def test_recordings_are_found_by_person_unit_day_and_note(
    desk: Desk, officer: Officer, query: str, found: list[str]
) -> None:
    desk.console.writer.run(lambda db: None)
    with desk.console.readers.read() as db:
        (one,) = store.recordings.of_visit(db, "t02")
        reyes = store.people.officer_by_login(db, "reyes")
    assert reyes is not None
    note_on_visit(desk.console, reyes.officer_id, "t02", "Holds up a letter", one.began_at)
    assert sorted(listed(officer, query)) == found


def test_a_private_visit_is_found_by_nothing_and_has_no_page(desk: Desk, officer: Officer) -> None:
    forged_recording(desk)
    for query in ("", "?person=whitmore", "?unit=unit-b", "?first=2026-11-23"):
        assert "t06" not in listed(officer, query)
    assert officer.get("/recordings/t06").status_code == 404
    assert officer.post("/recordings/t06/play", purpose="Investigation").status_code == 404
    assert officer.post("/recordings/t06/ticket", purpose="Investigation").status_code == 409
    assert officer.post("/recordings/t06/note", text="x").status_code == 409
    with desk.console.readers.read() as db:
        assert store.recordings.search(db, store.recordings.Wanted(), [VisitKind.SOCIAL])
        assert not [line for line in store.audit.about(db, "visit", "t06") if line.verb == "play"]
    with pytest.raises(OfficerMustAct, match="private by law"):
        play_recording(desk.console, "o1", "t06", "Investigation")


def test_a_visit_without_recording_has_no_page(officer: Officer) -> None:
    assert officer.get("/recordings/t05").status_code == 404
    assert officer.post("/recordings/t05/ticket", purpose="x").status_code == 409


def test_the_page_asks_what_for_before_it_holds_a_ticket(desk: Desk, officer: Officer) -> None:
    page = officer.get("/recordings/t01")
    assert "What do you play it for?" in page.text
    assert "data-ticket" not in page.text
    assert "127.0.0.1" not in page.headers["content-security-policy"]
    assert officer.post("/recordings/t01/play", more=" ").status_code == 422
    officer.post("/recordings/t01/play", purpose="Investigation")
    played = officer.get("/recordings/t01")
    assert "data-ticket" not in officer.get("/recordings/t01").text
    assert (
        "connect-src 'self' ws://127.0.0.1:4711 http://127.0.0.1:4711;"
        in played.headers["content-security-policy"]
    )
    (text,) = re.findall(r'data-ticket="([^"]+)"', played.text)
    seen = ticket(desk, html.unescape(text))
    assert (seen.visit_ids, seen.purpose) == (("t01",), "Investigation")
    with desk.console.readers.read() as db:
        (line,) = store.audit.latest(db, 1)
    assert (line.verb, line.object_id, line.details["text"]) == ("play", "t01", "Investigation")
    desk.clock.at += timedelta(minutes=15)
    with pytest.raises(TicketRefused):
        ticket(desk, html.unescape(text))
    renewed = officer.post("/recordings/t01/ticket", purpose="Investigation").json()
    assert ticket(desk, json.dumps(renewed["ticket"])).visit_ids == ("t01",)


def test_the_page_tells_who_saw_it_and_what_the_terminal_stated(officer: Officer) -> None:
    officer.post("/recordings/t01/play", purpose="Investigation")
    page = officer.get("/recordings/t01").text
    assert "Sgt. M. Reyes</span> played" in page
    assert "Investigation" in page
    assert page.count(f"last link <code>{LINK[:12]}") == 2


def test_a_note_is_kept_at_the_instant_that_the_player_shows(desk: Desk, officer: Officer) -> None:
    with desk.console.readers.read() as db:
        first = store.recordings.of_visit(db, "t01")[0]
    at = round((first.began_at + timedelta(seconds=12)).timestamp() * 1000)
    assert officer.post("/recordings/t01/note", text="A letter", at=str(at)).status_code == 303
    with desk.console.readers.read() as db:
        (note,) = store.supervision.notes_of(db, "t01")
    assert note.at == first.began_at + timedelta(seconds=12)
    assert "A letter" in officer.get("/recordings/t01").text


def test_the_visits_own_page_says_whether_it_is_recorded(desk: Desk, officer: Officer) -> None:
    forged_recording(desk)
    assert "This visit was recorded." in officer.get("/visits/t01").text
    assert 'href="/recordings/t01"' in officer.get("/visits/t01").text
    assert "This visit is recorded while it runs." in officer.get("/visits/t07").text
    assert "This visit is not recorded." in officer.get("/visits/t05").text
    private = officer.get("/visits/t06").text
    assert "private by law and never recorded" in private
    assert "/recordings/t06" not in private


def test_a_hold_is_placed_and_lifted_and_a_purge_waits_for_another_officer(
    officer: Officer,
) -> None:
    assert "Until Sun Feb 21" in officer.get("/recordings/t01").text
    officer.post("/recordings/t01/hold", reason="Court order")
    page = officer.get("/recordings/t01").text
    assert "Until the hold is lifted" in page
    assert "Court order" in page
    assert officer.post("/recordings/t01/purge", reason="x").status_code == 409
    officer.post("/recordings/t01/lift", reason="Case closed")
    officer.post("/recordings/t01/purge", reason="Recorded by mistake")
    page = officer.get("/recordings/t01").text
    assert "Another custodian has to confirm it." in page
    assert "Confirm: purge it" not in page
    assert officer.post("/recordings/t01/purge/confirm").status_code == 409
    officer.post("/recordings/t01/purge/withdraw")
    assert "asks to purge it" not in officer.get("/recordings/t01").text
