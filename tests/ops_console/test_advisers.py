"""In a rush other processes work out what the writer then saves; without them it decides alone."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from ops_console.advisers import AT_ONCE, Advisers
from ops_console.usecases import Advice, _advice
from ops_console.usecases._change import Change
from tests.harness.console_bench import Bench
from tests.harness.console_steps import request
from tests.harness.until import eventually
from visits.messages import PORTAL, BookingRequested, wrap
from visits.model import VisitStatus, new_id

pytestmark = pytest.mark.slow

LONG_ENOUGH_S = 60.0


@pytest.fixture
def advisers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Advisers]:
    """One, on however few processors."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})
    monkeypatch.setattr("ops_console.usecases._advice_desk.PATIENCE_S", LONG_ENOUGH_S)
    assert bench.settings is not None
    one = Advisers(bench.console, bench.settings)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Advice]:
    """The advice that the writer took."""
    found: list[Advice] = []
    stands = _advice.stands

    def noted(one: Change, advice: Advice) -> bool:
        stood = stands(one, advice)
        if stood:
            found.append(advice)
        return stood

    monkeypatch.setattr(_advice, "stands", noted)
    return found


def _for_two_terminals(bench: Bench) -> list[BookingRequested]:
    """Three for each time."""
    return [
        request(bench, bench.slot(9 + number % 8, days=1 + number // 8), approval, visitor)
        for number in range(32)
        for approval, visitor in (("p1", "v1"), ("p2", "v2"), ("p3", "v3"))
    ]


def _at_night(bench: Bench) -> list[BookingRequested]:
    """Nobody gets one, so that what was said of the others stands."""
    return [request(bench, bench.slot(3, days=1), "p1", "v1") for _ in range(100)]


def _rush(bench: Bench, asked: list[BookingRequested]) -> None:
    """All at once; until all are decided."""
    outcomes = [
        bench.console.mailbox.receive_soon(
            wrap(one, message_id=new_id(), sender=PORTAL, sent_at=bench.clock.now()),
            one,
            bench.handlers[BookingRequested],
        )
        for one in asked
    ]
    for outcome in outcomes:
        assert outcome.result(LONG_ENOUGH_S)


def _booked_of_each_time(bench: Bench, asked: list[BookingRequested]) -> set[int]:
    """Of the three who asked for each time, how many got it."""
    booked = [bench.status(one.visit_id) is VisitStatus.BOOKED for one in asked]
    return {sum(booked[number : number + 3]) for number in range(0, len(booked), 3)}


def test_the_writer_saves_what_others_worked_out(
    bench: Bench, advisers: Advisers, taken: list[Advice]
) -> None:
    assert advisers.wait_until_ready()
    refused, asked = _at_night(bench), _for_two_terminals(bench)
    _rush(bench, refused + asked)
    assert taken
    assert {bench.status(one.visit_id) for one in refused} == {VisitStatus.REFUSED}
    assert _booked_of_each_time(bench, asked) == {2}, "two terminals take two of the three"


def test_an_adviser_has_the_next_request_before_it_has_answered(
    bench: Bench, advisers: Advisers
) -> None:
    assert advisers.wait_until_ready()
    (child,), desk = _children(), bench.console.advice
    child.suspend()
    try:
        asked = [request(bench, bench.slot(3, days=day)) for day in range(1, 6)]
        for one in asked:
            desk.hand_in(one)
        eventually(lambda: desk.waiting == len(asked) - AT_ONCE, "the requests to be handed over")
    finally:
        child.resume()
    advice = [desk.take(one) for one in asked[1 : 1 + AT_ONCE]]
    assert [one and one.visit_id for one in advice] == [
        one.visit_id for one in asked[1 : 1 + AT_ONCE]
    ]
    assert AT_ONCE > 1


def test_before_the_first_rush_there_is_no_other_process(bench: Bench, advisers: Advisers) -> None:
    bench.asks("one")
    assert bench.status("one") is VisitStatus.BOOKED
    assert not _children()


def test_the_writer_decides_alone_when_its_adviser_is_killed(
    bench: Bench, advisers: Advisers, taken: list[Advice]
) -> None:
    assert advisers.wait_until_ready()
    for child in _children():
        os.kill(child.pid, signal.SIGKILL)
    asked = _for_two_terminals(bench)
    _rush(bench, asked)
    assert _booked_of_each_time(bench, asked) == {2}


def test_no_adviser_outlives_the_console(bench: Bench, advisers: Advisers) -> None:
    assert advisers.wait_until_ready()
    children = _children()
    assert children
    advisers.stop()
    psutil.wait_procs(children, timeout=LONG_ENOUGH_S)
    assert not _children()


def _children() -> list[psutil.Process]:
    found = psutil.Process().children()
    return [one for one in found if "spawn_main" in " ".join(one.cmdline())]
