"""One visitor in one room, as a protocol: what happened in, what to do out. No I/O.

The way in: ask the console (`JoinRequested`), receive its token (`JoinDecided`), tell the
terminal every two seconds that the visitor is here (`VisitorHere`), then pass offers, answers
and goodbyes between page and terminal. An attendance outlives a dropped WebSocket, so that a
call that runs is not disturbed by it; a newly loaded page starts a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from visitor_portal.store.visits import PortalVisit
from visitor_portal.visit.room.browser_words import (
    Answered,
    Ended,
    FromPage,
    HungUp,
    LineLost,
    Offered,
    Over,
    Plain,
    Ready,
    RecordingTold,
    Refused,
    RelayNamed,
    TerminalSaid,
    ToPage,
)
from visitor_portal.visit.room.steps import Ask, Effect, Finish, Send, Tell
from visitor_portal.visit.room.witness import Witness
from visits.messages import (
    Bye,
    JoinDecided,
    JoinRequested,
    KioskReady,
    SessionDescription,
    Signal,
    TerminalNotice,
    VisitorHere,
)
from visits.model import Cause, Id, RefusalCode, TerminalId, VisitId, VisitorId, VisitStatus, new_id
from visits.relaying import Relay
from visits.signing import Signed

JOIN_OPENS = timedelta(minutes=15)
"""How long before its start a visit can be joined."""
GRACE = timedelta(seconds=5)
"""How long after the booked end the terminal may take to say so."""
ANSWER_WITHIN_S = 4.0
"""A console that has not answered a join by then is called unreachable."""
ASK_AGAIN_S = 8.0
TOO_EARLY_AGAIN_S = 5.0

PATIENCE = 2
"""Looks to wait after a goodbye without cause. A terminal sends one, too, when the visit's
time has run out under the token; the goodbye that says so follows."""

RESTARTS = frozenset({Cause.LINE_LOST, Cause.TERMINAL_RESTARTED})
"""Goodbyes after which the terminal comes back by itself while the visit's time runs."""


@dataclass(frozen=True)
class Admitted:
    """What the console's yes brought."""

    join_id: Id
    terminal_id: TerminalId
    token: Signed = field(repr=False)
    relay: Relay | None = None
    recorded: bool = False
    blurred: bool = False


