"""What facilities tell is applied once, in order, and only to their own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.harness.portal import NOON, FacilityDouble, PortalDesk
from visitor_portal.store import access, calendars, visits
from visitor_portal.store.visitors import Visitor
from visits.messages import (
    ApprovalChanged,
    CalendarSlot,
    PublicCalendar,
    VisitChanged,
    VisitState,
    wrap,
)
from visits.model import Slot, VisitKind, VisitStatus

SLOT = Slot(starts_at=NOON + timedelta(hours=3), ends_at=NOON + timedelta(hours=3, minutes=30))


def state(visitor: Visitor, revision: int, status: VisitStatus) -> VisitState:
    return VisitState(
        visit_id="visit-1",
        revision=revision,
        visitor_id=visitor.visitor_id,
        approval_id="approval-1",
        kind=VisitKind.FAMILY,
        slot=SLOT,
        status=status,
        cause=None,
    )


def status_of(desk: PortalDesk, visitor: Visitor) -> VisitStatus | None:
    with desk.store.read() as connection:
        found = visits.find(connection, "visit-1", visitor.visitor_id)
    return found.status if found else None


def test_a_visit_the_facility_booked_by_itself_appears(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    desk.deliver(VisitChanged(visit=state(rosa, 1, VisitStatus.BOOKED), at=NOON))
    browser = desk.signed_in(rosa)
    assert "Somebody at Cook County Jail" in browser.open("/visits/visit-1").text
    desk.approve(rosa)
    assert "Luis Delgado" in browser.open("/visits/visit-1").text


def test_a_lower_revision_is_ignored(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    desk.deliver(VisitChanged(visit=state(rosa, 3, VisitStatus.CANCELLED), at=NOON))
    desk.deliver(VisitChanged(visit=state(rosa, 2, VisitStatus.BOOKED), at=NOON))
    desk.deliver(VisitChanged(visit=state(rosa, 3, VisitStatus.BOOKED), at=NOON))
    assert status_of(desk, rosa) is VisitStatus.CANCELLED


def test_a_parcel_delivered_twice_has_one_effect(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    parcel = VisitChanged(visit=state(rosa, 1, VisitStatus.BOOKED), at=NOON)
    envelope = wrap(parcel, message_id="message-1", sender="console", sent_at=NOON)
    handled: list[str] = []
    mailbox = desk.mailbox()

    def handle(_connection: object, _envelope: object, _parcel: object) -> None:
        handled.append("once")

    assert mailbox.receive(envelope, parcel, handle)
    assert not mailbox.receive(envelope, parcel, handle)
    assert handled == ["once"]


def test_a_parcel_whose_effect_fails_is_not_remembered(desk: PortalDesk) -> None:
    parcel = VisitChanged(visit=state(desk.visitor(), 1, VisitStatus.BOOKED), at=NOON)
    envelope = wrap(parcel, message_id="message-1", sender="console", sent_at=NOON)

    def fail(_connection: object, _envelope: object, _parcel: object) -> None:
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        desk.mailbox().receive(envelope, parcel, fail)
    assert desk.mailbox().receive(envelope, parcel, desk.facility.post.takers[VisitChanged])


def test_one_facility_cannot_touch_what_another_one_said(tmp_path: Path) -> None:
    cook = FacilityDouble("cook", "Cook County Jail", "America/Chicago")
    lake = FacilityDouble("lake", "Lake County Jail", "America/New_York")
    with PortalDesk(tmp_path, (cook, lake)) as desk:
        rosa = desk.visitor()
        desk.deliver(VisitChanged(visit=state(rosa, 1, VisitStatus.BOOKED), at=NOON), cook)
        desk.deliver(VisitChanged(visit=state(rosa, 9, VisitStatus.CANCELLED), at=NOON), lake)
        assert status_of(desk, rosa) is VisitStatus.BOOKED
        approval = desk.approve(rosa)
        other = approval.model_copy(update={"revision": 9, "active": False})
        desk.deliver(ApprovalChanged(approval=other, reason=""), lake)
        with desk.store.read() as connection:
            kept = access.find_approval(connection, "cook", "approval-1", rosa.visitor_id)
        assert kept is not None
        assert kept.active


def test_an_answer_of_another_facility_decides_nothing(tmp_path: Path) -> None:
    cook = FacilityDouble("cook", "Cook County Jail", "America/Chicago")
    lake = FacilityDouble("lake", "Lake County Jail", "America/New_York")
    with PortalDesk(tmp_path, (cook, lake)) as desk:
        rosa = desk.visitor()
        browser = desk.signed_in(rosa)
        browser.open("/ask")
        browser.send({"facility": "lake", "inmate_number": "1", "inmate_last_name": "D",
                      "relationship": "mother", "kind": "family"})  # fmt: skip
        desk.answer_access(desk.waiting(lake)[0])  # cook answers
        assert "We have asked the facility" in browser.open(browser.path).text


def test_a_lower_calendar_is_ignored(desk: PortalDesk) -> None:
    desk.open_times(NOON + timedelta(hours=3), revision=5)
    desk.open_times(NOON + timedelta(hours=4), revision=4)
    with desk.store.read() as connection:
        times = calendars.open_times(connection, "cook", "unit-a")
    assert times is not None
    assert [slot.starts_at for slot in times.slots] == [NOON + timedelta(hours=3)]


def test_open_times_come_in_order(desk: PortalDesk) -> None:
    late, early = NOON + timedelta(hours=5), NOON + timedelta(hours=2)
    calendar = PublicCalendar(
        unit_id="unit-a",
        unit_name="Unit A",
        revision=1,
        published_at=NOON,
        open=tuple(
            CalendarSlot(slot=Slot(starts_at=at, ends_at=at + timedelta(minutes=20)), places=2)
            for at in (late, early)
        ),
    )
    desk.publish(calendar)
    with desk.store.read() as connection:
        times = calendars.open_times(connection, "cook", "unit-a")
    assert times is not None
    assert [slot.starts_at for slot in times.slots] == [early, late]
