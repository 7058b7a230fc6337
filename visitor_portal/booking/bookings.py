"""Books a time and gives it back: row and parcel in one transaction, then wake the line."""

from __future__ import annotations

from sqlalchemy import Connection

from visitor_portal.booking.holding import NOT_ALLOWED, TOO_OFTEN, changed
from visitor_portal.portal import Portal
from visitor_portal.store import access, attempts, holds, mailbox, visits
from visitor_portal.store.attempts import Attempt
from visitor_portal.store.holds import Hold, HoldStanding
from visitor_portal.store.visitors import Visitor
from visitor_portal.store.visits import PortalVisit
from visitor_portal.words import mark
from visits.errors import VisitorMustAct
from visits.lifecycle import Actor, VisitEvent, may
from visits.messages import BookingRequested, CancelRequested, TimeWanted
from visits.model import (
    FacilityId,
    Slot,
    VisitId,
    VisitorId,
    VisitStatus,
    new_id,
)

NOT_CANCELLABLE = mark("This visit can no longer be cancelled.")


def book_held(portal: Portal, visitor: Visitor, hold: Hold) -> VisitId:
    """Asks for the time that is or was kept; the visit's id, once request and parcel are saved.

    The facility decides, whether it still keeps the time or not. Pressing the button twice asks
    once. Raises `VisitorMustAct` without leave to visit, or after too many requests.
    """
    with portal.store.write() as connection:
        present = holds.find(connection, hold.visit_id, visitor.visitor_id)
        standing = present.standing if present else HoldStanding.RELEASED
        if standing is HoldStanding.BOOKED:
            return hold.visit_id
        known = already(connection, visitor.visitor_id, hold.facility_id, hold.wanted, hold.slot)
        if known:
            return known
        released = standing is HoldStanding.RELEASED
        visit_id = new_id() if released else hold.visit_id
        asked = BookingRequested(
            visit_id=visit_id,
            slot=hold.slot,
            asked_at=portal.clock.now(),
            **dict(hold.wanted),
        )
        book(portal, connection, hold.facility_id, asked)
        if not released:
            holds.mark(connection, visit_id, HoldStanding.BOOKED)
    return visit_id


def book(
    portal: Portal, connection: Connection, facility_id: FacilityId, asked: BookingRequested
) -> None:
    """Keeps a request and puts its parcel; raises as `book_held`."""
    _check(connection, facility_id, asked)
    visits.ask(connection, facility_id, asked)
    mailbox.put(connection, asked, facility_id, asked.asked_at)
    changed(portal, connection, facility_id, asked.visitor_id)


def _check(connection: Connection, facility_id: FacilityId, asked: BookingRequested) -> None:
    now, who = asked.asked_at, asked.visitor_id
    approval = access.find_approval(connection, facility_id, asked.approval_id, who)
    if approval is None or not approval.active:
        raise VisitorMustAct(NOT_ALLOWED)
    if attempts.spent(connection, Attempt.BOOKING, who, now):
        raise VisitorMustAct(TOO_OFTEN)
    attempts.note(connection, Attempt.BOOKING, who, now)


def already(
    connection: Connection,
    who: VisitorId,
    facility_id: FacilityId,
    wanted: TimeWanted,
    slot: Slot,
) -> VisitId | None:
    """The visit that this visitor has, or has asked for, with the same person at that time."""
    ours = (facility_id, wanted.approval_id, slot.starts_at)
    for visit in visits.of_visitor(connection, who):
        theirs = (visit.facility_id, visit.approval_id, visit.slot.starts_at)
        standing = visit.status is VisitStatus.REQUESTED or visit.status.holds_time
        if theirs == ours and standing and visit.cancel_asked_at is None:
            return visit.visit_id
    return None


def may_cancel(visit: PortalVisit) -> bool:
    """Whether the visitor can still give the time back."""
    return visit.cancel_asked_at is None and may(visit.status, VisitEvent.CANCEL, Actor.VISITOR)


def cancel(portal: Portal, visit: PortalVisit) -> None:
    """Asks the facility to take the time back; once, however often it is pressed.

    Raises `VisitorMustAct` when the visit is past that.
    """
    now = portal.clock.now()
    with portal.store.write() as connection:
        present = visits.find(connection, visit.visit_id, visit.visitor_id)
        if present is None or present.cancel_asked_at is not None:
            return
        if not may_cancel(present):
            raise VisitorMustAct(NOT_CANCELLABLE)
        parcel = CancelRequested(visit_id=visit.visit_id, visitor_id=visit.visitor_id, asked_at=now)
        visits.mark_cancel_asked(connection, visit.visit_id, now)
        mailbox.put(connection, parcel, visit.facility_id, now)
        changed(portal, connection, visit.facility_id, visit.visitor_id)
