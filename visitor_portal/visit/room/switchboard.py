"""Who sits where: brings what consoles and terminals say to the page it concerns.

Handlers run on the links' threads; seats live on the web's event loop. This is their one
crossing.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass

from visitor_portal.visit.room.attendance import Attendance
from visitor_portal.visit.room.browser_words import FromPage
from visits.errors import MessageRefused
from visits.messages import Envelope, JoinDecided, Notice, Signal, SignalFrame, terminal_of
from visits.model import FacilityId, Id, TerminalId, VisitId, VisitorId


@dataclass(frozen=True)
class Decided:
    """The console answered a join."""

    decision: JoinDecided


@dataclass(frozen=True)
class FromTerminal:
    """A terminal's signal, its sender checked against the topic it came on."""

    terminal_id: TerminalId
    signal: Signal


@dataclass(frozen=True)
class PageSaid:
    """A parsed message of the page."""

    said: FromPage


@dataclass(frozen=True)
class Due:
    """Two seconds have passed."""


@dataclass(frozen=True)
class Displaced:
    """The same visit was opened in another window."""


@dataclass(frozen=True)
class Gone:
    """The page's line is closed; `code` says how we close it, None when it is closed."""

    code: int | None = None


Event = Decided | FromTerminal | PageSaid | Due | Displaced | Gone


class Seat:
    """One open WebSocket: its attendance, and what it has yet to hear. Made on its loop."""

    MOST_UNHEARD = 128

    def __init__(self, facility_id: FacilityId, attendance: Attendance) -> None:
        self.facility_id = facility_id
        self.attendance = attendance
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[Event] = asyncio.Queue(self.MOST_UNHEARD)

    def post(self, event: Event) -> None:
        """From any thread. A seat that does not listen any more misses it."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, event)

    def _put(self, event: Event) -> None:
        if not self._events.full():
            self._events.put_nowait(event)

    async def next(self) -> Event:
        """The next thing that happened, in order."""
        return await self._events.get()


class Switchboard:
    """At most one seat for each visit; the latest comer has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seats: dict[VisitId, Seat] = {}
        self._left: dict[VisitId, Attendance] = {}

    def attendance(self, visit_id: VisitId, visitor_id: VisitorId, page_id: Id) -> Attendance:
        """The attendance that this very page left behind, or a new one."""
        with self._lock:
            seat = self._seats.get(visit_id)
            former = seat.attendance if seat is not None else self._left.get(visit_id)
        if former is not None and former.is_of(visitor_id, page_id):
            return former
        return Attendance(visit_id, visitor_id, page_id)

    def take(self, seat: Seat) -> None:
        """Sits down; whoever sat there is displaced."""
        visit_id = seat.attendance.visit_id
        with self._lock:
            former = self._seats.get(visit_id)
            self._seats[visit_id] = seat
            self._left.pop(visit_id, None)
        if former is not None:
            same_page = former.attendance is seat.attendance
            former.post(Gone() if same_page else Displaced())

    def leave(self, seat: Seat) -> None:
        """Stands up. What the page had is kept in case it comes back."""
        visit_id = seat.attendance.visit_id
        with self._lock:
            if self._seats.get(visit_id) is not seat:
                return
            del self._seats[visit_id]
            if not seat.attendance.finished:
                self._left[visit_id] = seat.attendance
                self._forget_oldest()

    def _forget_oldest(self, most: int = 10_000) -> None:
        while len(self._left) > most:
            del self._left[next(iter(self._left))]

    def decided(self, facility_id: FacilityId, decision: JoinDecided) -> None:
        """A facility's console answered a join."""
        self._post(facility_id, decision.visit_id, Decided(decision))

    def from_terminal(self, facility_id: FacilityId, envelope: Envelope, notice: Notice) -> None:
        """A facility's terminal signals. Raises `MessageRefused` when no terminal is speaking."""
        if not isinstance(notice, SignalFrame):
            raise MessageRefused(f"Expected a signal, got {envelope.type}.")
        terminal_id = terminal_of(envelope.sender)
        signal = notice.signal
        self._post(facility_id, signal.visit_id, FromTerminal(terminal_id, signal))

    def _post(self, facility_id: FacilityId, visit_id: VisitId, event: Event) -> None:
        with self._lock:
            seat = self._seats.get(visit_id)
        if seat is not None and seat.facility_id == facility_id:
            seat.post(event)
