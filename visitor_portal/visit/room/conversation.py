"""One open WebSocket, from sitting down to standing up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from fastapi import WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from visitor_portal.booking.reasons import refusal_texts
from visitor_portal.portal import Facility, Portal
from visitor_portal.store import visits
from visitor_portal.store.visits import PortalVisit
from visitor_portal.visit.room.allowance import Allowance
from visitor_portal.visit.room.browser_words import (
    Beat,
    FromPage,
    Looked,
    Plain,
    QualitySaid,
    Refused,
    ToPage,
    parse,
)
from visitor_portal.visit.room.joining import ask_to_join, tell_console
from visitor_portal.visit.room.steps import Ask, Effect, Finish, Send, Tell
from visitor_portal.visit.room.switchboard import (
    Decided,
    Displaced,
    Due,
    Event,
    FromTerminal,
    Gone,
    PageSaid,
    Seat,
)
from visitor_portal.words import Tongue
from visits.errors import MessageRefused
from visits.messages import Parcel, SignalFrame
from visits.model import Refusal

BEAT_S = 2.0
SILENT_S = 15.0
"""A page that answers no beat for so long is not there any more."""

NORMAL, NONSENSE, DISPLACED, SILENT, FLOODING = 1000, 4400, 4409, 4408, 4429

log = logging.getLogger(__name__)


class Conversation:
    """Hears page, terminal, console and time in one order, and carries out what follows."""

    def __init__(
        self,
        portal: Portal,
        facility: Facility,
        visit: PortalVisit,
        seat: Seat,
        *,
        socket: WebSocket,
        tongue: Tongue,
    ) -> None:
        self._portal = portal
        self._facility = facility
        self._visit = visit
        self._socket = socket
        self._seat = seat
        self._tongue = tongue
        self._allowance = Allowance()
        self._closed_by_page = False
        self._closed_with: int | None = None

    async def hold(self) -> None:
        """Until either side ends it; then the socket is closed."""
        helpers = [asyncio.create_task(self._read()), asyncio.create_task(self._count_time())]
        try:
            await self._start()
            code = await self._hear()
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
        if self._closed_by_page and not self._seat.attendance.finished:
            now = self._portal.clock.now()
            await self._keep(self._seat.attendance.witness.closed(self._closed_with, now))
        # A page that left first has closed it already.
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.close(code)

    async def _start(self) -> None:
        await self._tell(Beat(now=self._portal.clock.now()))
        await self._carry_out(self._seat.attendance.rejoined())
        self._seat.post(Due())

    async def _hear(self) -> int:
        """The code to close with."""
        while True:
            event = await self._seat.next()
            if isinstance(event, Gone):
                return event.code or NORMAL
            if isinstance(event, Displaced):
                await self._tell(Plain(type="displaced"))
                return DISPLACED
            if await self._carry_out(await self._respond(event)):
                return NORMAL
            await self._keep(self._testify(event))

    async def _respond(self, event: Event) -> list[Effect]:
        attendance, clock = self._seat.attendance, self._portal.clock
        match event:
            case Due():
                await self._tell(Beat(now=clock.now()))
                await self._look_up()
                line_up = self._facility.line.connected
                return attendance.look(self._visit, clock.now(), clock.monotonic(), line_up=line_up)
            case Decided():
                return attendance.decided(event.decision, clock.monotonic())
            case FromTerminal():
                return attendance.from_terminal(event.terminal_id, event.signal)
            case PageSaid():
                return attendance.from_page(event.said)
        return []

    def _testify(self, event: Event) -> Sequence[Parcel]:
        """What the console is to know of the page's own line."""
        attendance, clock = self._seat.attendance, self._portal.clock
        if attendance.finished or attendance.admitted is None:
            return []
        witness, now, elapsed = attendance.witness, clock.now(), clock.monotonic()
        if isinstance(event, PageSaid):
            return [*witness.heard(now, elapsed), *self._pass_on(event.said)]
        return witness.look(now, elapsed, line_up=self._facility.line.connected)

    def _pass_on(self, said: FromPage) -> Sequence[Parcel]:
        witness, clock = self._seat.attendance.witness, self._portal.clock
        match said:
            case QualitySaid():
                told = witness.sample(said.sample, clock.now(), clock.monotonic())
                return [] if told is None else [told]
            case Looked():
                hidden, elapsed = said.type == "hidden", clock.monotonic()
                return witness.seen(hidden=hidden, now=clock.now(), elapsed=elapsed)
        return []

    async def _keep(self, parcels: Sequence[Parcel]) -> None:
        if parcels:
            await run_in_threadpool(tell_console, self._portal, self._facility, parcels)

    async def _look_up(self) -> None:
        """The visit as the portal's store has it now."""

        self._visit = await run_in_threadpool(self._look)

    def _look(self) -> PortalVisit:
        known = self._visit
        with self._portal.store.read() as connection:
            return visits.find(connection, known.visit_id, known.visitor_id) or known

    async def _carry_out(self, effects: list[Effect]) -> bool:
        """True when nothing more will happen here."""
        finished = False
        for effect in effects:
            match effect:
                case Tell():
                    await self._tell(effect.message)
                case Ask():
                    await run_in_threadpool(
                        ask_to_join, self._portal, self._facility, effect.request
                    )
                case Send():
                    self._signal(effect)
                case Finish():
                    finished = True
        return finished

    def _signal(self, effect: Send) -> None:
        topic = self._facility.topics.signal_to_kiosk(effect.terminal_id)
        self._facility.line.send(topic, SignalFrame(signal=effect.signal))

    async def _tell(self, message: ToPage) -> None:
        # When the page is gone the reader notices and ends the conversation.
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.send_text(self._in_words(message).model_dump_json())

    def _in_words(self, message: ToPage) -> ToPage:
        """Refusals travel in the facility's words and are shown in the reader's."""
        if not isinstance(message, Refused):
            return message
        texts = refusal_texts(self._tongue, message.refusals)
        pairs = zip(message.refusals, texts, strict=True)
        return Refused(refusals=tuple(Refusal(code=one.code, text=text) for one, text in pairs))

    async def _count_time(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._seat.post(Due())

    async def _read(self) -> None:
        """Bounded in size and rate; the first message that is neither ends the conversation."""
        code = await self._read_until_over()
        self._closed_by_page = True
        self._seat.post(Gone(code))

    async def _read_until_over(self) -> int | None:
        try:
            while True:
                # Not wait_for: before Python 3.12 it may swallow our cancellation.
                async with asyncio.timeout(SILENT_S):
                    text = await self._socket.receive_text()
                if not self._allowance.take(self._portal.clock.monotonic()):
                    return FLOODING
                self._seat.post(PageSaid(parse(text)))
        except TimeoutError:
            return SILENT
        except MessageRefused as refused:
            log.warning("A page in the room of %s: %s", self._visit.visit_id, refused)
            return NONSENSE
        except WebSocketDisconnect as gone:
            self._closed_with = gone.code
            return None
        except (RuntimeError, KeyError):
            # KeyError: starlette's receive_text on a binary frame.
            return None
