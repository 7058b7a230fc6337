"""Open pages hear of changes, after the change is durable, and only of their own."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import timedelta

import pytest

from tests.harness.portal import NOON, PortalDesk
from visitor_portal.booking.live import _events
from visitor_portal.changes import Changes
from visitor_portal.session import digest
from visitor_portal.store import sessions, visits
from visits.messages import VisitChanged, VisitState
from visits.model import Slot, VisitKind, VisitStatus


def change(visitor_id: str, revision: int = 1) -> VisitChanged:
    slot = Slot(starts_at=NOON + timedelta(hours=3), ends_at=NOON + timedelta(hours=4))
    state = VisitState(
        visit_id="visit-1",
        revision=revision,
        visitor_id=visitor_id,
        approval_id="approval-1",
        kind=VisitKind.FAMILY,
        slot=slot,
        status=VisitStatus.BOOKED,
        cause=None,
    )
    return VisitChanged(visit=state, at=NOON)


def test_a_change_wakes_the_visitors_page_and_finds_it_in_the_store(desk: PortalDesk) -> None:
    rosa = desk.visitor()

    async def watch() -> bool:
        with desk.changes.listener(rosa.visitor_id) as listener:
            await asyncio.to_thread(desk.deliver, change(rosa.visitor_id))
            woken = await listener.wait(5)
            with desk.store.read() as connection:
                return woken and visits.find(connection, "visit-1", rosa.visitor_id) is not None

    assert asyncio.run(watch())


def test_somebody_elses_change_wakes_nobody_here() -> None:
    async def watch() -> bool:
        changes = Changes()
        with changes.listener("rosa") as listener:
            changes.tell("mateo")
            return await listener.wait(0.05)

    assert not asyncio.run(watch())


def test_a_change_that_is_rolled_back_wakes_nobody(desk: PortalDesk) -> None:
    rosa = desk.visitor()

    def save_half() -> None:
        with desk.store.write() as connection:
            desk.facility.post.takers[VisitChanged](connection, None, change(rosa.visitor_id))
            raise RuntimeError("the power went")

    async def watch() -> bool:
        with desk.changes.listener(rosa.visitor_id) as listener:
            with pytest.raises(RuntimeError):
                save_half()
            return await listener.wait(0.05)

    assert not asyncio.run(watch())


def test_a_stream_ends_with_its_session(desk: PortalDesk) -> None:
    rosa = desk.visitor()
    browser = desk.signed_in(rosa)
    session_digest = digest(browser.client.cookies["visitline-session"])

    async def listen() -> list[str]:
        heard = []
        stream = _events(desk.portal, rosa.visitor_id, session_digest)
        heard.append(await anext(stream))
        desk.changes.tell(rosa.visitor_id)
        heard.append(await anext(stream))
        with desk.store.write() as connection:
            sessions.end_all(connection, rosa.visitor_id)
        desk.changes.tell(rosa.visitor_id)
        heard.extend([event async for event in stream])
        return heard

    assert asyncio.run(listen()) == ["retry: 2000\n\n", "event: changed\ndata: \n\n"]


def test_a_page_fetches_its_changing_part_alone(desk: PortalDesk) -> None:
    browser = desk.signed_in(desk.visitor())
    whole = browser.open("/home").text
    part = browser.open("/home", headers={"X-Fragment": "live"}).text
    assert "<html" not in part
    assert part.strip() in whole


def test_a_visitor_can_have_eight_pages_open_and_not_nine(desk: PortalDesk) -> None:
    rosa = desk.visitor()

    async def watch() -> bool:
        with ExitStack() as pages:
            for _ in range(8):
                assert not desk.changes.full(rosa.visitor_id)
                pages.enter_context(desk.changes.listener(rosa.visitor_id))
            return desk.changes.full(rosa.visitor_id)

    assert asyncio.run(watch())
