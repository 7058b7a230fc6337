"""One visit's page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ops_console import store
from ops_console.rules.failures import FailureKind
from ops_console.rules.whose_side import Blame
from ops_console.store import audit, quality, visits
from ops_console.usecases import change_rules, judge_failures
from ops_console.web.layout.times import WallClock
from ops_console.web.visit.quality import picture_of
from ops_console.web.visit.rows import history_rows, reason_text, stop_for
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk
from tests.harness.officers_forms import words_of
from visits.clock import FacilityTime
from visits.lifecycle import Actor, VisitEvent
from visits.messages import PORTAL, BookingRequested, QualityTold, Sample, kiosk_device
from visits.model import Cause, Slot, VisitKind, VisitStatus

WALL = WallClock(FacilityTime("America/Chicago"))


def status(desk: Desk, visit_id: str) -> tuple[VisitStatus, Cause | None]:
    with desk.console.readers.read() as db:
        visit = visits.visit(db, visit_id)
    assert visit
    return visit.status, visit.cause


def ask(
    desk: Desk, visit_id: str, approval: str, visitor: str, wall: tuple[int, int, int, int]
) -> VisitStatus:
    """A visitor asks for half an hour; how the visit stands then."""
    start = datetime(2026, *wall, tzinfo=ZoneInfo("America/Chicago"))
    desk.hand_in(
        BookingRequested(
            visit_id=visit_id,
            visitor_id=visitor,
            approval_id=approval,
            kind=VisitKind.SOCIAL,
            slot=Slot(starts_at=start, ends_at=start + timedelta(minutes=30)),
            asked_at=desk.clock.now(),
        )
    )
    return status(desk, visit_id)[0]


def test_the_history_tells_who_what_when_and_why_in_one_piece(desk: Desk) -> None:
    with desk.console.readers.read() as db:
        rows = history_rows(visits.history(db, "t09"), {"c1": "Terminal C1"}, WALL)
    assert [(row.time_words, row.mark.word, row.who) for row in rows] == [
        ("14:00:00", "Asked for", "Visitor"),
        ("14:00:00", "Booked", "Console"),
        ("13:50:00", "Checked in", "Inmate"),
        ("14:00:00", "Visitor admitted", "Visitor"),
        ("14:00:00", "Connected", "Terminal C1"),
        ("14:03:00", "Connection lost", "Terminal C1"),
    ]
    assert [row.day_words for row in rows] == ["Sat Nov 21", "", "Mon Nov 23", "", "", ""]
    assert rows[-1].why == "The line was lost"


def test_a_report_that_did_not_count_is_shown_and_marked(desk: Desk) -> None:
    desk.happens("t01", VisitEvent.CONNECT, Actor.KIOSK)
    with desk.console.readers.read() as db:
        last = history_rows(visits.history(db, "t01"), {}, WALL)[-1]
    assert not last.counted
    assert last.doubt.startswith("Did not count")


def test_what_an_officer_may_do_follows_the_lifecycle() -> None:
    offered = {it: stop.event if (stop := stop_for(it)) else None for it in VisitStatus}
    assert offered[VisitStatus.BOOKED] is VisitEvent.CANCEL
    assert offered[VisitStatus.WAITING] is VisitEvent.CANCEL
    assert offered[VisitStatus.IN_PROGRESS] is VisitEvent.END
    assert offered[VisitStatus.INTERRUPTED] is VisitEvent.END
    assert not any(offered[it] for it in VisitStatus if it.over)


def test_a_reason_is_a_choice_or_words_or_both() -> None:
    reasons = ("Lockdown",)
    assert reason_text("Lockdown", "", reasons) == "Lockdown"
    assert reason_text("Lockdown", " unit  B ", reasons) == "Lockdown: unit B"
    assert reason_text("other", "a flood", reasons) == "a flood"
    assert reason_text("made up", "", reasons) == ""


def test_cancelling_needs_a_reason_and_a_second_step(desk: Desk, officer: Officer) -> None:
    none = officer.post("/visits/t13/stop", reason="other", more="  ")
    assert none.status_code == 422
    assert "Choose a reason or write one." in none.text
    asked = officer.post("/visits/t13/stop", reason="Lockdown or emergency", more="Unit B")
    assert "Cancel this visit?" in asked.text
    assert status(desk, "t13")[0] is VisitStatus.BOOKED
    reason = re.search(r'name="reason" value="([^"]+)"', asked.text)
    assert reason
    done = officer.post("/visits/t13/stop/confirmed", event="cancel", reason=reason[1])
    assert done.headers["location"] == "/visits/t13"
    assert status(desk, "t13") == (VisitStatus.CANCELLED, Cause.OFFICER_CANCELLED)
    page = officer.get("/visits/t13").text
    assert "The visit is cancelled and the visitor has been told." in page
    assert "Lockdown or emergency: Unit B" in page
    assert "Officer Sgt. M. Reyes" in page
    with desk.console.readers.read() as db:
        assert audit.about(db, "visit", "t13")[-1].verb == "cancel"


def test_a_running_visit_is_ended_and_not_cancelled(desk: Desk, officer: Officer) -> None:
    asked = officer.post("/visits/t07/stop", reason="Visiting rules were broken")
    assert "End this visit?" in asked.text
    officer.post("/visits/t07/stop/confirmed", event="end", reason="Visiting rules were broken")
    assert status(desk, "t07") == (VisitStatus.ENDED, Cause.OFFICER_ENDED)


def test_a_visit_that_began_meanwhile_is_not_stopped_in_another_way(
    desk: Desk, officer: Officer
) -> None:
    desk.happens("t10", VisitEvent.CONNECT, Actor.KIOSK)
    answer = officer.post("/visits/t10/stop/confirmed", event="cancel", reason="Lockdown")
    assert "The visit changed while you were deciding" in answer.text
    assert "End this visit?" in answer.text
    assert status(desk, "t10")[0] is VisitStatus.IN_PROGRESS


def test_a_visit_that_is_over_stays_as_it_is(desk: Desk, officer: Officer) -> None:
    before = status(desk, "t01")
    officer.post("/visits/t01/stop/confirmed", event="end", reason="too late")
    page = officer.get("/visits/t01").text
    assert "Nothing was changed" in page
    assert "This visit is over" in page
    assert status(desk, "t01") == before


def test_an_empty_reason_is_refused_even_when_the_first_step_is_skipped(
    desk: Desk, officer: Officer
) -> None:
    answer = officer.post("/visits/t13/stop/confirmed", event="cancel", reason=" ")
    assert answer.status_code == 409
    assert "Write the reason first" in answer.text
    assert status(desk, "t13")[0] is VisitStatus.BOOKED


def test_what_people_wrote_is_never_taken_for_markup(desk: Desk, officer: Officer) -> None:
    evil = "<script>alert(1)</script><img src=x>"
    asked = officer.post("/visits/t13/stop", reason="other", more=evil)
    officer.post("/visits/t13/stop/confirmed", event="cancel", reason=evil)
    for html in (asked.text, officer.get("/visits/t13").text):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_both_sides_are_told_that_nothing_is_recorded(officer: Officer) -> None:
    assert "This visit is not recorded." in officer.get("/visits/t07").text


def test_the_page_tells_how_with_whom_and_in_which_session(desk: Desk, officer: Officer) -> None:
    party = words_of(officer.get("/visits/t13"))
    assert "Comes along Mai Nguyen Tom Nguyen" in party
    assert "How From home" in party
    assert "How Video on site" in words_of(officer.get("/visits/t12"))
    asked = ask(desk, "v1-new", "p1", "v1", (11, 24, 9, 0))
    assert asked is VisitStatus.BOOKED
    assert '<a href="/rules#unit-a-1">unit-a-1</a>' in officer.get("/visits/v1-new").text


def test_a_refused_visit_shows_every_reason_with_the_rule_behind_it(
    desk: Desk, officer: Officer
) -> None:
    with desk.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    text = rules.text + "limits:\n- {id: one-a-day, most: 1, in: day}\n"
    change_rules(desk.console, "o1", text, "One a day.", based_on=rules.number)
    assert ask(desk, "v1-new", "p1", "v1", (11, 23, 15, 0)) is VisitStatus.REFUSED
    page = officer.get("/visits/v1-new")
    assert '<a href="/rules#unit-a-notice">Rule unit-a-notice</a>' in page.text
    assert '<a href="/rules#one-a-day">Rule one-a-day</a>' in page.text
    assert "one-a-day allows James Brown 1 visits" in words_of(page), "a name and no id"
    assert "This time is too soon to book." in words_of(page)


def test_a_failure_shows_whose_side_broke_a_picture_of_both_ends_and_what_it_cost(
    desk: Desk, officer: Officer
) -> None:
    now = desk.clock.now()
    for sender, frames in ((PORTAL, 340), (kiosk_device("c1"), 350)):
        sample = Sample(
            attempt="b-1",
            since=now - timedelta(seconds=30),
            until=now - timedelta(seconds=15),
            connected_at=now - timedelta(minutes=4),
            frames=frames,
            freezes=2,
            longest_freeze_ms=840,
            round_trip_ms=48,
        )
        desk.hand_in(QualityTold(visit_id="t09", sample=sample), sender)
    assert "Whose side" not in officer.get("/visits/t09").text
    desk.clock.advance(timedelta(seconds=20))
    desk.happens("t09", VisitEvent.CONNECT, Actor.KIOSK)
    desk.clock.advance(timedelta(seconds=11))
    judge_failures(desk.console)
    words = words_of(officer.get("/visits/t09"))
    assert "Whose side: Not known whose side" in words
    assert "Whose side broke" in words
    assert "Visitor's page: Connected 15 s, 2 freezes, the longest 0.8 s, round trip 48 ms" in words
    assert "<polyline" in officer.get("/visits/t09").text
    with desk.console.readers.read() as db:
        (judged,) = quality.judged(db, "t09")
    save_as_the_terminals(desk, judged)
    words = words_of(officer.get("/visits/t09"))
    assert "Whose side: The terminal" in words
    assert "Lost by the facility: 1 min 20 s" in words
    assert "The facility's side cost 1 min 20 s in 1 visit" in words_of(officer.get("/today"))


def save_as_the_terminals(desk: Desk, judged: quality.Judged) -> None:
    ended = judged.starts_at + timedelta(seconds=80)
    it = replace(judged, blame=Blame.TERMINAL, ends_at=ended)
    desk.console.writer.run(lambda db: quality.save_judged(db, it))


def test_the_picture_lies_within_the_visit_and_shades_each_failure_by_its_side() -> None:
    start = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    slot = Slot(starts_at=start, ends_at=start + timedelta(minutes=30))
    late = Sample(
        attempt="a",
        since=start + timedelta(minutes=29),
        until=start + timedelta(minutes=31),
        connected_at=start,
    )
    failed = quality.Judged(
        visit_id="t1",
        line=3,
        kind=FailureKind.INTERRUPTED,
        starts_at=start + timedelta(minutes=15),
        ends_at=None,
        blame=Blame.VISITOR_LINE,
        why="It was silent.",
        judged_at=start,
    )
    picture = picture_of(slot, [late], [], [failed], WALL)
    assert picture is not None
    page, terminal = picture.lanes
    (bar,) = page.bars
    assert bar.x + bar.width <= picture.width
    assert terminal.words == "Never connected, as far as it tells."
    (shade,) = picture.shades
    assert shade.side == "visitor"
    assert shade.x == pytest.approx((110 + 952) / 2)
    assert picture_of(slot, [], [], [], WALL) is None


def test_a_visit_beyond_what_is_free_says_by_which_limit(desk: Desk, officer: Officer) -> None:
    assert "Beyond what is free" not in officer.get("/visits/t13").text
    desk.console.writer.run(lambda db: store.charges.save(db, "t13", ("one-free",)))
    assert "Charge Beyond what is free, by one-free" in words_of(officer.get("/visits/t13"))
