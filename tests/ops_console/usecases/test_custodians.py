"""Recordings are for custodians, whatever the way to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from ops_console import store
from ops_console.store._people_tables import CUSTODIANS
from ops_console.usecases import (
    Console,
    add_officer,
    ask_purge,
    confirm_purge,
    export_recording,
    lift_hold,
    place_hold,
    play_recording,
    withdraw_purge,
)
from tests.harness.console_bench import Bench
from tests.harness.evidence_answers import Answers, Kept, answering
from tests.harness.recorded_visits import LINK, recording_bench, running_visit, states
from visits.errors import OfficerMustAct
from visits.signing import KeyRing

Do = Callable[[Console, str], object]
WAYS: dict[str, Do] = {
    "play": lambda console, who: play_recording(console, who, "t1", "Complaint 12"),
    "export": lambda console, who: export_recording(console, who, "t1", "Court 7"),
    "hold": lambda console, who: place_hold(console, who, "t1", "Case 7"),
    "lift": lambda console, who: lift_hold(console, who, "t1", "Case 7 is over"),
    "ask": lambda console, who: ask_purge(console, who, "t1", "Recorded by mistake"),
    "withdraw": lambda console, who: withdraw_purge(console, who, "t1"),
    "confirm": lambda console, who: confirm_purge(console, who, "t1"),
}
BEFORE: dict[str, str] = {"lift": "hold", "withdraw": "ask", "confirm": "ask"}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """t1 was recorded; o1 and o2 are custodians, `ng` is none."""
    with (
        answering(Answers(KeyRing([]), "cook")) as answers,
        recording_bench(tmp_path, evidence_url=answers.url) as bench,
    ):
        answers.keys = KeyRing([bench.console.signing_key.verifying_key])
        answers.now = bench.clock.now
        said = states(bench, running_visit(bench))
        answers.kept = [Kept(said.recording_id, said.began_at, (), LINK)]
        yield bench


def add(bench: Bench, *, custodian: bool) -> str:
    password = "a long enough password"
    named = add_officer(bench.console, "ng", "Ofc. Ng", password, custodian=custodian)
    return named.officer_id


@pytest.mark.parametrize("way", WAYS)
def test_only_a_custodian_reaches_a_recording(bench: Bench, way: str) -> None:
    if way in BEFORE:
        WAYS[BEFORE[way]](bench.console, "o1")
    ng = add(bench, custodian=False)
    with pytest.raises(OfficerMustAct, match="for custodians alone"):
        WAYS[way](bench.console, ng)
    add(bench, custodian=True)
    WAYS[way](bench.console, ng)


def test_a_role_that_was_taken_away_is_gone_at_once(bench: Bench) -> None:
    ng = add(bench, custodian=True)
    add(bench, custodian=False)
    with pytest.raises(OfficerMustAct, match="for custodians alone"):
        play_recording(bench.console, ng, "t1", "Complaint 12")
    with bench.console.readers.read() as db:
        said = [line.details["custodian"] for line in store.audit.about(db, "officer", ng)]
    assert said == ["true", "false"]


def test_officers_of_before_keep_what_they_could_do() -> None:
    db = Database(memory=True)
    db.execute("CREATE TABLE officers (officer_id TEXT PRIMARY KEY)")
    db.execute("INSERT INTO officers VALUES ('old')")
    for statement in CUSTODIANS:
        db.execute(statement)
    db.execute("INSERT INTO officers (officer_id) VALUES ('new')")
    assert db.execute("SELECT officer_id, custodian FROM officers").fetchall() == [
        ("old", 1),
        ("new", 0),
    ]
