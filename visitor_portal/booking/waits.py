"""The waiting list: wait for a time on some days, take the one that is offered, or leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from visitor_portal.booking.bookings import already, book
from visitor_portal.booking.choice import Choice
from visitor_portal.booking.holding import NOT_ALLOWED, changed
from visitor_portal.portal import Portal
from visitor_portal.store import attempts, mailbox, waiting
from visitor_portal.store.access import Approval
from visitor_portal.store.attempts import Attempt
from visitor_portal.store.visitors import Visitor
from visitor_portal.store.waiting import Wait
from visitor_portal.words import mark
from visits.clock import FacilityTime
from visits.errors import VisitorMustAct
from visits.messages import BookingRequested, WaitingLeft, WaitingRequested
from visits.model import VisitId, VisitorId, WaitingId, new_id

LONGEST = timedelta(days=27)
USUAL = timedelta(days=14)
MOST_WAITS = 6
"""Places one visitor may have at once, all facilities together."""

TOO_MANY = mark("You are waiting for six times already. Stop one of these waits first.")
TOO_OFTEN = mark("You have joined the waiting list very often. Wait an hour, then try again.")
OFFER_OVER = mark("That time is no longer kept for you. Look at the open times.")


class Days(NamedTuple):
    """First and last day, both included."""

    first: date
    last: date


def choosable_days(now: datetime, at: FacilityTime) -> list[date]:
    """The facility's days that can be waited for."""
    return [at.day(now) + timedelta(days=number) for number in range(LONGEST.days + 1)]


def parse_days(
    fields: Mapping[str, str], now: datetime, at: FacilityTime
) -> tuple[Days | None, dict[str, str]]:
    """The days, or one sentence for each field that will not do."""
    days = {day.isoformat(): day for day in choosable_days(now, at)}
    first, last = days.get(fields.get("first_day", "")), days.get(fields.get("last_day", ""))
    if first is None:
        return None, {"first_day": mark("Choose the first day.")}
    if last is None or last < first:
        return None, {"last_day": mark("Choose a last day that is not before the first one.")}
    return Days(first, last), {}


def start_waiting(
    portal: Portal, visitor: Visitor, approval: Approval, choice: Choice, days: Days
) -> WaitingId:
    """The place's id, once wish and parcel are saved; the same wish twice is one place.

    Raises `VisitorMustAct` without leave to visit or with too many places.
    """
    now, wanted = portal.clock.now(), choice.wanted(visitor.visitor_id, approval)
    with portal.store.write() as connection:
        waits = [one for one in _of(connection, visitor) if one.going_on]
        for one in waits:
            same = (one.facility_id, one.wanted) == (approval.facility_id, wanted)
            if same and Days(one.first_day, one.last_day) == days:
                return one.waiting_id
        _check(connection, visitor.visitor_id, approval, len(waits), now)
        asked = WaitingRequested(
            waiting_id=new_id(),
            first_day=days.first,
            last_day=days.last,
            asked_at=now,
            **dict(wanted),
        )
        waiting.ask(connection, approval.facility_id, asked)
        mailbox.put(connection, asked, approval.facility_id, now)
        changed(portal, connection, approval.facility_id, visitor.visitor_id)
    return asked.waiting_id


def _of(connection: Connection, visitor: Visitor) -> list[Wait]:
    return list(waiting.of_visitor(connection, visitor.visitor_id))


def _check(
    connection: Connection, who: VisitorId, approval: Approval, waits: int, now: datetime
) -> None:
    if not approval.active:
        raise VisitorMustAct(NOT_ALLOWED)
    if waits >= MOST_WAITS:
        raise VisitorMustAct(TOO_MANY)
    if attempts.spent(connection, Attempt.WAITING, who, now):
        raise VisitorMustAct(TOO_OFTEN)
    attempts.note(connection, Attempt.WAITING, who, now)


def take_offer(portal: Portal, visitor: Visitor, waiting_id: WaitingId) -> VisitId:
    """Asks for the offered time under the id of the offer; the visit's id. Twice asks once.

    Raises `VisitorMustAct` when nothing is offered any more, else as `book_held`.
    """
    now = portal.clock.now()
    with portal.store.write() as connection:
        wait = waiting.find(connection, waiting_id, visitor.visitor_id)
        if wait is None or wait.offer is None:
            raise VisitorMustAct(OFFER_OVER)
        offer, who = wait.offer, visitor.visitor_id
        known = already(connection, who, wait.facility_id, wait.wanted, offer.slot)
        if known:
            return known
        if wait.offered(now) is None:
            raise VisitorMustAct(OFFER_OVER)
        asked = BookingRequested(
            visit_id=offer.visit_id, slot=offer.slot, asked_at=now, **dict(wait.wanted)
        )
        book(portal, connection, wait.facility_id, asked)
        waiting.mark_taken(connection, waiting_id)
    return offer.visit_id


def leave(portal: Portal, visitor: Visitor, waiting_id: WaitingId) -> None:
    """No longer waits, nor wants what was offered; told once, however often it is pressed."""
    now = portal.clock.now()
    with portal.store.write() as connection:
        wait = waiting.find(connection, waiting_id, visitor.visitor_id)
        if wait is not None and wait.going_on:
            parcel = WaitingLeft(waiting_id=waiting_id, visitor_id=visitor.visitor_id, asked_at=now)
            waiting.mark_left(connection, waiting_id, now)
            mailbox.put(connection, parcel, wait.facility_id, now)
            changed(portal, connection, wait.facility_id, visitor.visitor_id)
