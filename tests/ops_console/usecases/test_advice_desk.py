"""The writer and those who advise it share the requests that wait, and never wait for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ops_console.usecases import _advice_desk
from ops_console.usecases._advice_desk import AdviceDesk, Begun
from tests.harness.console_bench import NINE
from visits.messages import BookingRequested, CancelRequested
from visits.model import Slot, VisitKind

LONG_ENOUGH_S = 30.0
SLOT = Slot(starts_at=NINE, ends_at=NINE.replace(hour=16))


def request(visit_id: str) -> BookingRequested:
    return BookingRequested(
        visit_id=visit_id,
        visitor_id="v1",
        approval_id="p1",
        kind=VisitKind.SOCIAL,
        slot=SLOT,
        asked_at=NINE,
    )


@pytest.fixture
def desk() -> Iterator[AdviceDesk[str]]:
    one: AdviceDesk[str] = AdviceDesk()
    one.open()
    yield one
    one.close()


def hand_in(desk: AdviceDesk[str], *visit_ids: str) -> None:
    for visit_id in visit_ids:
        desk.hand_in(request(visit_id))


def begin(desk: AdviceDesk[str]) -> Begun[str]:
    """The next one that somebody works on; there must be one."""
    begun = desk.first()
    assert begun is not None
    return begun


def test_whoever_advises_leaves_the_next_request_to_the_writer(desk: AdviceDesk[str]) -> None:
    """It would be there before any advice."""
    hand_in(desk, "one", "two", "three")
    first, second = begin(desk), begin(desk)
    assert [first.asked.visit_id, second.asked.visit_id] == ["two", "three"]
    assert desk.take(request("one")) is None
    first.advice.set_result("yes")
    assert desk.take(request("two")) == "yes"


def test_the_writer_waits_for_advice_that_is_begun(
    desk: AdviceDesk[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_advice_desk, "PATIENCE_S", LONG_ENOUGH_S)
    hand_in(desk, "one", "two")
    settle = threading.Timer(0.01, begin(desk).advice.set_result, ["yes"])
    settle.start()
    assert desk.take(request("two")) == "yes"
    settle.join()


def test_the_writer_loses_its_patience(
    desk: AdviceDesk[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_advice_desk, "PATIENCE_S", 0.01)
    hand_in(desk, "one", "two")
    begin(desk)
    assert desk.take(request("two")) is None


def test_nothing_but_requests_is_advised_about(desk: AdviceDesk[str]) -> None:
    desk.hand_in(CancelRequested(visit_id="gone", visitor_id="v1", asked_at=NINE))
    desk.hand_in(CancelRequested(visit_id="too", visitor_id="v1", asked_at=NINE))
    hand_in(desk, "one", "two")
    assert begin(desk).asked.visit_id == "two"


def test_nobody_runs_far_ahead_of_the_writer(desk: AdviceDesk[str]) -> None:
    """Advice would be old before the writer comes to it."""
    hand_in(desk, *(f"{number}" for number in range(_advice_desk.MOST_AHEAD + 2)))
    for _ in range(_advice_desk.MOST_AHEAD):
        begin(desk).advice.set_result("yes")
    more: list[str] = []
    taken = threading.Event()

    def go_on() -> None:
        more.append(begin(desk).asked.visit_id)
        taken.set()

    thread = threading.Thread(target=go_on)
    thread.start()
    assert not taken.wait(0.05)
    assert desk.take(request("1")) == "yes"
    assert taken.wait(LONG_ENOUGH_S)
    thread.join()
    assert more == [f"{_advice_desk.MOST_AHEAD + 1}"]


def test_what_the_writer_is_done_with_without_asking_is_forgotten(desk: AdviceDesk[str]) -> None:
    """A request that came twice is decided once."""
    done = [desk.hand_in(request(visit_id)) for visit_id in ("one", "two", "three", "four")]
    assert begin(desk).asked.visit_id == "two"
    for settle in done[:2]:
        settle()
    assert begin(desk).asked.visit_id == "four", "three is the writer's next"
    assert desk.take(request("two")) is None


def test_advice_is_asked_for_once_a_request_has_waited_for_long(
    desk: AdviceDesk[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rushed = threading.Event()

    def wait() -> None:
        if desk.wait_for_a_rush():
            rushed.set()

    thread = threading.Thread(target=wait)
    thread.start()
    desk.hand_in(request("one"))
    desk.take(request("one"))
    assert not rushed.wait(0.05)
    monkeypatch.setattr(_advice_desk, "LONG_S", -1.0)
    desk.hand_in(request("two"))
    desk.take(request("two"))
    assert rushed.wait(LONG_ENOUGH_S)
    thread.join()


def test_who_need_not_wait_is_told_at_once_that_there_is_nothing_to_do(
    desk: AdviceDesk[str],
) -> None:
    hand_in(desk, "one")
    assert desk.first(wait=False) is None
    hand_in(desk, "two")
    begun = desk.first(wait=False)
    assert begun is not None
    assert begun.asked.visit_id == "two"


def test_a_closed_desk_lets_everybody_go(desk: AdviceDesk[str]) -> None:
    desk.close()
    assert not desk.wait_for_a_rush()
    assert desk.first() is None
    desk.open()
    hand_in(desk, "one", "two")
    assert desk.first() is not None
