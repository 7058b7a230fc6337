"""A device's line to its facility's broker: kept up, greeted on, listened to.

What is handed to a link while it is down is dropped; a courier repeats what must arrive, and
retained state is sent again by whoever registered with `on_connected`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from math import ceil
from secrets import SystemRandom

from visits.clock import Clock
from visits.messages import (
    Envelope,
    Notice,
    PresenceState,
    Topics,
    encode,
    encode_written,
    wrap,
)
from visits.model import DeviceId, FacilityId, new_id
from visits.sync.connection import BrokerSettings, Events, Session, tls_context
from visits.sync.greeting import Greeting
from visits.sync.switchboard import NoticeHandler, ParcelHandler, Switchboard

__all__ = ["BrokerSettings", "Link", "NoticeHandler", "ParcelHandler"]

FIRST_RETRY_S = 0.25
LAST_RETRY_S = 2.0
"""Each wait before connecting again is random below a bound that doubles between these two,
so that a broker that comes back is neither waited for long nor met by everyone at once."""
FAREWELL_S = 2.0

_logger = logging.getLogger(__name__)


class Link:
    """MQTT 5 over TLS, connected again whenever it is lost, until `stop`.

    Every message that reaches a handler has been checked: its sender is the one that its topic
    belongs to, may say such a thing, and the topic carries such messages. Others are logged and
    counted in `refused`. `boot_id` names this run of the program.
    """

    def __init__(
        self,
        broker: BrokerSettings,
        facility_id: FacilityId,
        device: DeviceId,
        clock: Clock,
        version: str,
    ) -> None:
        self.topics = Topics(facility_id)
        self.device = device
        self.publishes_refused = 0
        self._broker = broker
        self._clock = clock
        self._greeting = Greeting(self.topics, device, clock, version)
        self._switchboard = Switchboard(self.topics)
        self._connected_callbacks: tuple[Callable[[], None], ...] = ()
        self._lost_callbacks: tuple[Callable[[], None], ...] = ()
        self._current: Session | None = None
        self._session: Session | None = None
        self._stopping = threading.Event()
        self._changing = threading.Lock()
        self._thread = threading.Thread(target=self._keep_up, name=f"link:{device}", daemon=True)

    @property
    def boot_id(self) -> str:
        return self._greeting.boot_id

    @property
    def refused(self) -> int:
        """Messages that were heard but went no further."""
        return self._switchboard.refused

    @property
    def connected(self) -> bool:
        """Whether the broker has let this device in and is still there."""
        session = self._session
        return session is not None and not session.lost.is_set()

    def start(self) -> None:
        """Begin to connect. Raises `SettingsWrong` when the PEM files cannot be used."""
        tls_context(self._broker)
        self.listen(self._greeting.topic, self._watch_own_presence)
        self._thread.start()

    def stop(self) -> None:
        """Say `STOPPED`, disconnect, and wait for the threads. Safe to repeat."""
        self._stopping.set()
        current = self._current
        if current is not None:
            current.lost.set()
        if self._thread.ident is not None:
            self._thread.join()

    def send(self, topic: str, notice: Notice, retain: bool = False) -> bool:
        """Publish `notice` now. False when it was dropped because the line is down."""
        envelope = wrap(notice, message_id=new_id(), sender=self.device, sent_at=self._clock.now())
        return self.send_envelope(topic, envelope, retain=retain)

    def send_written(
        self, topic: str, kind: type[Notice], body: str, *, retain: bool = False
    ) -> bool:
        """As `send`, of a notice of this kind that is JSON already."""
        session, now = self._session, self._clock.now()
        if session is None:
            return False
        payload = encode_written(kind, body, message_id=new_id(), sender=self.device, sent_at=now)
        return session.publish(topic, payload, retain=retain)

    def send_envelope(self, topic: str, envelope: Envelope, *, retain: bool = False) -> bool:
        """Publish what is already wrapped; the broker drops it, too, once it has expired."""
        session = self._session
        if session is None:
            return False
        return session.publish(
            topic, encode(envelope), retain=retain, expires_in_s=self._seconds_left(envelope)
        )

    def listen(self, topic_filter: str, handler: NoticeHandler) -> None:
        """Call `handler` with every notice on `topic_filter`, on the link's thread.

        Filters of one link should not overlap: the broker delivers once for each.
        """
        self._switchboard.add_notices(topic_filter, handler)
        self._subscribe(topic_filter)

    def listen_parcels(self, topic_filter: str, handler: ParcelHandler) -> None:
        """As `listen`, for parcels. A courier does this; nothing is saved here."""
        self._switchboard.add_parcels(topic_filter, handler)
        self._subscribe(topic_filter)

    def describe(self, details: dict[str, str]) -> None:
        """Replace the details of this device's greeting, and greet again if connected."""
        with self._changing:
            self._greeting.details = dict(details)
            if self._session is not None:
                self._greet(self._session)

    def on_connected(self, callback: Callable[[], None]) -> None:
        """Call `callback` on the link's thread after every connect, subscriptions sent."""
        with self._changing:
            self._connected_callbacks += (callback,)

    def on_lost(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every loss of an established connection, not after `stop`."""
        with self._changing:
            self._lost_callbacks += (callback,)

    # --- keeping the connection

    def _keep_up(self) -> None:
        bound = FIRST_RETRY_S
        while not self._stopping.is_set():
            if self._live_through_a_session():
                bound = FIRST_RETRY_S
            self._stopping.wait(SystemRandom().uniform(bound / 5, bound))
            bound = min(bound * 2, LAST_RETRY_S)

    def _live_through_a_session(self) -> bool:
        """Whether the broker let us in; returns once the session is over."""
        session = self._opened()
        if session is None:
            return False
        session.lost.wait()
        with self._changing:
            was_up, self._session = self._session is session, None
        if was_up and self._stopping.is_set():
            farewell = self._greeting.says(PresenceState.STOPPED)
            session.publish_and_wait(self._greeting.topic, farewell, FAREWELL_S)
        session.close()
        if was_up and not self._stopping.is_set():
            _logger.warning("the connection to the broker is lost")
            _call(self._lost_callbacks)
        return was_up

    def _opened(self) -> Session | None:
        will = (self._greeting.topic, self._greeting.says(PresenceState.OFFLINE))
        events = Events(self._up, self._switchboard.hear, self._publish_refused)
        try:
            session = self._current = Session(self._broker, self.device, will, events)
            if self._stopping.is_set():
                return None
            session.open()
        except Exception as problem:  # noqa: BLE001 - whatever went wrong, the next try may not
            _logger.info("no broker at %s:%s: %s", self._broker.host, self._broker.port, problem)
            return None
        return session

    def _up(self, session: Session) -> None:
        with self._changing:
            if self._stopping.is_set():
                return
            self._greet(session)
            for topic_filter in self._switchboard.filters():
                session.subscribe(topic_filter)
            self._session = session
        _logger.info("connected to the broker as %s", self.device)
        _call(self._connected_callbacks)

    def _greet(self, session: Session) -> None:
        session.publish(
            self._greeting.topic, self._greeting.says(PresenceState.ONLINE), retain=True
        )

    def _watch_own_presence(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        with self._changing:
            if self._session is not None and self._greeting.is_hidden_by(notice):
                self._greet(self._session)

    def _subscribe(self, topic_filter: str) -> None:
        with self._changing:
            if self._session is not None:
                self._session.subscribe(topic_filter)

    def _seconds_left(self, envelope: Envelope) -> int | None:
        if envelope.expires_at is None:
            return None
        return ceil((envelope.expires_at - self._clock.now()).total_seconds())

    def _publish_refused(self, topic: str, reason: str) -> None:
        self.publishes_refused += 1
        _logger.error("the broker refused a publish on %s: %s", topic, reason)


def _call(callbacks: tuple[Callable[[], None], ...]) -> None:
    for callback in callbacks:
        try:
            callback()
        except Exception:
            _logger.exception("a callback of the link failed")
