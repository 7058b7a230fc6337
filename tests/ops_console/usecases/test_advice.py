"""What another process worked out is taken only where the writer would say the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from ops_console import store
from ops_console.rules.facts import ClosureFact, EngagementFact
from ops_console.usecases import Advice, advise
from ops_console.usecases._advice import GOOD_FOR, stands
from ops_console.usecases._change import Change, change
from ops_console.usecases._deciding import answer
from tests.harness.console_bench import Bench
from tests.harness.console_steps import release
from tests.ops_console.usecases.test_booking_machine import Booking, askers, slots
from visits.messages import BookingDecided, BookingRequested
from visits.model import Slot, VisitKind, VisitStatus, new_id


def request(
    bench: Bench, slot: Slot, approval: str = "p1", visitor: str = "v1"
) -> BookingRequested:
    return BookingRequested(
        visit_id=new_id(),
        visitor_id=visitor,
        approval_id=approval,
        kind=VisitKind.SOCIAL,
        slot=slot,
        asked_at=bench.clock.now(),
    )


def still_stands(bench: Bench, advice: Advice) -> bool:
    return change(bench.console, lambda one: stands(one, advice))


class Advised(Booking):
    """Beside all that happens lies advice from before it."""

    def __init__(self) -> None:
        super().__init__()
        self.advice: list[tuple[BookingRequested, Advice]] = []

    @rule(asker=askers, at=slots)
    def is_advised(self, asker: tuple[str, str], at: tuple[int, int]) -> None:
        asked = request(self.bench, self.slot(at), *asker)
        self.advice.append((asked, advise(self.bench.console, asked)))

    @invariant()
    def advice_that_stands_is_what_the_writer_would_say(self) -> None:
        change(self.bench.console, self._compare)

    def _compare(self, one: Change) -> None:
        self.advice = [pair for pair in self.advice if stands(one, pair[1])]
        for asked, advice in self.advice:
            now = answer(one, asked, asked.slot, but=asked.visit_id, asked_at=asked.asked_at)
            assert advice.answer == now


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_advice_that_stands_is_what_the_writer_would_say_whatever_happened_meanwhile() -> None:
    run_state_machine_as_test(
        Advised,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_advice_stands_beside_visits_that_it_did_not_look_at(bench: Bench) -> None:
    asked = request(bench, bench.slot(14))
    advice = advise(bench.console, asked)
    assert advice.answer.reasons == ()
    bench.asks("elsewhere", "p3", "v3", slot=bench.slot(10, days=1))
    assert bench.status("elsewhere") is VisitStatus.BOOKED
    assert still_stands(bench, advice)


def _booked_at_the_last_terminal(bench: Bench) -> None:
    bench.asks("other", "p2", "v2", slot=bench.slot(14))


def _another_visit_of_the_visitor(bench: Bench) -> None:
    bench.asks("same", "p12", "v1", slot=bench.slot(14))


def _a_court_date(bench: Bench) -> None:
    slot = bench.slot(14)
    away = EngagementFact(inmate="i1", start=slot.starts_at, end=slot.ends_at, what="court")
    change(bench.console, lambda one: store.facts.save_engagement(one.db, "e1", away))


def _a_lockdown(bench: Bench) -> None:
    shut = ClosureFact(unit="a", start=bench.at(13), end=bench.at(16))
    change(bench.console, lambda one: store.facts.save_closure(one.db, "c1", shut, "A test."))


def _the_approval_ends(bench: Bench) -> None:
    end = "UPDATE approvals SET active = 0 WHERE approval_id = 'p1'"
    change(bench.console, lambda one: one.db.execute(end))


def _a_terminal_breaks(bench: Bench) -> None:
    def take(one: Change) -> None:
        store.facility.save_service(one.db, "a2", out_since=one.now, reason="A test.")

    change(bench.console, take)


@pytest.mark.parametrize(
    "happens",
    [
        _booked_at_the_last_terminal,
        _another_visit_of_the_visitor,
        _a_court_date,
        _a_lockdown,
        _the_approval_ends,
        _a_terminal_breaks,
    ],
)
def test_advice_falls_with_whatever_it_was_read_from(
    bench: Bench, happens: Callable[[Bench], None]
) -> None:
    bench.asks("first", "p3", "v3", slot=bench.slot(14))
    asked = request(bench, bench.slot(14))
    advice = advise(bench.console, asked)
    assert advice.answer.reasons == ()
    assert still_stands(bench, advice)
    happens(bench)
    assert not still_stands(bench, advice)


def test_a_refusal_falls_when_the_time_is_given_back(bench: Bench) -> None:
    bench.asks("taken", "p1", "v1", slot=bench.slot(14))
    advice = advise(bench.console, request(bench, bench.slot(14), "p21", "v2"))
    assert [one.code for one in advice.answer.reasons] == ["inmate-already-booked"]
    release(bench, "taken", "v1")
    assert not still_stands(bench, advice)


def test_advice_grows_old(bench: Bench) -> None:
    advice = advise(bench.console, request(bench, bench.slot(14)))
    bench.clock.advance(GOOD_FOR)
    assert still_stands(bench, advice)
    bench.clock.advance(timedelta(microseconds=1))
    assert not still_stands(bench, advice)


def test_the_writer_books_as_advised_without_asking_the_rules_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request(bench, bench.slot(14))
    _take(bench, monkeypatch, advise(bench.console, asked))
    monkeypatch.setattr("ops_console.usecases._advice.answer", None)
    bench.hand_in(asked)
    assert bench.status(asked.visit_id) is VisitStatus.BOOKED
    assert bench.visit(asked.visit_id).terminal_id == "a1"


def test_the_writer_asks_the_rules_where_advice_has_fallen(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request(bench, bench.slot(14))
    advice = advise(bench.console, asked)
    bench.asks("first", "p21", "v2", slot=bench.slot(14))
    _take(bench, monkeypatch, advice)
    bench.hand_in(asked)
    assert bench.status(asked.visit_id) is VisitStatus.REFUSED
    assert bench.told(BookingDecided)[-1].refusals


def _take(bench: Bench, monkeypatch: pytest.MonkeyPatch, advice: Any) -> None:
    monkeypatch.setattr(bench.console.advice, "take", lambda _asked: advice)
