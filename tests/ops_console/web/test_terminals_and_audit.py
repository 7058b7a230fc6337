"""The terminals' page and the audit page."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from ops_console.store import devices
from ops_console.web.audit.rows import VERB_WORDS, verb_words
from ops_console.web.layout.times import WallClock
from ops_console.web.terminals.rows import TerminalCard, groups, summary
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk
from visits.clock import FacilityTime
from visits.messages import PresenceState

WALL = WallClock(FacilityTime("America/Chicago"))


def cards(desk: Desk, agendas: dict[str, int]) -> dict[str, TerminalCard]:
    with desk.console.readers.read() as db:
        found = groups(devices.terminal_board(db), agendas, desk.clock.now(), WALL)
    return {card.terminal_id: card for group in found for card in group.cards}


def test_each_terminal_tells_its_state_since_when_and_what_it_knows(desk: Desk) -> None:
    desk.hears("a1", PresenceState.ONLINE, {"agenda_revision": "7", "screen": "call"})
    shown = cards(desk, {"unit-a": 7, "unit-b": 9})
    assert shown["a1"].mark.word == "Online"
    assert shown["a1"].agenda
    assert shown["a1"].agenda.word == "Current, number 7"
    assert shown["a2"].simulated == ("camera", "microphone")
    assert shown["b1"].agenda
    assert shown["b1"].agenda.tone == "warn"
    assert shown["b2"].mark.word == "Never seen"
    assert shown["d1"].mark.word == "Offline"
    assert shown["d1"].since_words == "since Mon Nov 23, 13:42, 22 min"
    assert shown["d1"].agenda is None


def test_a_terminal_that_was_switched_off_is_not_called_broken(desk: Desk) -> None:
    desk.hears("a1", PresenceState.STOPPED)
    assert cards(desk, {})["a1"].mark.word == "Switched off"


def test_the_page_counts_who_is_there(desk: Desk, officer: Officer) -> None:
    assert "4 of 6 terminals online" in officer.get("/terminals").text
    desk.hears("a1", PresenceState.OFFLINE)
    assert "3 of 6 terminals online" in officer.get("/terminals").text
    assert summary(()) == "0 of 0 terminals online"


def test_a_console_off_the_line_says_so(desk: Desk, officer: Officer) -> None:
    desk.line.connected = False
    assert "The console cannot reach the terminals" in officer.get("/terminals").text
    assert "The console cannot reach terminals and visitors" in officer.get("/today").text


def test_every_verb_has_its_word() -> None:
    assert all(verb_words(verb) == word for verb, word in VERB_WORDS.items())
    assert verb_words("something-new") == "something-new"


def test_the_audit_shows_one_verb_or_one_person(officer: Officer) -> None:
    officer.get("/access/r1/photo")
    views = officer.get("/audit?verb=view").text
    assert "viewed</td>" in views
    assert "booked</td>" not in views
    mine = officer.get("/audit?person=o1").text
    assert "Sgt. M. Reyes" in mine
    assert "booked</td>" not in mine
    assert "No line fits" in officer.get("/audit?person=nobody").text
    assert officer.get("/audit?before=9999999999999999&verb=x").status_code == 200


def test_a_whole_record_is_verified_with_its_count_and_seal(officer: Officer) -> None:
    page = officer.post("/audit/verify").text
    assert "The record is whole" in page
    assert "lines follow one another" in page


def test_a_record_that_was_tampered_with_is_found(desk: Desk, officer: Officer) -> None:
    with desk.console.readers.read() as db:
        path = db.execute("PRAGMA database_list").fetchone()[2]
    with sqlite3.connect(path) as thief:
        for (name,) in thief.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
        ).fetchall():
            thief.execute(f'DROP TRIGGER "{name}"')
        thief.execute("UPDATE audit SET verb = 'view' WHERE number = 3")
    thief.close()
    page = officer.post("/audit/verify").text
    assert "The record was changed at line 3" in page
    assert "The record is whole" not in page


def test_a_page_left_open_learns_of_time_passing(desk: Desk, officer: Officer) -> None:
    desk.clock.at += timedelta(minutes=7)
    assert "Should have started at 14:10" not in officer.get("/today").text
    assert "late by 11 min" in officer.get("/today").text
