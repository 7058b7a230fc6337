"""Leave to export: with a purpose, in the record first, and never of a private visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ops_console import store
from ops_console.usecases import (
    ExportLeave,
    ask_purge,
    confirm_purge,
    export_recording,
)
from tests.harness.console_bench import Bench
from tests.harness.evidence_answers import Answers, Kept, answering
from tests.harness.recorded_visits import LINK, recording_bench, running_visit, states
from visits.errors import OfficerMustAct, WaitAndRetry
from visits.exports import ExportStatement, leave_to_export
from visits.model import VisitKind
from visits.signing import KeyRing
from visits.tickets import Sight, leave_to_see


@pytest.fixture
def answers() -> Iterator[Answers]:
    with answering(Answers(KeyRing([]), "cook")) as answers:
        yield answers


@pytest.fixture
def bench(tmp_path: Path, answers: Answers) -> Iterator[Bench]:
    """t1 was recorded twice, once to its end; the evidence process has both."""
    with recording_bench(tmp_path, evidence_url=answers.url) as bench:
        answers.keys = KeyRing([bench.console.signing_key.verifying_key])
        answers.now = bench.clock.now
        said = states(bench, running_visit(bench))
        began = said.began_at + timedelta(minutes=11)
        answers.kept = [
            Kept(said.recording_id, said.began_at, (), LINK),
            Kept("still-open", began, (), "cd" * 32),
        ]
        yield bench


def lines(bench: Bench, visit_id: str = "t1") -> list[store.audit.AuditLine]:
    with bench.console.readers.read() as db:
        return [line for line in store.audit.about(db, "visit", visit_id) if line.verb == "export"]


def opened(bench: Bench, leave: ExportLeave) -> ExportStatement:
    """As the evidence process does."""
    keys, now = KeyRing([bench.console.signing_key.verifying_key]), bench.clock.now()
    ticket = leave_to_see(keys, leave.ticket, facility_id="cook", sight=Sight.EXPORT, now=now)
    return leave_to_export(keys, leave.statement, ticket)


def test_the_record_has_who_and_what_for_before_the_ticket_exists(bench: Bench) -> None:
    leave = export_recording(bench.console, "o1", "t1", "  Court or\nattorney request ")
    said = opened(bench, leave)
    (line,) = lines(bench)
    assert (line.subject_id, line.details["text"]) == ("o1", "Court or attorney request")
    assert line.details["export"] == said.export_id
    assert (said.officer_name, said.purpose) == ("Sgt. Reyes", "Court or attorney request")
    with bench.console.readers.read() as db:
        history = store.visits.history(db, "t1")
    assert (history[-1].what, history[-1].note) == ("exported", "Court or attorney request")


def test_the_console_vouches_for_what_is_kept_and_for_the_terminals_word_and_key(
    bench: Bench,
) -> None:
    closed, still_open = opened(
        bench, export_recording(bench.console, "o1", "t1", "Investigation")
    ).recordings
    assert (closed.kept_pieces, closed.kept_link) == (2, LINK)
    assert closed.terminal_key == bench.console.kiosk_keys["a1"].text
    assert closed.statement is not None
    assert (still_open.recording_id, still_open.statement) == ("still-open", None)
    assert still_open.kept_link == "cd" * 32


def test_a_key_that_did_not_sign_the_statement_is_not_vouched_for(bench: Bench) -> None:
    other = {"a1": bench.console.kiosk_keys["a2"]}
    console = replace(bench.console, kiosk_keys=other)
    closed, _ = opened(bench, export_recording(console, "o1", "t1", "Investigation")).recordings
    assert closed.terminal_key == ""


def test_what_the_evidence_process_does_not_have_is_named_all_the_same(
    bench: Bench, answers: Answers
) -> None:
    answers.kept.clear()
    said = opened(bench, export_recording(bench.console, "o1", "t1", "Investigation"))
    assert [(one.kept_pieces, one.kept_link) for one in said.recordings] == [(0, None)]


@pytest.mark.parametrize("purpose", ["", "  ", "x" * 201])
def test_without_a_purpose_there_is_no_leave(bench: Bench, purpose: str) -> None:
    with pytest.raises(OfficerMustAct):
        export_recording(bench.console, "o1", "t1", purpose)
    assert not lines(bench)


def test_a_private_visit_and_one_without_recording_are_refused(
    bench: Bench, answers: Answers
) -> None:
    bench.asks("t2", "p2", "v2", slot=bench.slot(16), kind=VisitKind.LEGAL)
    bench.asks("t3", "p2", "v2", slot=bench.slot(17))
    answers.asked.clear()
    for visit_id, words in (("t2", "private by law"), ("t3", "no recording"), ("t9", "no such")):
        with pytest.raises(OfficerMustAct, match=words):
            export_recording(bench.console, "o1", visit_id, "Investigation")
        assert not lines(bench, visit_id)
    assert answers.asked == [], "the evidence process was not even asked"


def test_what_is_purged_cannot_be_exported(bench: Bench) -> None:
    bench.clock.advance(timedelta(hours=1))
    ask_purge(bench.console, "o1", "t1", "Recorded by mistake")
    confirm_purge(bench.console, "o2", "t1")
    with pytest.raises(OfficerMustAct, match="purged"):
        export_recording(bench.console, "o1", "t1", "Investigation")


def test_while_the_evidence_process_does_not_answer_nothing_is_put_down(
    bench: Bench, answers: Answers
) -> None:
    answers.down = True
    with pytest.raises(WaitAndRetry, match="does not answer"):
        export_recording(bench.console, "o1", "t1", "Investigation")
    assert not lines(bench)
