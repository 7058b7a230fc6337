"""What another process worked out is taken only where the writer would say the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis.stateful import invariant, rule

from ops_console import store
from ops_console.rules.facts import ClosureFact, EngagementFact
from ops_console.usecases import Advice, advise
from ops_console.usecases._advice import GOOD_FOR, stands
from ops_console.usecases._change import Change, change
from ops_console.usecases._deciding import answer
from tests.harness.console_bench import Bench
from tests.harness.console_steps import release, request
from tests.ops_console.usecases.test_booking_machine import Booking, askers, run_machine, slots
from visits.messages import PORTAL, BookingDecided, BookingRequested, wrap
from visits.model import VisitStatus

FACTS = (
    "INSERT INTO companions VALUES ('c1', 'p1', 'A Child', '2019-01-01', '', 1, '{}')",
    "INSERT INTO keep_separates VALUES ('i1', 'i2', '', '2026-01-01')",
    "INSERT INTO no_contact_orders VALUES ('v3', 'i1', '', '2026-01-01')",
    "INSERT INTO bars (bar_id, person_id, reason) VALUES ('b1', 'v3', '')",
    "INSERT INTO engagements VALUES ('e1', 'i2', '2026-12-01', '2026-12-02', 'court')",
    "INSERT INTO closures VALUES ('c1', 'x', '2026-12-01', NULL, NULL, '')",
)
"""One of each that is not there anyway."""


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
    run_machine(Advised)


def test_advice_stands_beside_visits_that_it_did_not_look_at(bench: Bench) -> None:
    asked = request(bench, bench.slot(14))
    advice = advise(bench.console, asked)
    assert advice.answer.reasons == ()
    bench.asks("elsewhere", "p3", "v3", slot=bench.slot(10, days=1))
    assert bench.status("elsewhere") is VisitStatus.BOOKED
    assert still_stands(bench, advice)


def test_advice_about_another_request_is_none(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_night = advise(bench.console, request(bench, bench.slot(3)))
    assert at_night.answer.reasons
    assert still_stands(bench, at_night)
    monkeypatch.setattr(bench.console.advice, "take", lambda _asked: at_night)
    bench.asks("by-day", slot=bench.slot(14))
    assert bench.status("by-day") is VisitStatus.BOOKED


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


def test_a_request_that_comes_twice_does_not_wait_at_the_desk(bench: Bench) -> None:
    asked = request(bench, bench.slot(14))
    envelope = wrap(asked, message_id="once", sender=PORTAL, sent_at=bench.clock.now())
    handler = bench.handlers[BookingRequested]
    assert bench.console.mailbox.receive(envelope, asked, handler)
    assert not bench.console.mailbox.receive(envelope, asked, handler)
    assert bench.console.advice.waiting == 0


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE inmates SET about = '{"custody": "maximum"}' WHERE inmate_id = 'i1'""",
        """UPDATE visitors SET about = '{"role": "attorney"}' WHERE visitor_id = 'v1'""",
        "UPDATE companions SET active = 0",
        "UPDATE approvals SET active = 0 WHERE approval_id = 'p1'",
        "DELETE FROM keep_separates",
        "DELETE FROM no_contact_orders",
        "DELETE FROM bars",
        "DELETE FROM engagements",
        "DELETE FROM closures",
    ],
)
def test_every_fact_that_a_decision_may_be_read_from_renews_the_stamp(
    bench: Bench, statement: str
) -> None:
    def fill(one: Change) -> None:
        for each in FACTS:
            one.db.execute(each)

    change(bench.console, fill)
    before = change(bench.console, lambda one: store.facts.stamp(one.db))
    change(bench.console, lambda one: one.db.execute(statement))
    assert change(bench.console, lambda one: store.facts.stamp(one.db)) != before


def test_only_time_that_is_held_is_a_change_for_ledgers(bench: Bench) -> None:
    def last() -> object:
        return change(bench.console, lambda one: store.booked.last_change(one.db))

    bench.asks("one")
    booked = last()
    bench.asks("two", "p21", "v2")
    assert bench.status("two") is VisitStatus.REFUSED
    assert last() == booked
    release(bench, "one")
    assert last() != booked
