"""The ledger that is kept equals one that is read anew, whatever happened in between."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from ops_console import store
from ops_console.rules.facts import InmateFact
from ops_console.usecases import _ready
from ops_console.usecases._change import Change, change
from tests.harness.console_bench import NINE, Bench
from tests.harness.console_steps import contents, writers_ready_is_in_step
from visits.sync.database import open_database

QUARTER = """
visitline_rules: 1
facility: {name: Cook County Jail, zone: America/Chicago}
sessions: [{id: day, days: daily, hours: ["09:00-17:00"], length: 30}]
limits: [{id: a-year, most: 2, in: {days: 300}}]
"""


LATER = (
    "UPDATE visits SET starts_at = '2026-11-24T20:00:00.000000Z',"
    " ends_at = '2026-11-24T20:30:00.000000Z' WHERE visit_id = 't1'"
)


class Undone(Exception):
    """What makes a work take back what it wrote."""


def undone(bench: Bench, write: Callable[[Change], object]) -> None:
    """A change that uses the ledger after writing, and is then taken back."""

    def work(one: Change) -> None:
        write(one)
        one.console.ready.up_to_date(one.db, one.now)
        raise Undone

    with pytest.raises(Undone):
        change(bench.console, work)


def elsewhere(bench: Bench) -> Database:
    """The same file in another process's hands."""
    return open_database(Path(str(bench.console.readers._path)))


def cancel(visit_id: str) -> str:
    return f"UPDATE visits SET status = 'cancelled' WHERE visit_id = '{visit_id}'"


def test_a_work_that_was_undone_leaves_nothing_behind(bench: Bench) -> None:
    bench.asks("t1")
    undone(bench, lambda one: one.db.execute(cancel("t1")))
    writers_ready_is_in_step(bench)
    undone(bench, lambda one: one.db.execute(cancel("t1")))
    bench.asks("t2", slot=bench.slot(15))
    writers_ready_is_in_step(bench)
    assert {"t1", "t2"} <= set(contents(bench.console.ready))


def test_rules_that_were_undone_never_counted(bench: Bench) -> None:
    def save(one: Change) -> None:
        store.rules.save_version(one.db, QUARTER, by=None, reason="x", now=one.now)

    undone(bench, save)
    writers_ready_is_in_step(bench)


def test_what_was_known_of_inmates_is_let_go_when_the_rules_change(bench: Bench) -> None:
    """What rules worked out hangs on it: it would keep every version of the past alive."""
    bench.asks("t1")
    before = weakref.ref(bench.console.ready.rules.versions[-1])
    kept = bench.console.writer.run(lambda db: store.facts.inmate(db, "i1"))
    assert bench.console.writer.run(lambda db: store.facts.inmate(db, "i1")) is kept

    def save(one: Change) -> None:
        store.rules.save_version(one.db, QUARTER, by=None, reason="x", now=one.now)

    change(bench.console, save)
    with bench.console.asking():
        writers_ready_is_in_step(bench)
    assert bench.console.writer.run(lambda db: store.facts.inmate(db, "i1")) is not kept
    del kept
    gc.collect()
    assert before() is None


@pytest.mark.parametrize(
    "statement",
    [
        cancel("t1"),
        LATER,
        "UPDATE inmates SET unit_id = 'b' WHERE inmate_id = 'i1'",
        "UPDATE inmates SET last_name = 'Zorn' WHERE inmate_id = 'i1'",
        "UPDATE terminals SET out_since = '2026-11-23T15:00:00.000000Z' WHERE terminal_id = 'a1'",
        "UPDATE visits SET terminal_id = 'a2', unit_id = 'a' WHERE visit_id = 't1'",
    ],
)
def test_what_another_process_writes_is_followed(bench: Bench, statement: str) -> None:
    bench.asks("t1")
    by_surname = QUARTER.replace(
        "length: 30", "length: 30, capacity: [{for: {surname: A-M}, places: 1}, {places: 1}]"
    )

    def save(one: Change) -> None:
        store.rules.save_version(one.db, by_surname, by=None, reason="x", now=one.now)

    change(bench.console, save)
    writers_ready_is_in_step(bench)
    db = elsewhere(bench)
    with db.conn:
        db.execute(statement)
    db.close()
    writers_ready_is_in_step(bench)


def test_facts_that_decide_about_places_are_followed(bench: Bench) -> None:
    bench.asks("t1")
    about = InmateFact(id="i1", custody="maximum")
    change(bench.console, lambda one: store.facts.save_about_inmate(one.db, "i1", about))
    writers_ready_is_in_step(bench)


def test_many_changes_at_once_are_read_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ready, "MOST_CHANGES", 3)
    bench.asks("t1")
    db = elsewhere(bench)
    with db.conn:
        for number in range(6):
            status = "cancelled" if number % 2 == 0 else "booked"
            db.execute("UPDATE visits SET status = ? WHERE visit_id = 't1'", [status])
    db.close()
    writers_ready_is_in_step(bench)


@pytest.mark.parametrize("days", [1, 41, 45, -1, -60])
def test_a_day_that_ends_and_a_clock_that_is_set_back_are_noticed(bench: Bench, days: int) -> None:
    bench.asks("t1")
    writers_ready_is_in_step(bench)
    bench.clock.at = NINE + timedelta(days=days, hours=3)
    writers_ready_is_in_step(bench)
    bench.clock.at = NINE + timedelta(hours=-5)
    writers_ready_is_in_step(bench)


def test_a_visit_of_long_ago_counts_once_all_day(bench: Bench) -> None:
    def save(one: Change) -> None:
        store.rules.save_version(one.db, QUARTER, by=None, reason="x", now=one.now)

    change(bench.console, save)
    bench.asks("t1")
    # On the day on which it leaves the ledger: in the morning, and after its hour.
    for hour in (10, 16):
        bench.clock.at = bench.at(hour, days=42)
        bench.console.writer.run(lambda db: bench.console.ready.up_to_date(db, bench.clock.now()))
    assert str(bench.asks("t2", slot=bench.slot(16, 30, days=42)).status) == "booked"
    assert str(bench.asks("t3", slot=bench.slot(16, 30, days=43)).status) == "refused"
