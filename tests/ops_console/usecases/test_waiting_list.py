"""Who waits is offered what comes free, the longest waiting first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ops_console.usecases import cancel_visit, offer_free_times
from tests.harness.console_bench import NINE, Bench
from tests.harness.console_steps import exists, leave, standing, wait, writers_ready_is_in_step
from visits.errors import VisitorMustAct
from visits.model import Standing, VisitStatus

TODAY = (NINE.date(), NINE.date())
TWO_HOURS = timedelta(hours=2)


def fill_the_day(bench: Bench) -> None:
    """The inmate i1 is with v1 in every half hour that is left of today."""
    bench.clock.at = bench.at(15, 1)
    for number, (hour, minute) in enumerate([(15, 30), (16, 0), (16, 30)]):
        visit = bench.asks(f"full{number}", slot=bench.slot(hour, minute))
        assert visit.status is VisitStatus.BOOKED


def test_what_is_free_already_is_offered_at_once_and_can_be_taken(bench: Bench) -> None:
    known = wait(bench, "w1", TODAY, "p1", "v1")
    assert known.standing is Standing.OFFERED
    assert known.offer is not None
    visit = bench.asks(known.offer.visit_id, slot=known.offer.slot)
    assert visit.status is VisitStatus.BOOKED
    assert standing(bench, "w1").standing is Standing.BOOKED
    writers_ready_is_in_step(bench)


def test_the_longest_waiting_is_first_even_when_another_joins_before_the_tick(
    bench: Bench,
) -> None:
    fill_the_day(bench)
    assert wait(bench, "w1", TODAY, "p21", "v2").standing is Standing.WAITING
    cancel_visit(bench.console, "o1", "full1", "A test.")
    bench.clock.advance(timedelta(seconds=1))
    assert wait(bench, "w2", TODAY, "p1", "v1").standing is Standing.WAITING
    first = standing(bench, "w1")
    assert first.standing is Standing.OFFERED
    assert first.offer is not None
    assert first.offer.slot == bench.slot(16)


def test_offers_go_round_in_the_order_of_asking(bench: Bench) -> None:
    fill_the_day(bench)
    for number, (approval, visitor) in enumerate((("p21", "v2"), ("p1", "v1"))):
        wait(bench, f"w{number}", TODAY, approval, visitor)
        bench.clock.advance(timedelta(seconds=1))
    cancel_visit(bench.console, "o1", "full2", "A test.")
    offer_free_times(bench.console)
    assert [standing(bench, f"w{n}").standing for n in (0, 1)] == [
        Standing.OFFERED,
        Standing.WAITING,
    ]
    leave(bench, "w0", "v2")
    offer_free_times(bench.console)
    assert [standing(bench, f"w{n}").standing for n in (0, 1)] == [
        Standing.ENDED,
        Standing.OFFERED,
    ]


def test_an_offer_that_nobody_takes_lapses_and_is_free(bench: Bench) -> None:
    known = wait(bench, "w1", TODAY, "p1", "v1")
    assert known.offer is not None
    bench.clock.advance(TWO_HOURS)
    offer_free_times(bench.console)
    assert standing(bench, "w1").standing is Standing.ENDED
    assert not exists(bench, known.offer.visit_id)


def test_a_wait_ends_with_its_last_day(bench: Bench) -> None:
    fill_the_day(bench)
    wait(bench, "w1", TODAY, "p21", "v2")
    bench.clock.advance(timedelta(days=1))
    offer_free_times(bench.console)
    assert standing(bench, "w1").standing is Standing.ENDED


def test_nobody_waits_on_somebody_elses_approval(bench: Bench) -> None:
    with pytest.raises(VisitorMustAct):
        wait(bench, "w1", TODAY, "p2", "v1")
