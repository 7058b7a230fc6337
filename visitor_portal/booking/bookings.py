"""Books an open time and gives it back: row and parcel in one transaction, then wake the line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from visitor_portal.booking.times import bookable
from visitor_portal.portal import Portal
from visitor_portal.store import attempts, mailbox, visits
from visitor_portal.store.access import Approval
from visitor_portal.store.attempts import Attempt
from visitor_portal.store.visitors import Visitor
from visitor_portal.store.visits import PortalVisit
from visitor_portal.words import mark
from visits.errors import VisitorMustAct
from visits.lifecycle import Actor, VisitEvent, may
from visits.messages import BookingRequested, CancelRequested
from visits.model import Slot, VisitId, VisitKind, VisitStatus, new_id

GONE = mark("Somebody has just taken that time. Choose another one.")
NOT_ALLOWED = mark("The facility no longer allows you to visit this person.")
TOO_OFTEN = mark("You have asked for very many times. Wait an hour, then try again.")
NOT_CANCELLABLE = mark("This visit can no longer be cancelled.")


def find_slot(
    connection: Connection, approval: Approval, starts_at: datetime, now: datetime
) -> Slot | None:
    """The open time that begins at `starts_at`, if it is still open."""
    slots = bookable(connection, approval, now)
    return next((slot for slot in slots if slot.starts_at == starts_at), None)


def why_not(approval: Approval) -> str:
    """Why no open time of this approval is found."""
    return GONE if approval.active else NOT_ALLOWED


def book(
    portal: Portal, visitor: Visitor, approval: Approval, kind: VisitKind, starts_at: datetime
) -> VisitId:
    """The visit's id, once request and parcel are saved.

    Pressing the button twice asks once: while a request for the same person and time waits, or
    once it is booked, its id is returned. Raises `VisitorMustAct` when the time is gone.
    """
    now, who = portal.clock.now(), visitor.visitor_id
    with portal.store.write() as connection:
        known = _already(connection, visitor, approval, starts_at)
        if known:
            return known.visit_id
        slot = find_slot(connection, approval, starts_at, now)
        if slot is None:
            raise VisitorMustAct(why_not(approval))
        if attempts.spent(connection, Attempt.BOOKING, who, now):
            raise VisitorMustAct(TOO_OFTEN)
        attempts.note(connection, Attempt.BOOKING, who, now)
        asked = BookingRequested(
            visit_id=new_id(),
            visitor_id=who,
            approval_id=approval.approval_id,
            kind=kind,
            slot=slot,
            asked_at=now,
        )
        visits.ask(connection, approval.facility_id, asked)
        mailbox.put(connection, asked, approval.facility_id, now)
    portal.facility(approval.facility_id).post.wake()
    return asked.visit_id


def _already(
    connection: Connection, visitor: Visitor, approval: Approval, starts_at: datetime
) -> PortalVisit | None:
    wanted = (approval.facility_id, approval.approval_id, starts_at)
    for visit in visits.of_visitor(connection, visitor.visitor_id):
        theirs = (visit.facility_id, visit.approval_id, visit.slot.starts_at)
        standing = visit.status is VisitStatus.REQUESTED or visit.status.holds_time
        if theirs == wanted and standing and visit.cancel_asked_at is None:
            return visit
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
    portal.facility(visit.facility_id).post.wake()
