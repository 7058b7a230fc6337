"""Rosa, approved, in front of open times; what she presses and what her facility answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from httpx import Response

from tests.harness.portal import NOON, Browser, PortalDesk
from visitor_portal.store.visitors import Visitor
from visits.messages import (
    BookingDecided,
    BookingRequested,
    HoldRequested,
    Parcel,
    VisitChanged,
    VisitState,
)
from visits.model import Cause, Refusal, Slot, VisitStatus

P = TypeVar("P", bound=Parcel)

TIMES = "/people/cook/approval-1"
AT_THREE = NOON + timedelta(hours=3)
TOMORROW = NOON + timedelta(days=1)


class Rosa:
    """Her facility keeps every time that she chooses, until a test says otherwise."""

    def __init__(self, desk: PortalDesk, **approval: object) -> None:
        self.desk = desk
        self.visitor: Visitor = desk.visitor()
        desk.approve(self.visitor, **approval)  # type: ignore[arg-type]
        self.slots: list[Slot] = desk.open_times(AT_THREE, TOMORROW)
        desk.answer_with(*self.slots)
        desk.keep_holds()
        self.browser: Browser = desk.signed_in(self.visitor)

    def choose(self, time: str = "3:00\u00a0PM", query: str = "") -> Response:
        """Presses an open time; the page to check it."""
        self.browser.open(TIMES + query)
        return self.browser.press(time)

    def book(self) -> BookingRequested:
        self.choose()
        self.browser.press("Book this visit")
        return self.last(BookingRequested)

    def put(self, kind: type[P]) -> list[P]:
        """The parcels of one kind that wait for the facility."""
        return [one for one in self.desk.waiting() if isinstance(one, kind)]

    def last(self, kind: type[P]) -> P:
        return self.put(kind)[-1]

    def told(
        self,
        asked: BookingRequested,
        status: VisitStatus,
        *refusals: Refusal,
        revision: int = 1,
        cause: Cause | None = None,
        alternatives: tuple[Slot, ...] = (),
    ) -> None:
        """The facility's answer to a request, or (a later revision) a change."""
        state, now = state_of(asked, status, revision, cause), self.desk.clock.now()
        if revision == 1:
            answer = BookingDecided(
                visit=state, refusals=refusals, alternatives=alternatives, decided_at=now
            )
            self.desk.deliver(answer)
        else:
            self.desk.deliver(VisitChanged(visit=state, alternatives=alternatives, at=now))

    def changed(
        self, asked: BookingRequested, revision: int, reason: str = "", **changes: object
    ) -> None:
        """The facility moves or cancels a booked visit."""
        alternatives = changes.pop("alternatives", ())
        state = state_of(asked, VisitStatus.BOOKED, revision).model_copy(update=changes)
        self.desk.deliver(
            VisitChanged(
                visit=state,
                reason=reason,
                alternatives=alternatives,
                at=self.desk.clock.now(),
            )
        )

    def visit_page(self, asked: BookingRequested | HoldRequested) -> str:
        return self.browser.open(f"/visits/{asked.visit_id}").text

    def home(self) -> str:
        return self.browser.open("/home").text


def state_of(
    asked: BookingRequested, status: VisitStatus, revision: int, cause: Cause | None = None
) -> VisitState:
    return VisitState(
        visit_id=asked.visit_id,
        revision=revision,
        visitor_id=asked.visitor_id,
        approval_id=asked.approval_id,
        kind=asked.kind,
        channel=asked.channel,
        companions=asked.companions,
        slot=asked.slot,
        status=status,
        cause=cause,
    )
