"""Who waits is offered what comes free, the longest waiting first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ops_console import store
from ops_console.usecases import (
    NoContact,
    cancel_visit,
    change_now,
    change_rules,
    offer_free_times,
    tell_times,
)
from tests.harness.console_bench import NINE, Bench
from tests.harness.console_steps import exists, leave, standing, wait, writers_ready_is_in_step
from visits.errors import VisitorMustAct
from visits.messages import TimesAsked, WaitingChanged
from visits.model import RefusalCode, Standing, VisitChannel, VisitKind, VisitStatus

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


def with_rules(bench: Bench, more: str) -> None:
    with bench.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    text = rules.text.replace("booking:\n", f"booking:\n{more}", 1)
    change_rules(bench.console, "o2", text, "Waiting.", based_on=rules.number)


def may_wait(bench: Bench, channel: VisitChannel = VisitChannel.REMOTE) -> bool:
    asked = TimesAsked(
        question_id="q1",
        visitor_id="v1",
        approval_id="p1",
        kind=VisitKind.SOCIAL,
        channel=channel,
    )
    return tell_times(bench.console, asked).may_wait


WEEK = (NINE.date(), NINE.date() + timedelta(days=7))


def test_a_wait_is_kept_to_the_last_day_that_the_rules_give_it_and_lapses_after_it(
    bench: Bench,
) -> None:
    fill_the_day(bench)
    with_rules(bench, "- {id: list, kinds: [social], waiting: {days: 0}}\n")
    assert wait(bench, "w1", WEEK, "p21", "v2").standing is Standing.WAITING
    assert standing(bench, "w1").last_day == NINE.date()
    assert bench.told(WaitingChanged)[-1].waiting.last_day == NINE.date()
    bench.clock.advance(timedelta(days=1))
    offer_free_times(bench.console)
    ended = bench.told(WaitingChanged)[-1].waiting
    assert ended.standing is Standing.ENDED
    assert [one.code for one in ended.refusals] == [RefusalCode.WAIT_OVER]


def test_who_keeps_no_entry_with_a_waiting_list_does_not_wait(bench: Bench) -> None:
    assert may_wait(bench), "a file that says nothing of waiting limits nothing"
    with_rules(bench, "- {id: list, channels: [onsite-video], waiting: {days: 7}}\n")
    assert not may_wait(bench)
    assert wait(bench, "w1", WEEK, "p1", "v1").standing is Standing.ENDED
    told = bench.told(WaitingChanged)[-1].waiting
    assert [one.code for one in told.refusals] == [RefusalCode.WAIT_OVER]
    assert may_wait(bench, VisitChannel.ONSITE_VIDEO)


def test_nobody_waits_where_no_day_would_do(bench: Bench) -> None:
    change_now(bench.console, "o1", NoContact("v1", "i1"), "An order.")
    assert not may_wait(bench)
    assert wait(bench, "w1", WEEK, "p1", "v1").standing is Standing.ENDED


def test_days_behind_the_last_one_with_visits_are_not_waited_for(bench: Bench) -> None:
    fill_the_day(bench)
    with bench.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    first, tomorrow = NINE.date() + timedelta(days=3), NINE.date() + timedelta(days=1)
    text = f"{rules.text}\nblackouts:\n- {{id: works, from: {tomorrow}}}\n"
    change_rules(bench.console, "o2", text, "Works.", based_on=rules.number)
    wait(bench, "w1", WEEK, "p21", "v2")
    assert standing(bench, "w1").last_day == NINE.date()
    assert wait(bench, "w2", (first, WEEK[1]), "p21", "v2").standing is Standing.ENDED
