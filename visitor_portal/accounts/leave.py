"""Deletes an account: gives back booked times, forgets the person, ends all sessions."""

from __future__ import annotations

from visitor_portal.portal import Portal
from visitor_portal.store import documents, mailbox, sessions, visitors, visits
from visitor_portal.store.visitors import Visitor
from visits.lifecycle import Actor, VisitEvent, may
from visits.messages import CancelRequested


def delete_account(portal: Portal, visitor: Visitor) -> None:
    """In one transaction, so that no booked time stays behind without its visitor.

    Facilities keep what they decided; their records are not this portal's to delete.
    """
    now, who = portal.clock.now(), visitor.visitor_id
    with portal.store.write() as connection:
        for visit in visits.of_visitor(connection, who):
            if may(visit.status, VisitEvent.CANCEL, Actor.VISITOR):
                parcel = CancelRequested(visit_id=visit.visit_id, visitor_id=who, asked_at=now)
                mailbox.put(connection, parcel, visit.facility_id, now)
                visits.mark_cancel_asked(connection, visit.visit_id, now)
        documents.erase(connection, who)
        sessions.end_all(connection, who)
        visitors.erase(connection, who, now)
    for facility in portal.facilities.values():
        facility.post.wake()
