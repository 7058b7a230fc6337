"""A visitor learns what a visit lost and on whose side; nobody is blamed without reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.harness.portal import FacilityDouble, PortalDesk
from tests.harness.rosa import Rosa
from visits.messages import BookingRequested, FailuresTold
from visits.model import Cause, Lost, Side, VisitStatus

OURS = "The facility&#39;s side failed. You did nothing wrong."
YOURS = "Your connection was lost, or the page of the visit was closed."
NOBODYS = "The line was lost. It could not be told on which side."


@pytest.fixture
def rosa(desk: PortalDesk) -> Rosa:
    return Rosa(desk)


@pytest.fixture
def over(rosa: Rosa) -> BookingRequested:
    asked = rosa.book()
    rosa.told(asked, VisitStatus.BOOKED)
    rosa.told(asked, VisitStatus.ENDED, revision=2, cause=Cause.LINE_LOST)
    return asked


def tell(rosa: Rosa, asked: BookingRequested, *lost: Lost, visitor_id: str = "") -> None:
    rosa.desk.deliver(
        FailuresTold(
            visit_id=asked.visit_id,
            visitor_id=visitor_id or asked.visitor_id,
            lost=lost,
            at=rosa.desk.clock.now(),
        )
    )


def lost(since: datetime, side: Side, seconds: int | None = 140) -> Lost:
    until = None if seconds is None else since + timedelta(seconds=seconds)
    return Lost(since=since, until=until, side=side)


def test_the_facilitys_fault_is_called_so_on_the_visit_and_in_the_history(
    rosa: Rosa, over: BookingRequested
) -> None:
    tell(rosa, over, lost(over.slot.starts_at + timedelta(minutes=5), Side.FACILITY))
    page = rosa.visit_page(over)
    assert OURS in page
    assert ":05:00" in page
    assert ":07:20" in page
    assert "The facility counts the minutes that its side cost you." in page
    assert OURS in rosa.browser.open("/history").text
    rosa.browser.open("/language/es")
    assert "Falló el lado del centro. Usted no hizo nada mal." in rosa.visit_page(over)


def test_a_lost_connection_of_the_visitors_is_told_without_a_promise(
    rosa: Rosa, over: BookingRequested
) -> None:
    tell(rosa, over, lost(over.slot.starts_at, Side.VISITOR))
    page = rosa.visit_page(over)
    assert YOURS in page
    assert OURS not in page
    assert "counts the minutes" not in page
    assert OURS not in rosa.browser.open("/history").text


def test_what_could_not_be_told_blames_nobody_and_what_lasts_has_no_end(
    rosa: Rosa, over: BookingRequested
) -> None:
    tell(rosa, over, lost(over.slot.starts_at, Side.UNKNOWN, seconds=None))
    page = rosa.visit_page(over)
    assert NOBODYS in page
    assert "Since " in page


def test_a_later_word_replaces_the_earlier_one(rosa: Rosa, over: BookingRequested) -> None:
    tell(rosa, over, lost(over.slot.starts_at, Side.VISITOR))
    tell(rosa, over, lost(over.slot.starts_at, Side.FACILITY))
    page = rosa.visit_page(over)
    assert OURS in page
    assert YOURS not in page
    tell(rosa, over)
    assert "What went wrong" not in rosa.visit_page(over)


def test_a_word_about_anothers_visit_changes_nothing(rosa: Rosa, over: BookingRequested) -> None:
    tell(rosa, over, lost(over.slot.starts_at, Side.VISITOR), visitor_id="somebody-else")
    assert "What went wrong" not in rosa.visit_page(over)


def test_a_word_of_another_facility_changes_nothing(tmp_path: Path) -> None:
    cook = FacilityDouble("cook", "Cook County Jail", "America/Chicago")
    lake = FacilityDouble("lake", "Lake County Jail", "America/New_York")
    with PortalDesk(tmp_path, (cook, lake)) as desk:
        rosa = Rosa(desk)
        asked = rosa.book()
        rosa.told(asked, VisitStatus.BOOKED)
        word = FailuresTold(
            visit_id=asked.visit_id,
            visitor_id=asked.visitor_id,
            lost=(lost(asked.slot.starts_at, Side.VISITOR),),
            at=desk.clock.now(),
        )
        desk.deliver(word, lake)
        assert "What went wrong" not in rosa.visit_page(asked)
        desk.deliver(word)
        assert "What went wrong" in rosa.visit_page(asked)
