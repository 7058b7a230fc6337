"""Visits that the rules let be booked only when an officer has said yes."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ops_console import store
from ops_console.store.visits import Visit
from ops_console.usecases import change_rules
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk
from tests.harness.officers_forms import words_of
from visits.messages import BookingDecided, BookingRequested
from visits.model import Slot, VisitKind, VisitStatus

NINE = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
ASKED = "- {id: yes-first, kinds: [family], approval: [officer]}\n"


@pytest.fixture
def held(desk: Desk) -> str:
    """Linda Nguyen asks for a family visit with both children; it waits for an officer."""
    with desk.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    change_rules(desk.console, "o1", rules.text + ASKED, "Officers look.", based_on=rules.number)
    desk.hand_in(
        BookingRequested(
            visit_id="n1",
            visitor_id="v4",
            approval_id="p4",
            kind=VisitKind.FAMILY,
            companions=("c1", "c2"),
            slot=Slot(starts_at=NINE, ends_at=NINE + timedelta(minutes=30)),
            asked_at=desk.clock.now(),
        )
    )
    assert visit(desk).status is VisitStatus.HELD
    return "n1"


def visit(desk: Desk) -> Visit:
    with desk.console.readers.read() as db:
        found = store.visits.visit(db, "n1")
    assert found
    return found


def told(desk: Desk) -> BookingDecided:
    """What the portal was told last of the visit."""
    waiting = desk.console.mailbox.pending(desk.clock.now())
    opened = [one.envelope.open() for one in waiting]
    return [one for one in opened if isinstance(one, BookingDecided)][-1]


def test_it_is_listed_today_whatever_its_day(desk: Desk, officer: Officer, held: str) -> None:
    page = officer.get("/today")
    said = words_of(page)
    assert "Waiting for your decision 1 visit" in said
    assert "Wed Nov 25, 09:00 to 09:30 Peter Nguyen 104101 Linda Nguyen +2 Family" in said
    assert "Waiting for your decision" not in words_of(officer.get("/today?day=2026-11-24"))


def test_one_press_books_it_tells_the_portal_and_names_the_officer(
    desk: Desk, officer: Officer, held: str
) -> None:
    done = officer.post(f"/visits/{held}/approve", **{"from": "today"})
    assert done.headers["location"] == "/today"
    booked = visit(desk)
    assert (booked.status, booked.waits_for, booked.held_until) == (VisitStatus.BOOKED, "", None)
    assert booked.terminal_id in {"b1", "b2"}
    assert booked.session == "unit-b-1"
    assert told(desk).visit.status is VisitStatus.BOOKED
    with desk.console.readers.read() as db:
        line = store.audit.about(db, "visit", held)[-1]
    assert (line.verb, line.subject_id) == ("approve", "o1")
    assert "Waiting for your decision" not in words_of(officer.get("/today"))
    assert "Waiting for your decision" not in words_of(officer.get(f"/visits/{held}"))


def test_refusing_needs_a_reason_for_the_record_and_frees_the_time(
    desk: Desk, officer: Officer, held: str
) -> None:
    bare = officer.post(f"/visits/{held}/refuse", reason=" ")
    assert bare.status_code == 422
    assert "Write the reason." in bare.text
    officer.post(f"/visits/{held}/refuse", reason="The children's mother objects.")
    refused = visit(desk)
    assert (refused.status, refused.terminal_id) == (VisitStatus.REFUSED, None)
    (refusal,) = told(desk).refusals
    assert "mother" not in refusal.text, "the visitor is not told the officer's reason"
    page = words_of(officer.get(f"/visits/{held}"))
    assert "An officer refused it: The children's mother objects." in page
    with desk.console.readers.read() as db:
        line = store.audit.about(db, "visit", held)[-1]
    assert (line.verb, line.details["reason"]) == ("refuse", "The children's mother objects.")


def test_notice_that_ran_out_while_it_waited_does_not_stand_against_it(
    desk: Desk, officer: Officer, held: str
) -> None:
    desk.clock.at = NINE - timedelta(minutes=30)
    assert officer.post(f"/visits/{held}/approve").status_code == 303
    booked = visit(desk)
    assert booked.status is VisitStatus.BOOKED
    assert booked.terminal_id is not None


def test_what_came_in_its_way_meanwhile_is_told_and_nothing_is_booked(
    desk: Desk, officer: Officer, held: str
) -> None:
    desk.console.writer.run(
        lambda db: store.facts.save_order(db, "v4", "i4", "court", desk.clock.now())
    )
    answer = officer.post(f"/visits/{held}/approve")
    assert answer.status_code == 409
    assert "This visit cannot be approved any more." in words_of(answer)
    assert visit(desk).status is VisitStatus.HELD


def test_it_is_answered_once(desk: Desk, officer: Officer, held: str) -> None:
    officer.post(f"/visits/{held}/approve")
    again = officer.post(f"/visits/{held}/refuse", reason="Too late.")
    assert again.status_code == 409
    assert "does not wait for an officer any more" in words_of(again)
    assert visit(desk).status is VisitStatus.BOOKED
    assert officer.post("/visits/t07/approve").status_code == 409
