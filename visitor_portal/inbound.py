"""What facilities tell: answers, changes, calendars, presence. Each becomes one store change.

A facility speaks for itself alone: whatever it says is applied to rows of that facility.
"""

from __future__ import annotations

import logging

from sqlalchemy import Connection

from visitor_portal.changes import Changes
from visitor_portal.portal import Facility, Portal
from visitor_portal.store import access, after_commit, calendars, holds, receipts, visits, waiting
from visits.messages import (
    PORTAL,
    AccessDecided,
    AccessRequested,
    ApprovalChanged,
    BookingDecided,
    BookingRequested,
    CancelRequested,
    Envelope,
    FailuresTold,
    HoldDecided,
    HoldRequested,
    Notice,
    Parcel,
    PublicCalendar,
    ReceiptIssued,
    TimesTold,
    VisitChanged,
    WaitingChanged,
    WaitingRequested,
)
from visits.model import FacilityId, Refusal, RefusalCode, VisitorId, VisitStatus

_log = logging.getLogger(__name__)


class Inbound:
    """The handlers of one facility's line."""

    def __init__(self, portal: Portal, facility: Facility) -> None:
        self._portal = portal
        self._facility = facility

    def register(self) -> None:
        """To be called before the line starts."""
        self._facility.post.takes(AccessDecided, self.access_decided)
        self._facility.post.takes(ApprovalChanged, self.approval_changed)
        self._facility.post.takes(BookingDecided, self.booking_decided)
        self._facility.post.takes(VisitChanged, self.visit_changed)
        self._facility.post.takes(FailuresTold, self.failures_told)
        self._facility.post.takes(HoldDecided, self.hold_decided)
        self._facility.post.takes(WaitingChanged, self.waiting_changed)
        self._facility.post.takes(ReceiptIssued, self.receipt_issued)
        topics = self._facility.topics
        self._facility.line.listen(topics.calendar("+"), self.calendar)
        self._facility.line.listen(topics.answer(PORTAL), self.times_told)

    def access_decided(
        self, connection: Connection, _envelope: Envelope, decided: AccessDecided
    ) -> None:
        access.decide(connection, self._facility.id, decided)
        if decided.approval is not None:
            access.apply(connection, self._facility.id, decided.approval, "")
        self._tell(connection, decided.visitor_id)

    def approval_changed(
        self, connection: Connection, _envelope: Envelope, changed: ApprovalChanged
    ) -> None:
        if access.apply(connection, self._facility.id, changed.approval, changed.reason):
            self._tell(connection, changed.approval.visitor_id)

    def booking_decided(
        self, connection: Connection, _envelope: Envelope, decided: BookingDecided
    ) -> None:
        if visits.decide(connection, self._facility.id, decided):
            self._tell(connection, decided.visit.visitor_id)

    def visit_changed(
        self, connection: Connection, _envelope: Envelope, changed: VisitChanged
    ) -> None:
        if self._only_held(connection, changed) or visits.change(
            connection, self._facility.id, changed
        ):
            self._tell(connection, changed.visit.visitor_id)

    def _only_held(self, connection: Connection, changed: VisitChanged) -> bool:
        """Whether it tells of a time that was only ever held: no visit, for a visitor's eyes."""
        state, facility_id = changed.visit, self._facility.id
        if state.status is VisitStatus.HELD:
            return visits.find(connection, state.visit_id, state.visitor_id) is None
        if not state.status.over or not holds.known(connection, facility_id, state.visit_id):
            return False
        holds.take_back(connection, facility_id, state.visit_id, changed.alternatives)
        return True

    def failures_told(
        self, connection: Connection, _envelope: Envelope, told: FailuresTold
    ) -> None:
        if visits.keep_lost(connection, self._facility.id, told):
            self._tell(connection, told.visitor_id)

    def hold_decided(
        self, connection: Connection, _envelope: Envelope, decided: HoldDecided
    ) -> None:
        if holds.decide(connection, self._facility.id, decided):
            self._tell(connection, decided.visitor_id)
            key = (self._facility.id, decided.visit_id)
            after_commit(connection, lambda: self._portal.replies.came(key))

    def waiting_changed(
        self, connection: Connection, _envelope: Envelope, changed: WaitingChanged
    ) -> None:
        if waiting.apply(connection, self._facility.id, changed.waiting, changed.at):
            self._tell(connection, changed.waiting.visitor_id)

    def receipt_issued(
        self, connection: Connection, _envelope: Envelope, issued: ReceiptIssued
    ) -> None:
        """Kept as it is: its visitor checks it, not this website."""
        receipts.keep(connection, self._facility.id, issued, self._portal.clock.now())
        self._tell(connection, issued.visitor_id)

    def calendar(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        if not isinstance(notice, PublicCalendar):
            return
        with self._portal.store.write() as connection:
            if calendars.apply(connection, self._facility.id, notice):
                after_commit(connection, self._portal.told_times.forget_all)
                after_commit(connection, self._portal.changes.tell_everyone)

    def times_told(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        """Nothing is saved: whoever asked is waiting for it."""
        if isinstance(notice, TimesTold):
            self._portal.replies.came((self._facility.id, notice.question_id), notice)

    def _tell(self, connection: Connection, visitor_id: VisitorId) -> None:
        after_commit(connection, lambda: self._portal.told_times.forget(visitor_id))
        after_commit(connection, lambda: self._portal.changes.tell(visitor_id))


class Undelivered:
    """What happens to a visitor's wish that its facility never took."""

    def __init__(self, changes: Changes, facility_id: FacilityId) -> None:
        self._changes = changes
        self._facility_id = facility_id

    def __call__(self, connection: Connection, parcel: Parcel) -> None:
        """Runs in the transaction that moves the parcel aside."""
        match parcel:
            case BookingRequested():
                visits.refuse_unanswered(connection, parcel.visit_id, _EXPIRED)
                self._tell(connection, parcel.visitor_id)
            case CancelRequested():
                visits.forget_cancel(connection, parcel.visit_id)
                self._tell(connection, parcel.visitor_id)
            case HoldRequested():
                holds.mark_unanswered(connection, parcel.visit_id)
                self._tell(connection, parcel.visitor_id)
            case WaitingRequested():
                ended = parcel.asked_at + parcel.lives_for
                waiting.end_unanswered(connection, parcel.waiting_id, _NOBODY_LOOKS, ended)
                self._tell(connection, parcel.visitor_id)
            case AccessRequested():
                access.mark_undelivered(connection, parcel.request_id)
                self._tell(connection, parcel.visitor.visitor_id)
            case _:
                _log.info("%s for %s was not delivered", type(parcel).__name__, self._facility_id)

    def _tell(self, connection: Connection, visitor_id: VisitorId) -> None:
        after_commit(connection, lambda: self._changes.tell(visitor_id))


_NOBODY_LOOKS = Refusal(
    code=RefusalCode.REQUEST_EXPIRED,
    text="The facility did not answer in time. Ask again.",
)
_EXPIRED = Refusal(
    code=RefusalCode.REQUEST_EXPIRED,
    text="The facility did not answer in time, so nothing is booked. Choose a time again.",
)