@dataclass
class Attendance:
    """One page's visit to one room."""

    visit_id: VisitId
    visitor_id: VisitorId
    page_id: Id
    name_join: Callable[[], Id] = new_id
    admitted: Admitted | None = None
    finished: bool = False
    witness: Witness = field(init=False)
    _asked: list[Id] = field(default_factory=list)
    _asked_at: float | None = None
    _ask_not_before: float = 0.0
    _attempt: Id | None = None
    _cut_off: bool = False
    _doubts: int = 0

    def __post_init__(self) -> None:
        self.witness = Witness(self.visit_id)

    def is_of(self, visitor_id: VisitorId, page_id: Id) -> bool:
        """Whether this very page of this visitor may take it up again."""
        same = (self.visitor_id, self.page_id) == (visitor_id, page_id)
        return same and not self.finished

    # --- time passes ----------------------------------------------------------------------

    def look(
        self, visit: PortalVisit, now: datetime, elapsed: float, *, line_up: bool = True
    ) -> list[Effect]:
        """To be called at the start and every two seconds with the visit as the portal has it.

        `elapsed` is monotonic seconds; `line_up` is whether the facility's broker is reached.
        """
        if self.finished:
            return []
        if visit.status.over:
            return self._finish(Over(status=visit.status, cause=visit.cause))
        if now >= visit.slot.ends_at + GRACE:
            return self._finish(Over(status=VisitStatus.ENDED, cause=Cause.TIME_UP))
        if self.admitted is not None:
            ended = now >= visit.slot.ends_at
            return [] if ended else self._stay(self.admitted, line_up=line_up)
        return self._before_admission(visit, now, elapsed, line_up=line_up)

    def _stay(self, ours: Admitted, *, line_up: bool) -> list[Effect]:
        if not self._doubts:
            return self._remind(ours, line_up=line_up)
        self._doubts += 1
        return self._finish(Ended(cause=None, text="")) if self._doubts > PATIENCE else []

    def _remind(self, ours: Admitted, *, line_up: bool) -> list[Effect]:
        if not line_up:
            self._cut_off = True
            return [Tell(Plain(type="unreachable"))]
        back = [Tell(Plain(type="waiting"))] if self._cut_off else []
        self._cut_off = False
        return [*back, self._here(ours)]

    def _before_admission(
        self, visit: PortalVisit, now: datetime, elapsed: float, *, line_up: bool
    ) -> list[Effect]:
        if visit.status is VisitStatus.REQUESTED:
            return [Tell(Plain(type="asked"))]
        if now < visit.slot.starts_at - JOIN_OPENS:
            return [Tell(Plain(type="early"))]
        knock = self._knock(now, elapsed)
        return knock if line_up else [*knock, Tell(Plain(type="unreachable"))]

    def _knock(self, now: datetime, elapsed: float) -> list[Effect]:
        if elapsed < self._ask_not_before:
            return []
        waited = None if self._asked_at is None else elapsed - self._asked_at
        if waited is None or waited >= ASK_AGAIN_S:
            return self._ask(now, elapsed, first=waited is None)
        return [Tell(Plain(type="unreachable"))] if waited >= ANSWER_WITHIN_S else []

    def _ask(self, now: datetime, elapsed: float, *, first: bool) -> list[Effect]:
        join_id = self.name_join()
        self._asked.append(join_id)
        self._asked_at = elapsed
        request = JoinRequested(
            join_id=join_id, visit_id=self.visit_id, visitor_id=self.visitor_id, asked_at=now
        )
        return [*([Tell(Plain(type="joining"))] if first else []), Ask(request)]

    # --- the console answers --------------------------------------------------------------

    def decided(self, decision: JoinDecided, elapsed: float) -> list[Effect]:
        """The console's yes or no; an answer to a question we never asked changes nothing."""
        if self.finished or self.admitted is not None or decision.join_id not in self._asked:
            return []
        if decision.token is not None and decision.terminal_id is not None:
            self.admitted = Admitted(
                decision.join_id,
                decision.terminal_id,
                decision.token,
                decision.relay,
                recorded=decision.recorded,
                blurred=decision.blurred,
            )
            return self._welcome(self.admitted)
        if {refusal.code for refusal in decision.refusals} == {RefusalCode.TOO_EARLY}:
            self._asked_at, self._ask_not_before = None, elapsed + TOO_EARLY_AGAIN_S
            return [Tell(Plain(type="early"))]
        return self._finish(Refused(refusals=decision.refusals))

    def rejoined(self) -> list[Effect]:
        """The same page is back on a new WebSocket."""
        if self.finished or self.admitted is None:
            return []
        return self._welcome(self.admitted)

    def _welcome(self, ours: Admitted) -> list[Effect]:
        way = [Tell(RelayNamed(relay=ours.relay))] if ours.relay is not None else []
        told = [Tell(RecordingTold(recorded=True))] if ours.recorded else []
        told += [Tell(Plain(type="blurred"))] if ours.blurred else []
        return [*way, *told, Tell(Plain(type="waiting")), self._here(ours)]

    # --- the terminal speaks --------------------------------------------------------------

    def from_terminal(self, terminal_id: TerminalId, signal: Signal) -> list[Effect]:
        """Passes on what our terminal says to our join; all else is dropped."""
        if self.finished or not self._is_ours(terminal_id, signal):
            return []
        match signal:
            case KioskReady():
                self._attempt = signal.attempt
                return [Tell(_ready(signal))]
            case SessionDescription(type="answer") if signal.attempt == self._attempt:
                return [Tell(Answered(attempt=signal.attempt, sdp=signal.sdp))]
            case TerminalNotice():
                return [Tell(TerminalSaid(word=signal.word, text=signal.text))]
            case Bye():
                return self._goodbye(signal)
        return []

    def _is_ours(self, terminal_id: TerminalId, signal: Signal) -> bool:
        ours = self.admitted
        if ours is None:
            return False
        said = (terminal_id, signal.join_id, signal.visit_id)
        return said == (ours.terminal_id, ours.join_id, self.visit_id)

    def _goodbye(self, bye: Bye) -> list[Effect]:
        if bye.cause in RESTARTS:
            return [Tell(TerminalSaid(word="reconnecting"))]
        if bye.cause is None:
            self._doubts = max(self._doubts, 1)
            return []
        return self._finish(Ended(cause=bye.cause, text=bye.text))

    # --- the page speaks ------------------------------------------------------------------

    def from_page(self, said: FromPage) -> list[Effect]:
        """Passes on what concerns the terminal, under this join's own names."""
        ours = self.admitted
        if self.finished or ours is None:
            return []
        match said:
            case Offered() if said.attempt == self._attempt:
                return [self._send(ours, self._description(ours, said))]
            case LineLost() if said.attempt == self._attempt:
                return [self._bye(ours, Cause.LINE_LOST), self._here(ours)]
            case HungUp():
                self.finished = True
                return [self._bye(ours, Cause.VISITOR_HUNG_UP), Finish()]
        return []

    def _description(self, ours: Admitted, offer: Offered) -> SessionDescription:
        return SessionDescription(
            type="offer",
            visit_id=self.visit_id,
            join_id=ours.join_id,
            attempt=offer.attempt,
            sdp=offer.sdp,
        )

    def _here(self, ours: Admitted) -> Send:
        here = VisitorHere(visit_id=self.visit_id, join_id=ours.join_id, token=ours.token)
        return self._send(ours, here)

    def _bye(self, ours: Admitted, cause: Cause) -> Send:
        return self._send(ours, Bye(visit_id=self.visit_id, join_id=ours.join_id, cause=cause))

    @staticmethod
    def _send(ours: Admitted, signal: Signal) -> Send:
        return Send(ours.terminal_id, signal)

    def _finish(self, last: ToPage) -> list[Effect]:
        self.finished = True
        return [Tell(last), Finish()]


def _ready(said: KioskReady) -> Ready:
    return Ready(attempt=said.attempt, ends_at=said.ends_at, commitment=said.commitment)
