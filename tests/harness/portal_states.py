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

from tests.harness.portal import NOON, PortalDesk, half_hour
from tests.harness.until import eventually
from visitor_portal.store import access, mailbox, visits
from visitor_portal.store.visitors import Visitor
from visits.messages import (
    AccessRequested,
    BookingDecided,
    CancelRequested,
    FailuresTold,
    HoldRequested,
    Notice,
    TimeOffered,
    TimesAsked,
    VisitChanged,
    VisitState,
    WaitingChanged,
    WaitingState,
)
from visits.model import (
    Cause,
    CompanionDetails,
    Lost,
    Refusal,
    RefusalCode,
    Side,
    Slot,
    Standing,
    VisitChannel,
    VisitKind,
    VisitStatus,
    new_id,
)
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


CHILDREN = (("leo", "Leo Delgado"), ("mia", "Mia Delgado"))
NEVER, UNTOLD, TAKEN = "approval-never", "approval-untold", "approval-taken"
"""Approvals without times, without an answer, and with times that are gone when chosen."""


def furnish(desk: PortalDesk) -> None:
    """Rosa and Mateo, and everything that can have happened to her."""
    rosa = desk.visitor()
    desk.visitor("Mateo Ruiz", "mateo@example.org")
    desk.approve(rosa, kinds=(VisitKind.FAMILY, VisitKind.SOCIAL), companions=CHILDREN)
    desk.approve(rosa, approval_id=NEVER, inmate="Carlos Medina")
    desk.approve(rosa, approval_id=UNTOLD, inmate="Jorge Medina")
    desk.approve(rosa, approval_id=TAKEN, inmate="Ruth Amador")
    desk.approve(
        rosa,
        approval_id="approval-2",
        inmate="Ana Maria Villanueva",
        active=False,
        reason="Her lawyer asked for a pause until December 1.",
    )
    desk.open_times(*_two_weeks(), channels=tuple(VisitChannel))
    _let_the_console_answer(desk)
    _ask_everybody(desk, rosa)
    _have_visits(desk, rosa)
    _be_changed(desk, rosa)
    _wait(desk, rosa)


def _let_the_console_answer(desk: PortalDesk) -> None:
    """Questions and holds, in a way that hangs on the approval."""
    free = [half_hour(at) for at in _two_weeks()[1:]]
    call = Refusal(code=RefusalCode.VISITOR_MAY_NOT, text="")
    gone = Refusal(code=RefusalCode.NO_PLACE_FREE, text="")

    def hear(notice: Notice) -> None:
        if not isinstance(notice, TimesAsked) or notice.approval_id == UNTOLD:
            return
        never = notice.approval_id == NEVER
        desk.answer(notice, *(() if never else free), refusals=(call,) if never else ())

    decided: set[str] = set()

    def fetch() -> None:
        for asked in desk.waiting():
            if not isinstance(asked, HoldRequested) or asked.visit_id in decided:
                continue
            decided.add(asked.visit_id)
            if asked.approval_id == TAKEN:
                desk.decide_hold(asked, gone, alternatives=tuple(free[7:10]))
            elif asked.approval_id != UNTOLD:
                desk.decide_hold(asked)

    desk.facility.line.hears, desk.facility.post.fetches = hear, fetch


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
            companions=_children() if hours_ago == 0 else (),
            asked_at=NOON - timedelta(hours=hours_ago),
        )
        with desk.store.write() as connection:
            access.ask(connection, "cook", asked)
        if hours_ago == 1:
            reason = "The photo of your ID cannot be read. Take a new one and ask again."
            desk.answer_access(asked, approved=False, reason=reason)
    with desk.store.write() as connection:
        access.mark_undelivered(connection, "request-2")


def _children() -> tuple[CompanionDetails, ...]:
    return tuple(
        CompanionDetails(
            person_id=person_id, full_name=name, born_on=NOON.date(), relationship="nephew or niece"
        )
        for person_id, name in CHILDREN
    )


def _have_visits(desk: PortalDesk, rosa: Visitor) -> None:
    taken = Refusal(code=RefusalCode.NO_PLACE_FREE, text="")
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
            others = tuple(half_hour(at) for at in _two_weeks()[12:15])
            desk.deliver(
                BookingDecided(visit=state, refusals=refusals, alternatives=others, decided_at=NOON)
            )
        else:
            desk.deliver(VisitChanged(visit=state, at=NOON))
        if cause is Cause.LINE_LOST:
            desk.deliver(_what_was_lost(state))
    _still_open(desk, rosa, state)


def _what_was_lost(state: VisitState) -> FailuresTold:
    """The facility's side failed twice, then the visitor's own."""
    start = state.slot.starts_at
    lost = tuple(
        Lost(
            since=start + timedelta(minutes=since),
            until=start + timedelta(minutes=since, seconds=140),
            side=side,
        )
        for since, side in ((4, Side.FACILITY), (11, Side.FACILITY), (20, Side.VISITOR))
    )
    return FailuresTold(
        visit_id=state.visit_id, visitor_id=state.visitor_id, lost=lost, at=state.slot.ends_at
    )


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


def _be_changed(desk: PortalDesk, rosa: Visitor) -> None:
    """One visit moved, one cancelled with others to choose, one in person with the children."""
    others = tuple(half_hour(at) for at in _two_weeks()[20:23])
    moved, lost, there = (
        _state(rosa, NOON + timedelta(hours=hours), VisitStatus.BOOKED, None)
        for hours in (122, 146, 170)
    )
    there = there.model_copy(
        update={"channel": VisitChannel.IN_PERSON, "companions": ("leo", "mia")}
    )
    for state in (moved, lost, there):
        desk.deliver(VisitChanged(visit=state, at=NOON))
    later = half_hour(NOON + timedelta(hours=125))
    moved = moved.model_copy(update={"revision": 2, "slot": later})
    reason = "The terminal of this unit is being repaired in the morning."
    desk.deliver(VisitChanged(visit=moved, reason=reason, at=NOON))
    ended = {"revision": 2, "status": VisitStatus.CANCELLED, "cause": Cause.LOCKDOWN}
    lost = lost.model_copy(update=ended)
    desk.deliver(VisitChanged(visit=lost, alternatives=others, at=NOON))


def _wait(desk: PortalDesk, rosa: Visitor) -> None:
    """One place on the list, one with a time to take, one that ended."""
    limit = Refusal(code=RefusalCode.LIMIT_REACHED, text="")
    offer = TimeOffered(
        visit_id="offered",
        slot=half_hour(NOON + timedelta(days=1, hours=2)),
        held_until=NOON + timedelta(hours=4, minutes=10),
    )
    places: tuple[tuple[Standing, TimeOffered | None, tuple[Refusal, ...]], ...] = (
        (Standing.WAITING, None, ()),
        (Standing.OFFERED, offer, ()),
        (Standing.ENDED, None, (limit,)),
    )
    for number, (standing, offered, refusals) in enumerate(places):
        state = WaitingState(
            waiting_id=f"wait-{number}",
            revision=1,
            visitor_id=rosa.visitor_id,
            approval_id="approval-1",
            kind=VisitKind.FAMILY,
            companions=("leo",),
            first_day=NOON.date(),
            last_day=NOON.date() + timedelta(days=14 + number),
            standing=standing,
            offer=offered,
            refusals=refusals,
        )
        desk.deliver(WaitingChanged(waiting=state, at=NOON))


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
