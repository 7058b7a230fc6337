"""How long recordings stay: holds, purges by two officers, and age."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ops_console import store
from ops_console.usecases import (
    ask_purge,
    carry_out_purges,
    confirm_purge,
    lift_hold,
    place_hold,
    play_recording,
    purge_expired,
    withdraw_purge,
)
from tests.harness.console_bench import Bench
from tests.harness.evidence_answers import Answers, Kept, answering
from tests.harness.recorded_visits import LINK, recording_bench, running_visit, states
from visits.errors import OfficerMustAct
from visits.model import VisitKind
from visits.signing import KeyRing


@pytest.fixture
def answers() -> Iterator[Answers]:
    with answering(Answers(KeyRing([]), "cook")) as answers:
        yield answers


@pytest.fixture
def bench(tmp_path: Path, answers: Answers) -> Iterator[Bench]:
    """t1 was recorded; the evidence process answers."""
    with recording_bench(tmp_path, evidence_url=answers.url) as bench:
        answers.keys = KeyRing([bench.console.signing_key.verifying_key])
        answers.now = bench.clock.now
        said = states(bench, running_visit(bench))
        answers.kept = [Kept(said.recording_id, said.began_at, (), LINK)]
        bench.clock.advance(timedelta(hours=1))
        yield bench


def last_purge(bench: Bench) -> store.keeping.Purge | None:
    with bench.console.readers.read() as db:
        return store.keeping.purge_of(db, "t1")


def lines(bench: Bench, verb: str) -> list[store.audit.AuditLine]:
    with bench.console.readers.read() as db:
        return [line for line in store.audit.about(db, "visit", "t1") if line.verb == verb]


def test_one_officer_asks_and_another_confirms(bench: Bench, answers: Answers) -> None:
    ask_purge(bench.console, "o1", "t1", "Recorded by mistake")
    with pytest.raises(OfficerMustAct, match="Another custodian"):
        confirm_purge(bench.console, "o1", "t1")
    assert answers.purged == []
    assert confirm_purge(bench.console, "o2", "t1")
    (ticket,) = answers.purged
    assert (ticket.visit_ids, ticket.officer_name, ticket.purpose) == (
        ("t1",),
        "Lt. Stone",
        "Recorded by mistake",
    )
    purge = last_purge(bench)
    assert purge is not None
    assert purge.done_at == bench.clock.now()
    assert len(purge.stones) == 1
    (line,) = lines(bench, "purge")
    assert line.details["asked-by"] == "o1"
    with bench.console.readers.read() as db:
        assert len(store.recordings.of_visit(db, "t1")) == 1
    with pytest.raises(OfficerMustAct, match="purged"):
        play_recording(bench.console, "o1", "t1", "Spot check")


def test_the_store_itself_wants_two_officers(bench: Bench) -> None:
    ask_purge(bench.console, "o1", "t1", "Recorded by mistake")
    with pytest.raises(sqlite3.IntegrityError):
        bench.console.writer.run(
            lambda db: db.execute("UPDATE purges SET confirmed_by = 'o1', confirmed_at = 'now'")
        )


def test_what_the_evidence_process_did_not_answer_is_carried_out_later(
    bench: Bench, answers: Answers
) -> None:
    answers.down = True
    ask_purge(bench.console, "o1", "t1", "Recorded by mistake")
    assert not confirm_purge(bench.console, "o2", "t1")
    assert lines(bench, "purge") == []
    with pytest.raises(OfficerMustAct, match="being purged"):
        place_hold(bench.console, "o1", "t1", "Court order")
    answers.down = False
    assert carry_out_purges(bench.console) == 0
    assert len(lines(bench, "purge")) == 1
    assert carry_out_purges(bench.console) == 0
    assert len(answers.purged) == 1


def test_nothing_is_purged_while_it_is_on_hold(bench: Bench, answers: Answers) -> None:
    ask_purge(bench.console, "o1", "t1", "Recorded by mistake")
    place_hold(bench.console, "o2", "t1", "Court order")
    for purge in (
        lambda: ask_purge(bench.console, "o1", "t1", "Again"),
        lambda: confirm_purge(bench.console, "o2", "t1"),
    ):
        with pytest.raises(OfficerMustAct):
            purge()
    bench.clock.advance(timedelta(days=91))
    assert purge_expired(bench.console) == 0
    lift_hold(bench.console, "o1", "t1", "The case is closed")
    assert purge_expired(bench.console) == 1
    assert len(answers.purged) == 1
    assert [line.details["text"] for line in lines(bench, "hold")] == ["Court order"]
    assert [line.details["text"] for line in lines(bench, "lift")] == ["The case is closed"]


def test_age_purges_in_the_consoles_name_and_once(bench: Bench, answers: Answers) -> None:
    bench.clock.advance(timedelta(days=89))
    assert purge_expired(bench.console) == 0
    bench.clock.advance(timedelta(days=1))
    assert purge_expired(bench.console) == 1
    assert purge_expired(bench.console) == 0
    (line,) = lines(bench, "purge")
    assert (line.subject_kind, line.details["asked-by"]) == ("console", "console")
    (ticket,) = answers.purged
    assert ticket.officer_name == "The console"


def test_a_purge_can_be_withdrawn_until_it_is_confirmed(bench: Bench) -> None:
    ask_purge(bench.console, "o1", "t1", "Recorded by mistake")
    withdraw_purge(bench.console, "o2", "t1")
    assert last_purge(bench) is None
    with pytest.raises(OfficerMustAct):
        confirm_purge(bench.console, "o2", "t1")
    with pytest.raises(OfficerMustAct):
        withdraw_purge(bench.console, "o2", "t1")


def test_holds_and_purges_need_a_recording_and_a_reason(bench: Bench) -> None:
    bench.asks("t2", "p2", "v2", slot=bench.slot(16), kind=VisitKind.LEGAL)
    for visit_id, reason in (("t1", " "), ("t2", "x"), ("t3", "x")):
        for use_case in (place_hold, lift_hold, ask_purge):
            with pytest.raises(OfficerMustAct):
                use_case(bench.console, "o1", visit_id, reason)
