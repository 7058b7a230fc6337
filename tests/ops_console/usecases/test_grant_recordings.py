"""Leave to record: for whom it is signed, for where and when, and for whom never."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from ops_console import store
from ops_console.usecases import Policy, RecordingPolicy, grant_recordings
from tests.harness.console_bench import Bench, console_bench
from tests.harness.recorded_visits import (
    granted,
    opened,
    recording_bench,
    recording_table,
    running_visit,
)
from visits.grants import WithoutRecording, leave_to_record
from visits.messages import JoinDecided, JoinRequested
from visits.model import PRIVILEGED_KINDS, VisitKind, VisitStatus, new_id
from visits.signing import KeyRing


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with recording_bench(tmp_path) as one:
        yield one


def grants(bench: Bench, visit_id: str) -> int:
    with bench.console.readers.read() as db:
        return store.receipts.recording_grants(db, visit_id)


def verbs(bench: Bench, visit_id: str) -> list[str]:
    with bench.console.readers.read() as db:
        return [line.verb for line in store.audit.about(db, "visit", visit_id)]


def forge(bench: Bench, visit_id: str, kind: str) -> None:
    """Somebody with the file in hand takes the trigger out and rewrites the kind."""

    def write(db: Database) -> None:
        db.execute("DROP TRIGGER visit_kind_stands")
        db.execute("UPDATE visits SET kind = ? WHERE visit_id = ?", [kind, visit_id])

    bench.console.writer.run(write)


def test_the_kiosk_of_a_visit_that_policy_records_is_handed_leave_for_just_that(
    bench: Bench,
) -> None:
    slot = bench.asks("t1").slot
    signed = granted(bench, "t1")
    grant = opened(bench, signed)
    assert grant.not_before == slot.starts_at - timedelta(minutes=20)
    assert grant.not_after == slot.ends_at + timedelta(minutes=10)
    assert grant.evidence_key == (bench.folder / "evidence.pub").read_text().strip()
    leave_to_record(
        KeyRing([bench.console.signing_key.verifying_key]),
        signed,
        facility_id="cook",
        visit_id="t1",
        terminal_id="a1",
        kind=VisitKind.SOCIAL,
        now=slot.starts_at,
    )
    assert verbs(bench, "t1") == ["book", "grant"]
    assert next(it for it in bench.agenda().visits).recorded


def test_leave_is_given_once_and_not_before_the_last_day(bench: Bench) -> None:
    bench.asks("t1", slot=bench.slot(14, days=2))
    assert granted(bench, "t1") is None
    bench.clock.at = bench.at(14, days=1)
    assert granted(bench, "t1") == granted(bench, "t1") is not None
    assert grants(bench, "t1") == 1


def test_a_visit_that_is_over_or_of_another_kind_gets_none(bench: Bench) -> None:
    bench.asks("t1", kind=VisitKind.CLERGY)
    assert granted(bench, "t1") is None
    assert not bench.agenda().visits[0].recorded
    bench.asks("t2", "p2", "v2")
    bench.clock.at = bench.at(15)
    assert granted(bench, "t2") is None
    assert grants(bench, "t2") == 0


def test_policy_never_records_a_privileged_kind_however_it_was_written() -> None:
    written = RecordingPolicy(frozenset(VisitKind), "key", "http://a", "ws://a")
    recorded = {kind for kind in VisitKind if Policy(recording=written).records(kind)}
    assert recorded == set(VisitKind) - PRIVILEGED_KINDS


def test_a_privileged_visit_gets_none_whatever_is_asked_of_the_store(bench: Bench) -> None:
    assert bench.asks("t1", kind=VisitKind.LEGAL).status is VisitStatus.BOOKED
    assert granted(bench, "t1") is None
    assert not bench.agenda().visits[0].recorded
    assert grants(bench, "t1") == 0
    forced = (
        "INSERT INTO recording_grants SELECT 'g', 't1', 'a1', starts_at, ends_at, 'k', '{}', 'now'"
        " FROM visits WHERE visit_id = 't1'"
    )
    with pytest.raises(sqlite3.IntegrityError, match="of this kind"):
        bench.console.writer.run(lambda db: db.execute(forced))


def test_the_kind_of_a_booked_visit_cannot_be_rewritten(bench: Bench) -> None:
    bench.asks("t1", kind=VisitKind.LEGAL)
    with pytest.raises(sqlite3.IntegrityError, match="stands from its booking on"):
        bench.console.writer.run(
            lambda db: db.execute("UPDATE visits SET kind = 'social' WHERE visit_id = 't1'")
        )


def test_a_kind_that_the_audit_contradicts_gets_no_leave_and_is_reported(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.asks("t1", kind=VisitKind.LEGAL)
    forge(bench, "t1", "social")
    with caplog.at_level(logging.ERROR):
        assert granted(bench, "t1") is None
        assert granted(bench, "t1") is None
    assert len([line for line in caplog.records if "no leave to record" in line.message]) == 1
    with bench.console.readers.read() as db:
        (known,) = store.grants.refused(db)
    assert known.why.endswith("booked as legal")
    assert verbs(bench, "t1") == ["book", "refuse"]


@pytest.mark.parametrize("kind", ["legal", "tea-party", "family"])
def test_a_kind_that_was_rewritten_after_leave_was_given_is_not_recorded(
    bench: Bench, kind: str
) -> None:
    bench.asks("t1")
    grant = granted(bench, "t1")
    assert grant is not None
    forge(bench, "t1", kind)
    assert grant_recordings(bench.console) == 0
    if kind != "tea-party":  # An agenda with such a kind cannot be made at all.
        bench.console.writer.run(lambda db: store.publishing.mark_stale(db, "a", agenda=True))
        (shown,) = bench.agenda().visits
        if kind == "legal":
            assert (shown.grant, shown.recorded) == (None, False)
        else:  # The terminal refuses leave for another kind than the visit's.
            assert opened(bench, shown.grant).kind is not shown.kind


def test_an_unknown_kind_gets_none(bench: Bench) -> None:
    bench.asks("t1")
    forge(bench, "t1", "tea-party")
    assert grant_recordings(bench.console) == 0
    assert grants(bench, "t1") == 0


def test_a_visit_that_moves_gets_leave_for_where_and_when_it_is_then(bench: Bench) -> None:
    bench.asks("t1")
    first = opened(bench, granted(bench, "t1"))
    moved = "UPDATE visits SET terminal_id = 'a2' WHERE visit_id = 't1'"
    bench.console.writer.run(lambda db: db.execute(moved))
    second = opened(bench, granted(bench, "t1"))
    assert (first.terminal_id, second.terminal_id) == ("a1", "a2")
    later = "UPDATE visits SET terminal_id = 'a1', starts_at = ?, ends_at = ?"
    slot = bench.slot(15)
    times = [f"{at:%Y-%m-%dT%H:%M:%S.%fZ}" for at in (slot.starts_at, slot.ends_at)]
    bench.console.writer.run(lambda db: db.execute(later, times))
    third = opened(bench, granted(bench, "t1"))
    assert third.not_after == slot.ends_at + timedelta(minutes=10)
    assert grants(bench, "t1") == 3


def test_leave_that_was_given_is_neither_dropped_nor_altered(bench: Bench) -> None:
    bench.asks("t1")
    granted(bench, "t1")
    for text in ("DELETE FROM recording_grants", "UPDATE recording_grants SET signed = ''"):
        with pytest.raises(sqlite3.IntegrityError, match="leave to record is never"):
            bench.console.writer.run(lambda db: db.execute(text))  # noqa: B023 - run at once


def test_nothing_of_leave_is_said_of_a_visit_that_is_over(bench: Bench) -> None:
    running_visit(bench)
    assert bench.agenda().visits[0].grant is not None
    bench.clock.at = bench.at(15)
    bench.console.writer.run(
        lambda db: db.execute("UPDATE visits SET status = 'ended' WHERE visit_id = 't1'")
    )
    bench.console.writer.run(lambda db: store.publishing.mark_stale(db, "a", agenda=True))
    assert bench.agenda().visits[0].grant is None


def test_who_joins_is_told_whether_policy_records_the_visit(bench: Bench) -> None:
    running_visit(bench)
    told = JoinRequested(
        join_id=new_id(), visit_id="t1", visitor_id="v1", asked_at=bench.clock.now()
    )
    bench.hand_in(told)
    assert [it.recorded for it in bench.told(JoinDecided)] == [True]


def test_kiosks_are_told_whether_visits_go_on_without(tmp_path: Path) -> None:
    table = recording_table(tmp_path, without="block")
    with console_bench(tmp_path, recording=table) as bench:
        assert bench.agenda().without_recording is WithoutRecording.BLOCK
    (tmp_path / "plain").mkdir()
    with console_bench(tmp_path / "plain") as plain:
        plain.asks("t1")
        assert plain.agenda().without_recording is WithoutRecording.GO_ON
        assert granted(plain, "t1") is None
