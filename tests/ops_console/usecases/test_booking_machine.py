"""Visitors and officers do anything in any order; what must never happen never does."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ops_console import store
from ops_console.rules.facts import ClosureFact
from ops_console.usecases import change_rules, offer_free_times
from ops_console.usecases._change import Change, change
from tests.harness.console_bench import FACILITY, NINE, Bench, console_bench
from tests.harness.console_steps import (
    exists,
    hold,
    leave,
    overlaps,
    release,
    standing,
    times,
    wait,
    writers_ready_is_in_step,
)
from visits.messages import BookingDecided
from visits.model import Slot, Standing, VisitStatus, new_id

ASKERS = (("p1", "v1"), ("p12", "v1"), ("p2", "v2"), ("p21", "v2"), ("p3", "v3"))
SMALL: dict[str, Any] = {
    **FACILITY,
    "units": [
        {**FACILITY["units"][0], "hours": {"week": {"every-day": [["14:00", "16:00"]]}}},
        FACILITY["units"][1],
    ],
}
slots = st.tuples(st.integers(0, 2), st.integers(0, 4))
askers = st.sampled_from(ASKERS)


class Booking(RuleBasedStateMachine):
    """One console; the model knows only what was acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        self.bench: Bench = self.open.enter_context(console_bench(folder, SMALL))
        self.held: dict[str, tuple[str, str, Slot]] = {}
        self.booked: dict[str, str] = {}
        self.waits: list[tuple[str, str]] = []

    def teardown(self) -> None:
        self.open.close()

    def slot(self, at: tuple[int, int]) -> Slot:
        return self.bench.slot(14, 30 * at[1], days=at[0])

    @initialize()
    def begins(self) -> None:
        assert self.bench.clock.now() == NINE

    @rule(asker=askers, at=slots)
    def holds(self, asker: tuple[str, str], at: tuple[int, int]) -> None:
        visit_id, slot = new_id(), self.slot(at)
        told = hold(self.bench, visit_id, slot, *asker)
        assert (told.held_until is None) == bool(told.refusals)
        for earlier in [one for one, (_, who, _) in self.held.items() if who == asker[1]]:
            assert not exists(self.bench, earlier)
            del self.held[earlier]
        if told.held_until is not None:
            self.held[visit_id] = (*asker, slot)

    @rule(choice=st.integers(0, 9))
    def confirms(self, choice: int) -> None:
        if self.held:
            visit_id = sorted(self.held)[choice % len(self.held)]
            approval, visitor, slot = self.held.pop(visit_id)
            self.note(self.bench.asks(visit_id, approval, visitor, slot=slot), visitor)

    @rule(asker=askers, at=slots)
    def books(self, asker: tuple[str, str], at: tuple[int, int]) -> None:
        slot = self.slot(at)
        free = slot in times(self.bench, *asker)
        visit = self.bench.asks(new_id(), *asker, slot=slot)
        assert free == (visit.status is VisitStatus.BOOKED)
        self.note(visit, asker[1])

    def note(self, visit: store.visits.Visit, visitor: str) -> None:
        told = self.bench.told(BookingDecided)[-1]
        assert told.visit == visit.state
        assert (visit.status is VisitStatus.BOOKED) == (not told.refusals)
        if visit.status is VisitStatus.BOOKED:
            self.booked[visit.visit_id] = visitor

    @rule(choice=st.integers(0, 9))
    def gives_back(self, choice: int) -> None:
        known = {**self.booked, **{one: who for one, (_, who, _) in self.held.items()}}
        if known:
            visit_id = sorted(known)[choice % len(known)]
            release(self.bench, visit_id, known[visit_id])
            assert not self.bench_holds(visit_id) or self.bench.visit(visit_id).slot.starts_at <= (
                self.bench.clock.now()
            )
            self.booked.pop(visit_id, None)
            self.held.pop(visit_id, None)

    def bench_holds(self, visit_id: str) -> bool:
        return exists(self.bench, visit_id) and self.bench.status(visit_id).holds_time

    @rule(asker=askers, last=st.integers(0, 2))
    def joins(self, asker: tuple[str, str], last: int) -> None:
        today = self.bench.console.facility.time.day(self.bench.clock.now())
        self.bench.clock.advance(timedelta(seconds=1))
        waiting_id = new_id()
        wait(self.bench, waiting_id, (today, today + timedelta(days=last)), *asker)
        self.waits.append((waiting_id, asker[1]))

    @rule(choice=st.integers(0, 9))
    def takes_an_offer(self, choice: int) -> None:
        for waiting_id, visitor in self.waits[choice % 3 :]:
            known = standing(self.bench, waiting_id)
            if known.offer is not None:
                offer = known.offer
                visit = self.bench.asks(offer.visit_id, known.approval_id, visitor, slot=offer.slot)
                self.note(visit, visitor)
                if visit.status is VisitStatus.BOOKED:
                    assert standing(self.bench, waiting_id).standing is Standing.BOOKED
                return

    @rule(choice=st.integers(0, 9))
    def leaves(self, choice: int) -> None:
        if self.waits:
            waiting_id, visitor = self.waits.pop(choice % len(self.waits))
            before = standing(self.bench, waiting_id).standing
            leave(self.bench, waiting_id, visitor)
            after = standing(self.bench, waiting_id).standing
            assert after is (Standing.BOOKED if before is Standing.BOOKED else Standing.ENDED)

    @rule()
    def ticks(self) -> None:
        """After it nobody waits for a time that somebody who asked later was offered."""
        offer_free_times(self.bench.console)
        for waiting_id, visitor in self.waits:
            known = standing(self.bench, waiting_id)
            if known.standing is Standing.WAITING:
                first, last = known.first_day, known.last_day
                day = self.bench.console.facility.time.day
                free = times(self.bench, known.approval_id, visitor)
                assert not [one for one in free if first <= day(one.starts_at) <= last]

    @rule(minutes=st.sampled_from((5, 11, 130, 700)))
    def time_passes(self, minutes: int) -> None:
        self.bench.clock.advance(timedelta(minutes=minutes))
        self.held.clear() if minutes > 10 else None

    @rule(at=slots)
    def locks_down(self, at: tuple[int, int]) -> None:
        slot = self.slot(at)
        closure = ClosureFact(unit="a", start=slot.starts_at, end=slot.ends_at)
        change(
            self.bench.console,
            lambda one: store.facts.save_closure(one.db, "c1", closure, "A test."),
        )

    @rule(inmate=st.sampled_from(("i1", "i2")), unit=st.sampled_from(("a", "b")))
    def moves_an_inmate(self, inmate: str, unit: str) -> None:
        def move(one: Change) -> None:
            one.db.execute("UPDATE inmates SET unit_id = ? WHERE inmate_id = ?", [unit, inmate])

        change(self.bench.console, move)

    @rule(out=st.booleans())
    def terminal_out(self, out: bool) -> None:
        since = self.bench.clock.now() if out else None

        def take(one: Change) -> None:
            store.facility.save_service(one.db, "a1", out_since=since, reason="A test.")

        change(self.bench.console, take)

    @rule(gap=st.sampled_from((0, 30)), most=st.sampled_from((1, 2)))
    def changes_rules(self, gap: int, most: int) -> None:
        with self.bench.console.readers.read() as db:
            last = store.rules.latest(db)
        assert last is not None
        book = yaml.safe_load(last.text)
        for session in book["sessions"]:
            session["gap"] = gap
        book["limits"] = [{"id": "a-day", "most": most, "in": "day", "kinds": ["social"]}]
        text = yaml.safe_dump(book, sort_keys=False)
        change_rules(self.bench.console, "o2", text, "A test.", based_on=last.number)

    @invariant()
    def nothing_is_taken_twice(self) -> None:
        assert overlaps(self.bench) == []

    @invariant()
    def the_ledger_is_in_step(self) -> None:
        writers_ready_is_in_step(self.bench)

    @invariant()
    def what_was_acknowledged_is_booked(self) -> None:
        for visit_id in self.booked:
            assert self.bench.visit(visit_id).status is VisitStatus.BOOKED

    @invariant()
    def nobody_has_two_holds(self) -> None:
        with self.bench.console.readers.read() as db:
            rows = db.execute(
                "SELECT visitor_id FROM visits WHERE status = 'held' AND waits_for = ''"
                " AND visit_id NOT IN (SELECT visit_id FROM waiting WHERE visit_id IS NOT NULL)"
            ).fetchall()
        assert len(rows) == len(set(rows))


def run_machine(machine: type[Booking]) -> None:
    """Many steps in an order that is drawn anew for each of its runs."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_anything_in_any_order_keeps_what_must_hold() -> None:
    run_machine(Booking)
