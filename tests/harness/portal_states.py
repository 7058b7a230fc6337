"""A portal in which every state of every page can be found, served on a free port.

Rosa has everything, Mateo has just signed up. Both have `PASSWORD`.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import uvicorn

from tests.harness.portal import NOON, PortalDesk
from tests.harness.until import eventually
from visitor_portal.store import access, mailbox, visits
from visitor_portal.store.visitors import Visitor
from visits.messages import (
    AccessRequested,
    BookingDecided,
    CancelRequested,
    VisitChanged,
    VisitState,
)
from visits.model import Cause, Refusal, RefusalCode, Slot, VisitKind, VisitStatus, new_id
from visits.sealing import seal


@contextmanager
def served(desk: PortalDesk) -> Iterator[str]:
    """The address at which the desk's pages are served."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(desk.web, log_level="warning", timeout_graceful_shutdown=3)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        eventually(lambda: server.started, "the portal is served")
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            desk.changes.close()
            server.should_exit = True
            thread.join()


def furnish(desk: PortalDesk) -> None:
    """Rosa and Mateo, and everything that can have happened to her."""
    rosa = desk.visitor()
    desk.visitor("Mateo Ruiz", "mateo@example.org")
    desk.approve(rosa, kinds=(VisitKind.FAMILY, VisitKind.SOCIAL))
    desk.approve(
        rosa,
        approval_id="approval-2",
        inmate="Ana Maria Villanueva",
        active=False,
        reason="Her lawyer asked for a pause until December 1.",
    )
    desk.open_times(*_two_weeks())
    _ask_everybody(desk, rosa)
    _have_visits(desk, rosa)


def _two_weeks() -> list[datetime]:
    hours = (1, 1.5, 2, 3, 3.5, 5, 6, 7.5)
    return [
        NOON + timedelta(days=day, hours=hour)
        for day in range(14)
        for hour in hours[: 3 + (day * 5) % 6]
        if day % 4 != 2
    ]


def _ask_everybody(desk: PortalDesk, rosa: Visitor) -> None:
    wishes = (("2026-0318", "Ortega"), ("2026-0522", "Delgado"), ("2025-1107", "Ramirez"))
    for hours_ago, (number, last_name) in enumerate(wishes):
        asked = AccessRequested(
            request_id=f"request-{hours_ago}",
            visitor=rosa.details,
            id_document=seal(b"x", "image/jpeg", {"cook": desk.facility.reviewer.public}),
            inmate_number=number,
            inmate_last_name=last_name,
            relationship="sister",
            kind=VisitKind.FAMILY,
            asked_at=NOON - timedelta(hours=hours_ago),
        )
        with desk.store.write() as connection:
            access.ask(connection, "cook", asked)
        if hours_ago == 1:
            reason = "The photo of your ID cannot be read. Take a new one and ask again."
            desk.answer_access(asked, approved=False, reason=reason)
    with desk.store.write() as connection:
        access.mark_undelivered(connection, "request-2")


def _have_visits(desk: PortalDesk, rosa: Visitor) -> None:
    taken = Refusal(code=RefusalCode.NO_TERMINAL_FREE, text="")
    other = Refusal(code=RefusalCode.VISITOR_ALREADY_BOOKED, text="")
    ahead: tuple[tuple[float, VisitStatus, Cause | None, tuple[Refusal, ...]], ...] = (
        (0.2, VisitStatus.WAITING, None, ()),
        (26, VisitStatus.BOOKED, None, ()),
        (51, VisitStatus.REFUSED, None, (taken, other)),
        (75, VisitStatus.CANCELLED, Cause.OFFICER_CANCELLED, ()),
        (-48, VisitStatus.ENDED, Cause.TIME_UP, ()),
        (-200, VisitStatus.NO_SHOW, Cause.INMATE_DID_NOT_COME, ()),
        (-400, VisitStatus.ENDED, Cause.LINE_LOST, ()),
        (98, VisitStatus.BOOKED, None, ()),
    )
    for hours, status, cause, refusals in ahead:
        state = _state(rosa, NOON + timedelta(hours=hours), status, cause)
        if refusals:
            desk.deliver(BookingDecided(visit=state, refusals=refusals, decided_at=NOON))
        else:
            desk.deliver(VisitChanged(visit=state, at=NOON))
    _still_open(desk, rosa, state)


def _still_open(desk: PortalDesk, rosa: Visitor, booked: VisitState) -> None:
    """One visit being cancelled, one only asked for."""
    who = rosa.visitor_id
    parcel = CancelRequested(visit_id=booked.visit_id, visitor_id=who, asked_at=NOON)
    with desk.store.write() as connection:
        visits.mark_cancel_asked(connection, booked.visit_id, NOON)
        mailbox.put(connection, parcel, "cook", NOON)
    asked = _state(rosa, NOON + timedelta(hours=27), VisitStatus.REQUESTED, None)
    with desk.store.write() as connection:
        visits.apply(connection, "cook", asked.model_copy(update={"revision": 0}))


def _state(
    rosa: Visitor, starts_at: datetime, status: VisitStatus, cause: Cause | None
) -> VisitState:
    return VisitState(
        visit_id=new_id(),
        revision=1,
        visitor_id=rosa.visitor_id,
        approval_id="approval-1",
        kind=VisitKind.FAMILY,
        slot=Slot(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30)),
        status=status,
        cause=cause,
    )
