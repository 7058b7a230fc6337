"""A console is filled from a file: people, hours, visits around now, and what follows."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ops_console import store
from ops_console.store.visits import TimeTaken
from ops_console.usecases import read_seed, seed
from ops_console.usecases.seed import SeedFile
from tests.harness.console_bench import FACILITY, Bench
from visits.errors import SettingsWrong
from visits.messages import ApprovalChanged, VisitChanged
from visits.model import Slot, VisitStatus


def plant(bench: Bench, tmp_path: Path, *, bench_mode: bool = True, **tables: Any) -> None:
    seed(bench.console, SeedFile.model_validate(tables), tmp_path, bench=bench_mode)


def visit(starts: int | str, visit_id: str = "t1", **rest: Any) -> dict[str, Any]:
    return {"visit_id": visit_id, "approval_id": "p1", "starts": starts, **rest}


def test_every_approval_and_visit_is_told_to_the_portal(bench: Bench, tmp_path: Path) -> None:
    told = {one.approval.approval_id: one.approval for one in bench.told(ApprovalChanged)}
    assert set(told) == {"p1", "p2", "p3", "p21", "p12", "p9"}
    assert (told["p1"].unit_id, told["p9"].unit_id) == ("a", None)
    plant(bench, tmp_path, visits=[visit("today 14:00")])
    assert bench.told(VisitChanged)[-1].visit.status is VisitStatus.BOOKED


@pytest.mark.parametrize(
    ("starts", "wall"),
    [
        (0, (9, 0, 0)),
        (-90, (7, 30, 0)),
        (45, (9, 45, 0)),
        ("today 14:00", (14, 0, 0)),
        ("tomorrow 09:30", (9, 30, 1)),
        ("yesterday 16:00", (16, 0, -1)),
        ("2026-11-25 10:00", (10, 0, 2)),
        ("slot +0", (9, 0, 0)),
        ("slot +3", (10, 30, 0)),
        ("slot -1", (16, 30, -1)),
    ],
)
def test_times_may_be_told_relative_to_now(
    bench: Bench, tmp_path: Path, starts: int | str, wall: tuple[int, int, int]
) -> None:
    plant(bench, tmp_path, visits=[visit(starts)])
    assert bench.visit("t1").slot == bench.slot(*wall)


def test_a_visit_for_a_slot_without_a_free_terminal_takes_the_next_slot(
    bench: Bench, tmp_path: Path
) -> None:
    taken = [
        {**visit("slot +2", "t2"), "approval_id": "p2", "terminal_id": "a1"},
        {**visit("slot +2", "t3"), "approval_id": "p3", "terminal_id": "a2"},
    ]
    plant(bench, tmp_path, visits=[*taken, visit("slot +2")])
    assert bench.visit("t1").slot == bench.slot(10, 30, 0)


@pytest.mark.parametrize("starts", ["today", "25:00", "slot +999", "someday 10:00"])
def test_a_time_that_cannot_be_read_is_named(bench: Bench, tmp_path: Path, starts: str) -> None:
    with pytest.raises(SettingsWrong):
        plant(bench, tmp_path, visits=[visit(starts)])


@pytest.mark.parametrize("status", ["ended", "no-show", "cancelled"])
def test_past_visits_have_the_history_of_their_status(
    bench: Bench, tmp_path: Path, status: str
) -> None:
    plant(bench, tmp_path, visits=[visit("yesterday 10:00", status=status, seen=True)])
    lines = [line for line in bench.history("t1") if line.after]
    assert lines[-1].after == status
    assert bench.status("t1") == status
    assert bench.visit("t1").seen_at is not None


def test_a_visit_lasts_as_long_as_it_says_and_hangs_where_it_says(
    bench: Bench, tmp_path: Path
) -> None:
    plant(bench, tmp_path, visits=[visit(5, minutes=20, terminal_id="a2")])
    starts = bench.clock.now() + timedelta(minutes=5)
    assert bench.visit("t1").slot == Slot(starts_at=starts, ends_at=starts + timedelta(minutes=20))
    assert bench.visit("t1").terminal_id == "a2"


def test_a_seed_cannot_double_book(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(TimeTaken):
        plant(bench, tmp_path, visits=[visit(5), visit(20, "t2")])
    with bench.console.readers.read() as db:
        assert store.visits.visit(db, "t1") is None


def test_planting_twice_changes_nothing_more(bench: Bench, tmp_path: Path) -> None:
    tables = {**FACILITY, "visits": [visit("today 14:00")]}
    plant(bench, tmp_path, **tables)
    told, lines = len(bench.told(VisitChanged)), len(bench.history("t1"))
    plant(bench, tmp_path, **tables)
    assert (len(bench.told(VisitChanged)), len(bench.history("t1"))) == (told, lines)


def test_a_waiting_request_brings_its_document_from_beside_the_file(
    bench: Bench, tmp_path: Path
) -> None:
    (tmp_path / "id.jpg").write_bytes(b"photo")
    request = {
        "request_id": "r1",
        "visitor": {**FACILITY["visitors"][0], "visitor_id": "v9"},
        "document": "id.jpg",
        "inmate_number": "1001",
        "inmate_last_name": "Brown1",
        "relationship": "Mother",
    }
    plant(bench, tmp_path, access_requests=[request])
    with bench.console.readers.read() as db:
        sealed = store.approvals.sealed_document(db, "r1")
    assert sealed is not None
    assert bench.console.reviewer_key.open(sealed, "cook") == b"photo"


def test_quick_pins_are_refused_where_people_depend_on_them(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="bench mode only"):
        plant(bench, tmp_path, bench_mode=False, pin_cost="demo")


def test_a_file_with_a_wrong_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "seed.json").write_text(json.dumps({"untis": []}))
    with pytest.raises(SettingsWrong, match="untis"):
        read_seed(tmp_path / "seed.json")
