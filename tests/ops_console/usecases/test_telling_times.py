"""The times that a visitor is told are those that a request made now would get."""

from __future__ import annotations

from itertools import product

from sqlite_utils import Database

from ops_console import store
from ops_console.usecases.change_rules import change_rules
from tests.harness.console_bench import Bench
from tests.harness.console_steps import times
from visits.model import Slot, VisitStatus

NIGHTS = """
visitline_rules: 1
facility: {name: Cook County Jail, zone: America/Chicago}
sessions:
  - {id: nights, days: daily, hours: ["22:00-02:00"], length: 30}
limits: [{id: two, most: 2, in: day}]
booking: [{id: ahead, most: {days: 2}}]
"""


def everything_that_is_booked(bench: Bench, days: int) -> list[Slot]:
    """Every half hour of some days, from eight to six, that a request of v1 would get, asked one
    by one and given back again."""
    found = []
    for number, (day, half) in enumerate(product(range(days), range(16, 36))):
        slot = bench.slot(0, 30 * half, days=day)
        visit = bench.asks(f"try{number}", slot=slot)
        if visit.status is VisitStatus.BOOKED:
            found.append(slot)

            def undo(db: Database, visit_id: str = visit.visit_id) -> None:
                db.execute("UPDATE visits SET status = 'cancelled' WHERE visit_id = ?", [visit_id])

            bench.console.writer.run(undo)
    return found


def with_rules(bench: Bench, text: str) -> None:
    with bench.console.readers.read() as db:
        last = store.rules.latest(db)
    change_rules(bench.console, "o2", text, "A test.", based_on=last.number if last else 0)


def test_exactly_what_a_request_would_get_is_told(bench: Bench) -> None:
    bench.asks("t1", slot=bench.slot(14))
    bench.asks("t2", "p21", "v2", slot=bench.slot(15))
    told = [one for one in times(bench) if one.starts_at < bench.at(0, days=2)]
    assert told == everything_that_is_booked(bench, 2)


def test_after_midnight_the_night_that_began_yesterday_is_told_too(bench: Bench) -> None:
    with_rules(bench, NIGHTS)
    bench.clock.at = bench.at(0, 10, days=1)
    told = times(bench)
    assert told[0].starts_at == bench.at(0, 30, days=1)
    assert list(told) == sorted(set(told), key=lambda one: one.starts_at)
    assert bench.asks("t1", slot=told[0]).status is VisitStatus.BOOKED


def test_nothing_is_told_to_who_has_no_approval(bench: Bench) -> None:
    assert times(bench, "p2", "v1") == ()
