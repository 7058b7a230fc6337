"""The portal's end of the broker with one visitor's browser behind it, played by aiortc."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from tests.harness.broker import Broker
from tests.harness.browser_peer import BrowserPeer
from tests.harness.kiosk_process import wait_for
from visits.clock import Clock
from visits.messages import (
    Bye,
    Envelope,
    JoinToken,
    KioskReady,
    Notice,
    SessionDescription,
    Signal,
    SignalFrame,
    VisitorHere,
)
from visits.model import Cause, VisitKind
from visits.signing import Purpose, Signed
from visits.sync.link import Link

N = TypeVar("N", bound=Notice)
T = TypeVar("T")


class PortalLine:
    """Says that the visitor is here, hands offers over, and keeps what the kiosk says."""

    def __init__(self, broker: Broker, clock: Clock, terminal_id: str = "a1") -> None:
        self._key = broker.signing_key()
        self._terminal_id = terminal_id
        self.facility_id = broker.facility_id
        self.link = Link(broker.settings("portal"), broker.facility_id, "portal", clock, "test")
        self.heard: list[Signal] = []
        self._news = threading.Condition()
        self.link.listen(self.link.topics.signal_to_portal(terminal_id), self._on_signal)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self.link.start()
        self._thread.start()
        wait_for(lambda: self.link.connected, "the portal's link")

    def stop(self) -> None:
        self.link.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def token(self, visit_id: str, join_id: str, **changed: Any) -> Signed:
        """Leave to join from a minute ago until an hour from now."""
        now = datetime.now(UTC)
        given = JoinToken(
            facility_id=self.facility_id,
            join_id=join_id,
            visit_id=visit_id,
            visitor_id="visitor-1",
            terminal_id=self._terminal_id,
            kind=VisitKind.FAMILY,
            issued_at=now,
            not_before=now - timedelta(minutes=1),
            not_after=now + timedelta(hours=1),
        )
        return self._key.sign(Purpose.JOIN, given.model_copy(update=changed))

    def say(self, signal: Signal) -> None:
        topic = self.link.topics.signal_to_kiosk(self._terminal_id)
        self.link.send(topic, SignalFrame(signal=signal))

    def here(self, visit_id: str, join_id: str, token: Signed) -> None:
        self.say(VisitorHere(visit_id=visit_id, join_id=join_id, token=token))

    def hang_up(self, visit_id: str, join_id: str) -> None:
        self.say(Bye(visit_id=visit_id, join_id=join_id, cause=Cause.VISITOR_HUNG_UP))

    def meet(self, ready: KioskReady, peer: BrowserPeer) -> None:
        """Make the offer that the kiosk is ready for, and take its answer."""
        names = {
            "visit_id": ready.visit_id,
            "join_id": ready.join_id,
            "attempt": ready.attempt,
        }
        offer = self.run(peer.offer())
        self.say(SessionDescription(type="offer", sdp=offer, **names))
        answer = self.wait_for(
            SessionDescription, lambda said: said.attempt == ready.attempt, within_s=20
        )
        self.run(peer.take_answer(answer.sdp))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """On the browser's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def wait_for(
        self,
        kind: type[N],
        which: Callable[[N], bool] = lambda _: True,
        within_s: float = 10.0,
    ) -> N:
        """The first signal of `kind` that fits, said already or soon."""

        def found() -> N | None:
            fitting = (said for said in self.heard if isinstance(said, kind) and which(said))
            return next(fitting, None)

        with self._news:
            self._news.wait_for(lambda: found() is not None, within_s)
            said = found()
        assert said is not None, f"the kiosk said {self.heard}"
        return said

    def _on_signal(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        if isinstance(notice, SignalFrame):
            with self._news:
                self.heard.append(notice.signal)
                self._news.notify_all()
