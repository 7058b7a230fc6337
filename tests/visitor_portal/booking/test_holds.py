"""A chosen time is kept while it is checked; then booked, given back, or lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tests.harness.portal import NOON, PortalDesk, half_hour
from tests.harness.rosa import AT_THREE, TIMES, Rosa
from visitor_portal.housekeeping import Housekeeping
from visitor_portal.store import holds
from visitor_portal.store.attempts import LIMITS, Attempt, Limit
from visits.messages import (
    BookingRequested,
    CancelRequested,
    HoldDecided,
    HoldRequested,
    PresenceState,
    VisitChanged,
    VisitState,
)
from visits.model import Cause, Refusal, RefusalCode, VisitChannel, VisitKind, VisitStatus

KEPT = "This time is kept for you until 12:10\u00a0PM."
NOT_KEPT = "We could not keep this time for you."
OVER = "The minutes for which this time was kept are over."
TAKEN = Refusal(code=RefusalCode.NO_PLACE_FREE, text="wire text")


@pytest.fixture
def rosa(desk: PortalDesk) -> Rosa:
    return Rosa(desk)


@pytest.fixture
def alone(desk: PortalDesk) -> Rosa:
    """Her facility keeps nothing by itself."""
    rosa = Rosa(desk)
    desk.facility.post.fetches = lambda: None
    return rosa


def check_page(rosa: Rosa) -> str:
    """The page of the time chosen last, looked at again."""
    held = rosa.last(HoldRequested)
    return rosa.browser.open(f"{TIMES}/book?hold={held.visit_id}").text


def test_pressing_a_time_keeps_it_and_says_until_when_on_both_clocks(rosa: Rosa) -> None:
    rosa.browser.client.cookies.set("visitline-zone", "America/New_York")
    page = rosa.choose().text
    held = rosa.last(HoldRequested)
    assert held.slot == half_hour(AT_THREE)
    assert held.visitor_id == rosa.visitor.visitor_id
    assert KEPT in page
    assert "Where you are: 1:10\u00a0PM" in page
    assert 'data-kept-until="2026-11-23T18:10:00+00:00"' in page


def test_what_is_checked_is_who_comes_how_and_what_kind(desk: PortalDesk) -> None:
    rosa = Rosa(desk, companions=(("leo", "Leo Delgado"), ("mia", "Mia Delgado")))
    page = rosa.choose(query="?with=leo&with=mia").text
    assert "Rosa Delgado, with Leo Delgado and Mia Delgado" in page
    assert "At home, by video" in page
    assert "Family" in page
    rosa.browser.press("Book this visit")
    assert rosa.last(BookingRequested).companions == ("leo", "mia")
    assert "with Leo Delgado and Mia Delgado" in rosa.visit_page(rosa.last(BookingRequested))


def test_booking_confirms_the_hold_by_its_own_name(rosa: Rosa) -> None:
    booked = rosa.book()
    held = rosa.last(HoldRequested)
    assert booked.visit_id == held.visit_id
    assert (booked.slot, booked.kind, booked.channel) == (held.slot, held.kind, held.channel)
    check_page(rosa)
    assert rosa.browser.path == f"/visits/{booked.visit_id}"


def test_wish_and_parcel_are_kept_together_or_not_at_all(
    rosa: Rosa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("visitor_portal.booking.holding.mailbox.put", broken)
    with pytest.raises(RuntimeError):
        rosa.choose()
    with rosa.desk.store.read() as connection:
        assert holds.standing_for(connection, rosa.visitor.visitor_id, NOON) == []
    assert rosa.desk.waiting() == []


def test_pressing_twice_asks_once(alone: Rosa) -> None:
    alone.choose()
    first = alone.last(HoldRequested)
    alone.choose()
    alone.desk.decide_hold(first)
    alone.choose()
    assert alone.put(HoldRequested) == [first]
    assert alone.put(CancelRequested) == []


def test_another_time_gives_the_former_one_back(rosa: Rosa) -> None:
    rosa.choose()
    first = rosa.last(HoldRequested)
    rosa.choose("12:00\u00a0PM")
    second = rosa.last(HoldRequested)
    assert second.slot != first.slot
    assert [one.visit_id for one in rosa.put(CancelRequested)] == [first.visit_id]
    rosa.browser.open(f"{TIMES}/book?hold={first.visit_id}")
    assert rosa.browser.path == TIMES


def test_choosing_another_time_from_the_check_page_gives_it_back_once(rosa: Rosa) -> None:
    rosa.choose()
    page = rosa.browser.page
    held = rosa.last(HoldRequested)
    for _ in range(2):
        rosa.browser.page = page
        rosa.browser.press("Choose another time")
        assert rosa.browser.path == TIMES
    assert [one.visit_id for one in rosa.put(CancelRequested)] == [held.visit_id]


def test_the_page_waits_a_moment_for_the_answer(alone: Rosa) -> None:
    desk = alone.desk
    object.__setattr__(desk.portal, "patience_s", 20)
    helpers: list[threading.Timer] = []

    def later() -> None:
        helpers.append(threading.Timer(0.05, desk.decide_hold, (alone.last(HoldRequested),)))
        helpers[-1].start()

    desk.facility.post.fetches = later
    assert KEPT in alone.choose().text
    for helper in helpers:
        helper.join()


def test_without_an_answer_she_can_still_ask_and_a_late_one_turns_the_page(alone: Rosa) -> None:
    page = alone.choose().text
    assert NOT_KEPT in page
    assert "Ask for this time" in page
    alone.desk.decide_hold(alone.last(HoldRequested))
    assert KEPT in check_page(alone)


def test_a_silent_facility_is_asked_for_the_time_all_the_same(alone: Rosa) -> None:
    alone.desk.facility.says(PresenceState.OFFLINE, NOON)
    page = alone.choose().text
    assert NOT_KEPT in page
    assert "is not answering right now" in page
    alone.browser.press("Ask for this time")
    assert alone.last(BookingRequested).visit_id == alone.last(HoldRequested).visit_id


def test_a_wish_that_nobody_took_in_its_time_is_unanswered(alone: Rosa) -> None:
    alone.choose()
    held = alone.last(HoldRequested)
    alone.desk.clock.advance(timedelta(seconds=31))
    assert len(alone.desk.mailbox().expire(alone.desk.clock.now())) == 1
    page = alone.browser.open(f"{TIMES}/book?hold={held.visit_id}").text
    assert NOT_KEPT in page
    alone.browser.press("Ask for this time")
    assert alone.last(BookingRequested).visit_id == held.visit_id


def test_a_wish_that_the_facility_could_not_read_can_be_made_again(alone: Rosa) -> None:
    alone.choose()
    (parcel,) = alone.desk.mailbox().pending(NOON)
    alone.desk.mailbox().acknowledged(parcel.message_id, "Unknown message type.", NOON)
    assert NOT_KEPT in alone.choose().text
    assert len(alone.put(HoldRequested)) == 1
    assert alone.desk.parcels_put() == 3  # the first wish, its return, and the second


def test_a_refused_time_says_why_and_one_press_keeps_another(alone: Rosa) -> None:
    others = tuple(half_hour(NOON + timedelta(days=day)) for day in range(5))
    alone.choose()
    refused = alone.last(HoldRequested)
    alone.desk.decide_hold(refused, TAKEN, alternatives=others)
    page = check_page(alone)
    assert "That time is not free. Choose another one." in page
    assert "wire text" not in page
    assert "Book this visit" not in page
    assert "Ask for this time" not in page
    assert page.count('name="slot"') == 3
    alone.desk.keep_holds()
    alone.browser.press("Wednesday, November 25")
    assert alone.last(HoldRequested).slot == others[2]
    assert alone.put(CancelRequested) == []  # nothing was kept


def test_a_refused_time_cannot_be_booked_from_an_old_page(alone: Rosa) -> None:
    alone.choose()
    page = alone.browser.page
    alone.desk.decide_hold(alone.last(HoldRequested), TAKEN)
    alone.browser.page = page
    assert "That time cannot be kept for you" in alone.browser.press("Ask for this time").text
    assert alone.put(BookingRequested) == []


def test_after_its_minutes_she_can_still_ask_and_the_facility_decides(rosa: Rosa) -> None:
    rosa.choose()
    held = rosa.last(HoldRequested)
    rosa.desk.clock.advance(timedelta(minutes=10))
    page = rosa.browser.open(f"{TIMES}/book?hold={held.visit_id}").text
    assert OVER in page
    assert "is kept for you until" not in page
    rosa.browser.press("Ask for this time")
    assert rosa.last(BookingRequested).visit_id == held.visit_id


def test_a_time_given_back_in_one_window_and_booked_in_another_is_asked_for_anew(
    rosa: Rosa,
) -> None:
    rosa.choose()
    page = rosa.browser.page
    rosa.browser.press("Choose another time")
    rosa.browser.page = page
    rosa.browser.press("Book this visit")
    assert rosa.last(BookingRequested).visit_id != rosa.last(HoldRequested).visit_id
    assert rosa.last(BookingRequested).slot == rosa.last(HoldRequested).slot


def test_one_visitor_keeps_one_time_at_once_whomever_she_visits(rosa: Rosa) -> None:
    rosa.desk.approve(rosa.visitor, approval_id="approval-2", inmate="Ana Ruiz")
    rosa.choose()
    first = rosa.last(HoldRequested)
    rosa.browser.open("/people/cook/approval-2")
    rosa.browser.press("3:00\u00a0PM")
    assert rosa.last(HoldRequested).approval_id == "approval-2"
    assert [one.visit_id for one in rosa.put(CancelRequested)] == [first.visit_id]
    with rosa.desk.store.read() as connection:
        standing = holds.standing_for(connection, rosa.visitor.visitor_id, NOON)
    assert [one.visit_id for one in standing] == [rosa.last(HoldRequested).visit_id]


def test_a_hold_is_found_only_beside_the_person_it_is_for(rosa: Rosa) -> None:
    rosa.desk.approve(rosa.visitor, approval_id="approval-2", inmate="Ana Ruiz")
    rosa.choose()
    held = rosa.last(HoldRequested)
    other = f"/people/cook/approval-2/book?hold={held.visit_id}"
    assert rosa.browser.open(other).status_code == 404


def test_an_answer_that_comes_after_all_revives_nothing(alone: Rosa) -> None:
    alone.choose()
    given_back = alone.last(HoldRequested)
    alone.browser.press("Choose another time")
    alone.desk.decide_hold(given_back)
    alone.browser.open(f"{TIMES}/book?hold={given_back.visit_id}")
    assert alone.browser.path == TIMES
    alone.choose()
    booked = alone.last(HoldRequested)
    alone.browser.press("Ask for this time")
    alone.desk.decide_hold(booked, TAKEN)
    alone.browser.open(f"{TIMES}/book?hold={booked.visit_id}")
    assert alone.browser.path == f"/visits/{booked.visit_id}"


def test_what_lapsed_by_itself_is_not_given_back(rosa: Rosa) -> None:
    rosa.choose()
    rosa.desk.clock.advance(timedelta(minutes=10))
    rosa.choose("12:00\u00a0PM")
    assert rosa.put(CancelRequested) == []


def test_nobody_can_leaf_through_the_calendar_by_keeping_times(
    rosa: Rosa, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 5
    monkeypatch.setitem(LIMITS, Attempt.HOLD, Limit(most, timedelta(hours=1)))
    for number in range(most):
        rosa.choose(("3:00\u00a0PM", "12:00\u00a0PM")[number % 2])
        assert rosa.browser.path == f"{TIMES}/book"
    refused = rosa.choose("3:00\u00a0PM" if most % 2 == 0 else "12:00\u00a0PM")
    assert refused.status_code == 409
    assert "Wait an hour" in refused.text
    assert len(rosa.put(HoldRequested)) == most
    rosa.desk.clock.advance(timedelta(hours=1))
    assert rosa.choose("12:00\u00a0PM").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slot", "tomorrow"),
        ("slot", "2026-11-23T21:00:00/2026-11-23T21:30:00"),
        ("slot", "2026-11-23T21:30:00+00:00/2026-11-23T21:00:00+00:00"),
        ("slot", "2026-11-23T17:00:00+00:00/2026-11-23T17:30:00+00:00"),
        ("kind", "clergy"),
        ("channel", "telepathy"),
        ("with", "stranger"),
    ],
)
def test_a_form_that_no_page_of_ours_made_keeps_nothing(rosa: Rosa, field: str, value: str) -> None:
    rosa.browser.open(TIMES)
    slot = f"{AT_THREE.isoformat()}/{(AT_THREE + timedelta(minutes=30)).isoformat()}"
    fields = {"kind": "family", "channel": "remote", "with": "", "slot": slot, field: value}
    answer = rosa.browser.send(fields, to=f"{TIMES}/hold")
    assert answer.status_code == 409
    assert rosa.put(HoldRequested) == []


def test_another_visitors_hold_is_not_there(rosa: Rosa) -> None:
    rosa.choose()
    held = rosa.last(HoldRequested)
    mateo = rosa.desk.visitor("Mateo Ruiz", "mateo@example.org")
    rosa.desk.approve(mateo, approval_id="approval-9")
    his = rosa.desk.signed_in(mateo)
    address = "/people/cook/approval-9"
    assert his.open(f"{address}/book?hold={held.visit_id}").status_code == 404
    his.open("/home")
    assert his.send({"hold": held.visit_id}, to=f"{address}/book").status_code == 404
    his.open("/home")
    assert his.send({"hold": held.visit_id}, to=f"{address}/release").status_code == 404
    assert rosa.put(CancelRequested) == []


def test_another_facility_or_another_visitors_answer_decides_nothing(alone: Rosa) -> None:
    alone.choose()
    held = alone.last(HoldRequested)
    until = NOON + timedelta(minutes=10)
    answer = HoldDecided(visit_id=held.visit_id, visitor_id="mateo", held_until=until, refusals=())
    alone.desk.deliver(answer)
    assert NOT_KEPT in check_page(alone)


def told(held: HoldRequested, status: VisitStatus, cause: Cause | None = None) -> VisitState:
    return VisitState(
        visit_id=held.visit_id,
        revision=2,
        visitor_id=held.visitor_id,
        approval_id=held.approval_id,
        kind=VisitKind.FAMILY,
        channel=VisitChannel.REMOTE,
        slot=held.slot,
        status=status,
        cause=cause,
    )


def test_a_time_that_was_only_kept_never_looks_like_a_visit(rosa: Rosa) -> None:
    rosa.choose()
    held = rosa.last(HoldRequested)
    rosa.desk.deliver(VisitChanged(visit=told(held, VisitStatus.HELD), at=NOON))
    assert "You have no visits coming up" in rosa.home()
    rosa.browser.open(f"{TIMES}/book?hold={held.visit_id}")
    rosa.browser.press("Choose another time")
    cancelled = told(held, VisitStatus.CANCELLED, Cause.VISITOR_CANCELLED)
    rosa.desk.deliver(VisitChanged(visit=cancelled, at=NOON))
    assert "You have no past visits" in rosa.browser.open("/history").text
    assert rosa.browser.open(f"/visits/{held.visit_id}").status_code == 404


def test_a_kept_time_that_the_facility_takes_back_says_so_with_others(rosa: Rosa) -> None:
    rosa.choose()
    held = rosa.last(HoldRequested)
    other = half_hour(NOON + timedelta(days=3))
    lockdown = told(held, VisitStatus.CANCELLED, Cause.LOCKDOWN)
    rosa.desk.deliver(VisitChanged(visit=lockdown, alternatives=(other,), at=NOON))
    page = check_page(rosa)
    assert "That time cannot be kept for you" in page
    assert "Thursday, November 26, 12:00\u00a0PM" in page


def test_holds_are_forgotten_after_a_day(rosa: Rosa) -> None:
    rosa.choose()
    held = rosa.last(HoldRequested)
    address = f"{TIMES}/book?hold={held.visit_id}"
    keeper = Housekeeping(rosa.desk.store, rosa.desk.clock)
    keeper.tidy()
    assert rosa.browser.open(address).status_code == 200
    rosa.desk.clock.advance(timedelta(days=1))
    keeper.tidy()
    assert rosa.desk.signed_in(rosa.visitor).open(address).status_code == 404
