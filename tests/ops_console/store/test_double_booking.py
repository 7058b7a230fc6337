"""The store itself refuses to hold an inmate, a visitor or a terminal twice at once."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlite_utils import Database

from ops_console.building import MIGRATIONS
from ops_console.store import booked, visits
from ops_console.store.visits import Placed, TimeTaken
from tests.harness.console_bench import NINE, Bench
from visits.messages import VisitState
from visits.model import Cause, RefusalCode, Slot, VisitKind, VisitStatus, new_id
from visits.sync.database import Writer, open_database

HALF_HOUR = timedelta(minutes=30)


def state(
    visit_id: str,
    minutes: int = 0,
    visitor: str = "v1",
    status: VisitStatus = VisitStatus.BOOKED,
) -> VisitState:
    starts = NINE + timedelta(minutes=minutes)
    return VisitState(
        visit_id=visit_id,
        revision=1,
        visitor_id=visitor,
        approval_id="p1",
        kind=VisitKind.SOCIAL,
        slot=Slot(starts_at=starts, ends_at=starts + HALF_HOUR),
        status=status,
        cause=None,
    )


def add(bench: Bench, visit: VisitState, inmate: str = "i1", terminal: str = "a1") -> None:
    placed = Placed(inmate, "a", terminal)
    until = NINE + HALF_HOUR if visit.status is VisitStatus.HELD else None
    bench.console.writer.run(
        lambda db: visits.add(db, visit, placed=placed, asked_at=NINE, held_until=until)
    )


@pytest.mark.parametrize(
    ("inmate", "visitor", "terminal", "code"),
    [
        ("i1", "v2", "a2", RefusalCode.INMATE_ALREADY_BOOKED),
        ("i2", "v1", "a2", RefusalCode.VISITOR_ALREADY_BOOKED),
        ("i2", "v2", "a1", RefusalCode.NO_PLACE_FREE),
    ],
)
def test_an_overlap_is_refused_by_name(
    bench: Bench, inmate: str, visitor: str, terminal: str, code: RefusalCode
) -> None:
    add(bench, state("t1"))
    with pytest.raises(TimeTaken) as refusal:
        add(bench, state("t2", 29, visitor), inmate, terminal)
    assert refusal.value.code is code


def test_visits_that_only_touch_are_both_kept(bench: Bench) -> None:
    add(bench, state("t1"))
    add(bench, state("t2", 30))
    add(bench, state("t3", -30))


@pytest.mark.parametrize("status", [one for one in VisitStatus if not one.holds_time])
def test_a_visit_that_holds_no_time_is_in_nobodys_way(bench: Bench, status: VisitStatus) -> None:
    add(bench, state("t1", status=status))
    add(bench, state("t2"))


@pytest.mark.parametrize("status", [one for one in VisitStatus if one.holds_time])
def test_every_status_that_holds_time_is_in_the_way(bench: Bench, status: VisitStatus) -> None:
    add(bench, state("t1", status=status))
    with pytest.raises(TimeTaken):
        add(bench, state("t2", 10, "v2"), "i2", "a1")


@pytest.mark.parametrize("status", list(VisitStatus))
def test_the_rules_see_exactly_the_visits_that_hold_time(bench: Bench, status: VisitStatus) -> None:
    add(bench, state("t1", status=status))
    with bench.console.readers.read() as db:
        assert len(booked.ending_after(db, NINE)) == int(status.holds_time)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE visits SET status = 'booked' WHERE visit_id = 't2'",
        (
            "UPDATE visits SET starts_at = (SELECT starts_at FROM visits WHERE visit_id = 't1')"
            " WHERE visit_id = 't3'"
        ),
        "UPDATE visits SET terminal_id = 'a1' WHERE visit_id = 't4'",
    ],
    ids=["back from cancelled", "moved in time", "moved to another terminal"],
)
def test_no_change_leads_into_an_overlap_either(bench: Bench, change: str) -> None:
    add(bench, state("t1"))
    add(bench, state("t2", visitor="v2", status=VisitStatus.CANCELLED), "i2")
    add(bench, state("t3", 60))
    add(bench, state("t4", visitor="v4"), "i3", "a2")
    with pytest.raises(sqlite3.IntegrityError):
        bench.console.writer.run(lambda db: db.execute(change))


def test_a_visit_that_holds_time_names_inmate_unit_and_terminal(bench: Bench) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        bench.console.writer.run(
            lambda db: visits.add(db, state("t1"), placed=Placed("i1", "a", None), asked_at=NINE)
        )


def _book_at_random(path: Path, seed: int, tries: int) -> None:
    """In a process of its own, past every rule, straight into the file."""
    chance, db = random.Random(seed), open_database(path)
    for _ in range(tries):
        one = state(new_id(), 10 * chance.randrange(30), f"v{chance.randint(1, 4)}")
        placed = Placed(f"i{chance.randint(1, 3)}", "a", f"a{chance.randint(1, 2)}")
        try:
            with db.atomic():
                visits.add(db, one, placed=placed, asked_at=NINE)
        except TimeTaken:
            continue


def _overlaps(db: Database, column: str) -> int:
    """Pairs of held times that share `column` and overlap."""
    held = sorted(
        (row[column], row["starts_at"], row["ends_at"])
        for row in db.query(
            "SELECT * FROM visits WHERE status NOT IN ('requested', 'refused', 'cancelled')"
        )
    )
    return sum(1 for one, after in pairwise(held) if one[0] == after[0] and after[1] < one[2])


@pytest.mark.slow
def test_processes_that_book_at_the_same_moment_never_overlap(bench: Bench) -> None:
    path = Path(str(bench.console.readers._path))
    context = multiprocessing.get_context("spawn")
    crowd = [context.Process(target=_book_at_random, args=(path, seed, 60)) for seed in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
        assert one.exitcode == 0
    with bench.console.readers.read() as db:
        assert db["visits"].count > 10
        for column in ("inmate_id", "visitor_id", "terminal_id"):
            assert _overlaps(db, column) == 0


def test_a_store_that_is_opened_again_is_not_migrated_again(tmp_path: Path) -> None:
    for _ in range(2):
        writer = Writer(tmp_path / "console.db", MIGRATIONS)
        writer.start()
        writer.stop()


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (Cause.INMATE_RELEASED, Cause.OFFICER_CANCELLED),
        (Cause.INMATE_MAY_NOT, Cause.OFFICER_CANCELLED),
        (Cause.LOCKDOWN, Cause.LOCKDOWN),
    ],
)
def test_what_happened_to_an_inmate_stays_inside(bench: Bench, known: Cause, told: Cause) -> None:
    add(bench, state("t1"))
    bench.console.writer.run(lambda db: visits.save_status(db, "t1", VisitStatus.CANCELLED, known))
    visit = bench.visit("t1")
    assert (visit.cause, visit.state.cause) == (known, told)
