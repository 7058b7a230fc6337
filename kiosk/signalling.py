"""What visitor and kiosk say to one another about the line between them.

A visitor is believed only with a join token that the console signed for this facility, this
terminal, this visit and this hour, and of several joins only the newest.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kiosk.session.effects import CloseCall, OpenCall, SayBye, TellVisitor
from kiosk.session.events import Event, VisitorHeard, VisitorHungUp, VisitorLeft
from visits.clock import Clock
from visits.errors import SignatureRefused
from visits.messages import (
    Bye,
    Envelope,
    JoinToken,
    KioskReady,
    Notice,
    SessionDescription,
    Signal,
    SignalFrame,
    TerminalNotice,
    VisitorHere,
)
from visits.model import Cause, Id, TerminalId, VisitId
from visits.short_code import commitment
from visits.signing import KeyRing, Purpose
from visits.sync.link import Link

GONE_AFTER_S = 6.0
"""A visitor's page says every two seconds that it is there; three in a row are missed."""

DISPLACED = "This visit was opened in another window. Go on there."
NOT_ADMITTED = "The facility did not let this window in. Open the visit again."
OVER = "This visit is over."

_logger = logging.getLogger(__name__)


class TakesOffers(Protocol):
    """The part of a call service that signalling hands offers to."""

    def take_offer(self, attempt: str, sdp: str) -> None: ...


class AdmitsJoins(Protocol):
    """The part of a store that knows the newest join of each visit."""

    def admit_join(self, token: JoinToken) -> bool: ...


@dataclass
class _AtDoor:
    """A visitor who was let in, and when they were last heard (monotonic seconds)."""

    join_id: Id
    token: JoinToken
    heard_at: float


