"""Keeps a time for the visitor while they check it: row and parcel in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from visitor_portal.booking.choice import Choice
from visitor_portal.portal import Portal, Post
from visitor_portal.store import after_commit, attempts, holds, mailbox
from visitor_portal.store.access import Approval
from visitor_portal.store.attempts import Attempt
from visitor_portal.store.holds import Hold, HoldStanding
from visitor_portal.store.visitors import Visitor
from visitor_portal.words import mark
from visits.errors import VisitorMustAct
from visits.messages import CancelRequested, HoldRequested
from visits.model import FacilityId, Slot, VisitId, VisitorId, new_id

NOT_ALLOWED = mark("The facility no longer allows you to visit this person.")
PASSED = mark("That time has already begun. Choose a later one.")
TOO_OFTEN = mark("You have asked for very many times. Wait an hour, then try again.")


def hold(
    portal: Portal, visitor: Visitor, approval: Approval, choice: Choice, slot: Slot
) -> VisitId:
    """The id of the visit that may come of it, once wish and parcel are saved.

    Pressing the button twice asks once. What was kept for the visitor before is given back.
    Raises `VisitorMustAct` without leave to visit, for a past time, or after too many wishes.
    """
    now, who = portal.clock.now(), visitor.visitor_id
    with portal.store.write() as connection:
        present = holds.standing_for(connection, who, now)
        known = next((one for one in present if _same(one, approval, choice, slot, now)), None)
        if known:
            return known.visit_id
        _check(connection, who, approval, slot, now)
        for former in present:
            _give_back(portal, connection, former)
        asked = HoldRequested(
            visit_id=new_id(),
            slot=slot,
            asked_at=now,
            **dict(choice.wanted(who, approval)),
        )
        holds.ask(connection, approval.facility_id, asked)
        mailbox.put(connection, asked, approval.facility_id, now)
        changed(portal, connection, approval.facility_id, who)
    return asked.visit_id


def _same(hold: Hold, approval: Approval, choice: Choice, slot: Slot, now: datetime) -> bool:
    theirs = (hold.facility_id, hold.approval_id, Choice.of(hold.wanted), hold.slot)
    ours = (approval.facility_id, approval.approval_id, choice, slot)
    return theirs == ours and (hold.kept(now) or hold.asked_just_now(now))


def _check(
    connection: Connection, who: VisitorId, approval: Approval, slot: Slot, now: datetime
) -> None:
    if not approval.active:
        raise VisitorMustAct(NOT_ALLOWED)
    if slot.starts_at <= now:
        raise VisitorMustAct(PASSED)
    if attempts.spent(connection, Attempt.HOLD, who, now):
        raise VisitorMustAct(TOO_OFTEN)
    attempts.note(connection, Attempt.HOLD, who, now)


def release(portal: Portal, visitor: Visitor, visit_id: VisitId) -> Hold | None:
    """Gives a kept time back, once, however often it is pressed; the hold as it was."""
    with portal.store.write() as connection:
        present = holds.find(connection, visit_id, visitor.visitor_id)
        if present is not None and present.may_stand(portal.clock.now()):
            _give_back(portal, connection, present)
    return present


def _give_back(portal: Portal, connection: Connection, former: Hold) -> None:
    now, who = portal.clock.now(), former.visitor_id
    parcel = CancelRequested(visit_id=former.visit_id, visitor_id=who, asked_at=now)
    holds.mark(connection, former.visit_id, HoldStanding.RELEASED)
    mailbox.put(connection, parcel, former.facility_id, now)
    changed(portal, connection, former.facility_id, who)


def changed(
    portal: Portal, connection: Connection, facility_id: FacilityId, who: VisitorId
) -> None:
    """After the commit: send what was put, and ask anew for times."""
    post = portal.facility(facility_id).post
    after_commit(connection, lambda: portal.told_times.forget(who))
    after_commit(connection, lambda: _wake(post))


def _wake(post: Post) -> None:
    post.wake()


def look(portal: Portal, visitor: Visitor, visit_id: VisitId) -> Hold | None:
    """The hold, if it is this visitor's; one just asked for is waited for, a moment."""
    found = find(portal, visitor, visit_id)
    if found is None:
        return None
    with portal.replies.expecting((found.facility_id, visit_id)) as reply:
        found = find(portal, visitor, visit_id)
        if found and _on_its_way(portal, found):
            reply.wait(portal.patience_s)
            found = find(portal, visitor, visit_id)
    return found


def _on_its_way(portal: Portal, hold: Hold) -> bool:
    answering = portal.facility(hold.facility_id).answering
    return answering and hold.asked_just_now(portal.clock.now())


def find(portal: Portal, visitor: Visitor, visit_id: VisitId) -> Hold | None:
    """The hold, if it is this visitor's."""
    with portal.store.read() as connection:
        return holds.find(connection, visit_id, visitor.visitor_id)
