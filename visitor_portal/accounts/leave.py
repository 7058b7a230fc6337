"""Deletes an account: gives back booked times, forgets the person, ends all sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from visitor_portal.portal import Portal
from visitor_portal.store import (
    access,
    documents,
    holds,
    mailbox,
    sessions,
    visitors,
    visits,
    waiting,
)
from visitor_portal.store.visitors import Visitor
from visits.lifecycle import Actor, VisitEvent, may
from visits.messages import CancelRequested, WaitingLeft
from visits.model import VisitorId


def delete_account(portal: Portal, visitor: Visitor) -> None:
    """In one transaction, so that no booked time stays behind without its visitor.

    Facilities keep what they decided; their records are not this portal's to delete.
    """
    now, who = portal.clock.now(), visitor.visitor_id
    with portal.store.write() as connection:
        _give_visits_back(connection, who, now)
        _give_holds_back(connection, who, now)
        _leave_waiting_lists(connection, who, now)
        access.forget_companions(connection, who)
        documents.erase(connection, who)
        sessions.end_all(connection, who)
        visitors.erase(connection, who, now)
    for facility in portal.facilities.values():
        facility.post.wake()


def _give_visits_back(connection: Connection, who: VisitorId, now: datetime) -> None:
    for visit in visits.of_visitor(connection, who):
        if may(visit.status, VisitEvent.CANCEL, Actor.VISITOR):
            parcel = CancelRequested(visit_id=visit.visit_id, visitor_id=who, asked_at=now)
            mailbox.put(connection, parcel, visit.facility_id, now)
            visits.mark_cancel_asked(connection, visit.visit_id, now)


def _give_holds_back(connection: Connection, who: VisitorId, now: datetime) -> None:
    for hold in holds.standing_for(connection, who, now):
        parcel = CancelRequested(visit_id=hold.visit_id, visitor_id=who, asked_at=now)
        mailbox.put(connection, parcel, hold.facility_id, now)
    holds.forget_all(connection, who)


def _leave_waiting_lists(connection: Connection, who: VisitorId, now: datetime) -> None:
    for wait in waiting.of_visitor(connection, who):
        if wait.going_on:
            parcel = WaitingLeft(waiting_id=wait.waiting_id, visitor_id=who, asked_at=now)
            mailbox.put(connection, parcel, wait.facility_id, now)
    waiting.forget_all(connection, who)