class Signalling:
    """Listens on the link's thread; everything it says goes out at once or not at all."""

    def __init__(
        self,
        link: Link,
        *,
        keys: KeyRing,
        terminal_id: TerminalId,
        joins: AdmitsJoins,
        call: TakesOffers,
        clock: Clock,
        post: Callable[[Event], None],
    ) -> None:
        self.refused = 0
        self._link = link
        self._keys = keys
        self._terminal_id = terminal_id
        self._joins = joins
        self._call = call
        self._clock = clock
        self._post = post
        self._lock = threading.RLock()
        self._at_door: dict[VisitId, _AtDoor] = {}
        self._open: OpenCall | None = None
        self._line_up_since = float("-inf")

    def start(self) -> None:
        """Listen, from the next connection on if the link is down."""
        self._link.on_connected(self._line_up)
        self._link.listen(self._link.topics.signal_to_kiosk(self._terminal_id), self._heard)

    def watch(self) -> None:
        """Notice who has gone; call it often. Silence of a dead line proves nothing."""
        now = self._clock.monotonic()
        if not self._link.connected or now - self._line_up_since < GONE_AFTER_S:
            return
        with self._lock:
            gone = [
                (visit_id, visitor)
                for visit_id, visitor in self._at_door.items()
                if now - visitor.heard_at >= GONE_AFTER_S
            ]
            for visit_id, visitor in gone:
                del self._at_door[visit_id]
                self._post(VisitorLeft(visit_id, visitor.join_id))

    # --- saying

    def open(self, call: OpenCall) -> None:
        """From now on take offers of this attempt; `ready` tells the page to make one."""
        with self._lock:
            self._open = call

    def ready(self, attempt: str, own_fingerprint: str) -> None:
        """The open attempt has its certificate: commit to it and ask for the page's offer."""
        call = self._open
        if call is None or call.attempt != attempt:
            return
        self._say(
            KioskReady(
                visit_id=call.visit_id,
                join_id=call.join_id,
                attempt=call.attempt,
                ends_at=call.ends_at,
                commitment=commitment(own_fingerprint),
            )
        )

    def close(self, call: CloseCall) -> None:
        with self._lock:
            if self._open is not None and self._open.attempt == call.attempt:
                self._open = None

    def answer(self, attempt: str, sdp: str) -> None:
        """Send the answer to the open attempt's offer; of another attempt, drop it."""
        call = self._open
        if call is None or call.attempt != attempt:
            return
        self._say(
            SessionDescription(
                type="answer",
                visit_id=call.visit_id,
                join_id=call.join_id,
                attempt=attempt,
                sdp=sdp,
            )
        )

    def tell(self, what: TellVisitor) -> None:
        self._say(
            TerminalNotice(
                visit_id=what.visit_id, join_id=what.join_id, word=what.word, text=what.text
            )
        )

    def bye(self, what: SayBye) -> None:
        text = "" if what.cause else OVER
        self._say(Bye(visit_id=what.visit_id, join_id=what.join_id, cause=what.cause, text=text))

    def _say(self, signal: Signal) -> None:
        topic = self._link.topics.signal_to_portal(self._terminal_id)
        self._link.send(topic, SignalFrame(signal=signal))

    # --- hearing

    def _line_up(self) -> None:
        self._line_up_since = self._clock.monotonic()

    def _heard(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        if not isinstance(notice, SignalFrame):
            return
        match notice.signal:
            case VisitorHere():
                self._visitor_here(notice.signal)
            case Bye():
                self._visitor_says_bye(notice.signal)
            case SessionDescription(type="offer"):
                self._offer(notice.signal)
            case _:
                self.refused += 1

    def _visitor_here(self, here: VisitorHere) -> None:
        token = self._believed(here)
        if token is None:
            self._turn_away(here, NOT_ADMITTED)
            return
        with self._lock:
            before = self._at_door.get(here.visit_id)
            known = before is not None and before.token == token
            if not known and not self._joins.admit_join(token):
                self._turn_away(here, DISPLACED)
                return
            self._at_door[here.visit_id] = _AtDoor(here.join_id, token, self._clock.monotonic())
        if before is not None and before.join_id != here.join_id:
            self._displace(here.visit_id, before.join_id)
        self._post(VisitorHeard(here.visit_id, here.join_id))

    def _believed(self, here: VisitorHere) -> JoinToken | None:
        """The token, if it gives leave for just this."""
        try:
            token = self._keys.open(here.token, Purpose.JOIN, JoinToken)
        except SignatureRefused as problem:
            _logger.warning("a join token is not believed: %s", problem)
            return None
        asked = (self._link.topics.facility_id, self._terminal_id, here.visit_id, here.join_id)
        given = (token.facility_id, token.terminal_id, token.visit_id, token.join_id)
        in_time = token.not_before <= self._clock.now() < token.not_after
        return token if asked == given and in_time else None

    def _turn_away(self, here: VisitorHere, text: str) -> None:
        self.refused += 1
        self._say(Bye(visit_id=here.visit_id, join_id=here.join_id, cause=None, text=text))

    def _displace(self, visit_id: VisitId, join_id: Id) -> None:
        self._say(Bye(visit_id=visit_id, join_id=join_id, cause=None, text=DISPLACED))

    def _visitor_says_bye(self, bye: Bye) -> None:
        with self._lock:
            visitor = self._at_door.get(bye.visit_id)
            if visitor is None or visitor.join_id != bye.join_id:
                self.refused += 1
                return
            del self._at_door[bye.visit_id]
        hung_up = bye.cause is Cause.VISITOR_HUNG_UP
        said = VisitorHungUp if hung_up else VisitorLeft
        self._post(said(bye.visit_id, bye.join_id))

    def _offer(self, offer: SessionDescription) -> None:
        call = self._open
        asked = (offer.visit_id, offer.join_id, offer.attempt)
        if call is None or asked != (call.visit_id, call.join_id, call.attempt):
            self.refused += 1
            return
        self._call.take_offer(offer.attempt, offer.sdp)
