"""What a terminal states of its recordings: what is believed, and what the audit keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops_console import audit, store
from tests.harness.console_bench import Bench
from tests.harness.privileged_visit import kiosk_key
from tests.harness.recorded_visits import (
    LINK,
    granted,
    opened,
    recording_bench,
    running_visit,
    states,
)
from visits.errors import MessageRefused
from visits.messages import RecordingStated, RecordingTroubled
from visits.model import VisitKind
from visits.receipts import digest_of
from visits.signing import Purpose, SigningKey


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with recording_bench(tmp_path) as one:
        yield one


def known(bench: Bench, visit_id: str = "t1") -> list[store.recordings.Recording]:
    with bench.console.readers.read() as db:
        return store.recordings.of_visit(db, visit_id)


def last_line(bench: Bench) -> store.audit.AuditLine:
    with bench.console.readers.read() as db:
        return store.audit.latest(db, 1)[0]


def test_a_statement_of_the_terminal_that_had_leave_is_kept_and_named_in_the_audit(
    bench: Bench,
) -> None:
    said = states(bench, running_visit(bench), cut_off=True)
    (found,) = known(bench)
    assert (found.recording_id, found.pieces, found.last_link) == (said.recording_id, 2402, LINK)
    assert found.cut_off
    line = last_line(bench)
    assert (line.subject_id, line.verb, line.object_id) == ("kiosk-a1", "record", "t1")
    assert line.details["statement"] == digest_of(found.statement)
    assert line.details["last-link"] == LINK
    with bench.console.readers.read() as db:
        assert isinstance(audit.verify(db), audit.Head)


def test_a_repeat_changes_nothing_and_a_contradiction_is_refused(bench: Bench) -> None:
    grant = running_visit(bench)
    said = states(bench, grant, recording_id="r1")
    number = last_line(bench).number
    states(bench, grant, recording_id="r1")
    assert (len(known(bench)), last_line(bench).number) == (1, number)
    with pytest.raises(MessageRefused, match="anew"):
        states(bench, grant, recording_id="r1", pieces=said.pieces - 1)
    states(bench, grant, recording_id="r2")
    assert [it.recording_id for it in known(bench)] == ["r1", "r2"]


@pytest.mark.parametrize(
    "changes",
    [
        {"grant_id": "never-given"},
        {"facility_id": "lake"},
        {"terminal_id": "a2"},
        {"visit_id": "t2"},
    ],
)
def test_a_statement_beyond_the_leave_that_was_given_is_refused(
    bench: Bench, changes: dict[str, Any]
) -> None:
    bench.asks("t2", "p2", "v2", slot=bench.slot(15))
    grant = running_visit(bench)
    with pytest.raises(MessageRefused):
        states(bench, grant, **changes)
    assert known(bench) == known(bench, "t2") == []


def test_another_terminal_or_key_states_nothing(bench: Bench) -> None:
    grant = running_visit(bench)
    with pytest.raises(MessageRefused):
        states(bench, grant, terminal="a2")
    said = states(bench, grant, recording_id="mine")
    forged = SigningKey.generate().sign(Purpose.RECORDED, said)
    with pytest.raises(MessageRefused, match="not believed"):
        bench.hand_in(RecordingStated(visit_id="t1", statement=forged), "kiosk-a1")
    other = kiosk_key(bench).sign(Purpose.STATEMENT, said)
    with pytest.raises(MessageRefused, match="not believed"):
        bench.hand_in(RecordingStated(visit_id="t1", statement=other), "kiosk-a1")
    assert len(known(bench)) == 1


def test_nothing_is_heard_of_recording_a_privileged_visit(bench: Bench) -> None:
    bench.asks("t1", kind=VisitKind.LEGAL)
    bench.asks("t2", "p2", "v2", slot=bench.slot(15))
    grant = opened(bench, granted(bench, "t2"))
    with pytest.raises(MessageRefused, match="privileged"):
        states(bench, grant, visit_id="t1")
    with pytest.raises(MessageRefused, match="privileged"):
        bench.hand_in(RecordingTroubled(visit_id="t1", why="x", blocked=False), "kiosk-a1")
    assert known(bench) == []


def test_trouble_is_told_in_history_and_audit_until_the_visit_is_over(bench: Bench) -> None:
    running_visit(bench)
    told = RecordingTroubled(visit_id="t1", why="The disk is full.", blocked=False)
    with pytest.raises(MessageRefused):
        bench.hand_in(told, "kiosk-a2")
    bench.hand_in(told, "kiosk-a1")
    assert bench.history("t1")[-1].note == "The disk is full. The visit goes on."
    assert last_line(bench).details == {"blocked": "no", "why": "The disk is full."}
    with bench.console.readers.read() as db:
        assert [it.why for it in store.recordings.troubles(db)] == ["The disk is full."]
    bench.console.writer.run(
        lambda db: db.execute("UPDATE visits SET status = 'ended' WHERE visit_id = 't1'")
    )
    with bench.console.readers.read() as db:
        assert store.recordings.troubles(db) == []


def test_leave_and_recordings_outlive_the_terminal_of_the_visit(bench: Bench) -> None:
    grant = running_visit(bench)
    bench.console.writer.run(lambda db: db.execute("UPDATE visits SET terminal_id = 'a2'"))
    states(bench, grant)
    assert len(known(bench)) == 1
