"""Timed work is found in the store at every tick, and one trouble never stops the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ops_console import jobs
from ops_console.jobs import Jobs
from ops_console.usecases import Console
from tests.harness.console_bench import Bench
from tests.harness.until import eventually
from visits.model import VisitStatus


def test_what_is_due_at_the_start_is_done_before_anything_else(
    bench: Bench, tmp_path: Path
) -> None:
    bench.asks("t1")
    bench.clock.at = bench.at(15, 0)
    work = Jobs(bench.console, 3600, tmp_path / "head.json")
    work.start()
    assert bench.status("t1") is VisitStatus.NO_SHOW
    assert bench.calendar().open[0].slot == bench.slot(15, 30)
    work.stop()


def test_a_clock_that_jumps_is_noticed_at_the_next_tick(bench: Bench, tmp_path: Path) -> None:
    bench.asks("t1")
    work = Jobs(bench.console, 0.05, tmp_path / "head.json")
    work.start()
    bench.clock.at = bench.at(15, 0)
    eventually(lambda: bench.status("t1") is VisitStatus.NO_SHOW, "the visit is closed")
    work.stop()


def test_the_audits_head_is_mirrored_at_the_start_and_at_the_stop(
    bench: Bench, tmp_path: Path
) -> None:
    file = tmp_path / "head.json"
    work = Jobs(bench.console, 3600, file)
    work.start()
    first = json.loads(file.read_text())["number"]
    bench.asks("t1")
    work.stop()
    assert json.loads(file.read_text())["number"] == first + 1


def test_one_jobs_trouble_does_not_keep_the_others_from_running(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(console: Console) -> int:
        raise RuntimeError("a bug")

    monkeypatch.setattr(jobs, "close_overdue", stumble)
    bench.clock.at = bench.at(10, 0)
    Jobs(bench.console, 3600, tmp_path / "head.json").reconcile()
    assert bench.calendar().open[0].slot == bench.slot(10, 30)
    assert (tmp_path / "head.json").exists()


def test_rules_and_booked_visits_are_read_before_anybody_asks(bench: Bench, tmp_path: Path) -> None:
    bench.asks("t1")
    work = Jobs(bench.console, 3600, tmp_path / "head.json")
    work.start()
    work.stop()
    assert "t1" in bench.console.ready.ledger


def test_rules_that_cannot_be_read_do_not_keep_the_console_from_starting(
    bench: Bench, tmp_path: Path
) -> None:
    """Whoever mends them needs the pages."""
    bench.console.writer.run(lambda db: db.execute("UPDATE rules_versions SET text = 'no rules'"))
    work = Jobs(bench.console, 3600, tmp_path / "head.json")
    work.start()
    work.stop()
    assert (tmp_path / "head.json").exists()
