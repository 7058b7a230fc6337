"""A device's line to its facility's broker: kept up, greeted on, listened to.

What is handed to a link while it is down is dropped; a courier repeats what must arrive, and
retained state is sent again by whoever registered with `on_connected`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from math import ceil
from secrets import SystemRandom
from typing import Any, NamedTuple

from paho.mqtt.client import topic_matches_sub

from visits.channels import check_carried
from visits.clock import Clock
from visits.errors import MessageRefused
from visits.messages import (
    Envelope,
    Notice,
    Parcel,
    Presence,
    PresenceState,
    Topics,
    decode,
    encode,
    wrap,
)
from visits.model import DeviceId, FacilityId, new_id
from visits.sync.connection import BrokerSettings, Events, Session, tls_context

__all__ = ["BrokerSettings", "Link", "NoticeHandler", "ParcelHandler"]

NoticeHandler = Callable[[str, Envelope, Notice], None]
ParcelHandler = Callable[[str, Envelope, Parcel], None]

FIRST_RETRY_S = 0.25
LAST_RETRY_S = 2.0
"""Each wait before connecting again is random below a bound that doubles between these two,
so that a broker that comes back is neither waited for long nor met by everyone at once."""
FAREWELL_S = 2.0

_logger = logging.getLogger(__name__)


class _Listener(NamedTuple):
    topic_filter: str
    family: type[Notice | Parcel]
    handler: Callable[[str, Envelope, Any], None]


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
        self.boot_id = new_id()
        self.refused = 0
        self.publishes_refused = 0
        self._broker = broker
        self._clock = clock
        self._version = version
        self._details: dict[str, str] = {}
        self._listeners: tuple[_Listener, ...] = ()
        self._connected_callbacks: tuple[Callable[[], None], ...] = ()
        self._lost_callbacks: tuple[Callable[[], None], ...] = ()
        self._current: Session | None = None
        self._session: Session | None = None
        self._stopping = threading.Event()
        self._changing = threading.Lock()
        self._thread = threading.Thread(target=self._keep_up, name=f"link:{device}", daemon=True)

    @property
    def connected(self) -> bool:
        """Whether the broker has let this device in and is still there."""
        session = self._session
        return session is not None and not session.lost.is_set()

    def start(self) -> None:
        """Begin to connect. Raises `SettingsWrong` when the PEM files cannot be used."""
        tls_context(self._broker)
        self.listen(self.topics.presence(self.device), self._watch_own_presence)
        self._thread.start()

    def stop(self) -> None:
        """Say `STOPPED`, disconnect, and wait for the threads."""
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

    def send_envelope(self, topic: str, envelope: Envelope, *, retain: bool = False) -> bool:
        """Publish what is already wrapped; the broker drops it, too, once it has expired."""
        session = self._session
        if session is None:
            return False
        return session.publish(
            topic, encode(envelope), retain=retain, expires_in_s=self._seconds_left(envelope)
        )

    def _seconds_left(self, envelope: Envelope) -> int | None:
        if envelope.expires_at is None:
            return None
        return ceil((envelope.expires_at - self._clock.now()).total_seconds())

    def listen(self, topic_filter: str, handler: NoticeHandler) -> None:
        """Call `handler` with every notice on `topic_filter`, on the link's thread.

        Filters of one link should not overlap: the broker delivers once for each.
        """
        self._add_listener(_Listener(topic_filter, Notice, handler))

    def listen_parcels(self, topic_filter: str, handler: ParcelHandler) -> None:
        """As `listen`, for parcels. A courier does this; nothing is saved here."""
        self._add_listener(_Listener(topic_filter, Parcel, handler))

    def describe(self, details: dict[str, str]) -> None:
        """Replace the details of this device's greeting, and greet again if connected."""
        self._details = dict(details)
        session = self._session
        if session is not None:
            self._greet(session)

    def on_connected(self, callback: Callable[[], None]) -> None:
        """Call `callback` on the link's thread after every connect, subscriptions sent."""
        with self._changing:
            self._connected_callbacks += (callback,)

    def on_lost(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every loss of an established connection."""
        with self._changing:
            self._lost_callbacks += (callback,)

    def _add_listener(self, listener: _Listener) -> None:
        with self._changing:
            self._listeners += (listener,)
            if self._session is not None:
                self._session.subscribe(listener.topic_filter)

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
        will = (self.topics.presence(self.device), self._presence(PresenceState.OFFLINE))
        events = Events(self._up, self._heard, self._publish_refused)
        try:
            session = self._current = Session(self._broker, self.device, will, events)
            if self._stopping.is_set():
                return False
            session.open()
        except Exception as problem:  # noqa: BLE001 - whatever went wrong, the next try may not
            _logger.info("no broker at %s:%s: %s", self._broker.host, self._broker.port, problem)
            return False
        session.lost.wait()
        with self._changing:
            was_up, self._session = self._session is session, None
        if was_up and self._stopping.is_set():
            self._say_farewell(session)
        session.close()
        if was_up and not self._stopping.is_set():
            _logger.warning("the connection to the broker is lost")
            self._call(self._lost_callbacks)
        return was_up

    def _up(self, session: Session) -> None:
        with self._changing:
            if self._stopping.is_set():
                return
            self._greet(session)
            for topic_filter in dict.fromkeys(each.topic_filter for each in self._listeners):
                session.subscribe(topic_filter)
            self._session = session
        _logger.info("connected to the broker as %s", self.device)
        self._call(self._connected_callbacks)

    def _say_farewell(self, session: Session) -> None:
        session.publish_and_wait(
            self.topics.presence(self.device), self._presence(PresenceState.STOPPED), FAREWELL_S
        )

    def _call(self, callbacks: tuple[Callable[[], None], ...]) -> None:
        for callback in callbacks:
            try:
                callback()
            except Exception:
                _logger.exception("a callback of the link failed")

    # --- presence

    def _greet(self, session: Session) -> None:
        session.publish(
            self.topics.presence(self.device), self._presence(PresenceState.ONLINE), retain=True
        )

    def _presence(self, state: PresenceState) -> bytes:
        now: datetime = self._clock.now()
        presence = Presence(
            device=self.device,
            boot_id=self.boot_id,
            state=state,
            version=self._version,
            since=now,
            details=self._details,
        )
        return encode(wrap(presence, message_id=new_id(), sender=self.device, sent_at=now))

    def _watch_own_presence(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        """A late will, of an earlier boot or a broken connection, hides us: greet again."""
        session = self._session
        if session is None or self._stopping.is_set() or not isinstance(notice, Presence):
            return
        if notice.boot_id != self.boot_id or notice.state is PresenceState.OFFLINE:
            self._greet(session)

    # --- receiving

    def _heard(self, topic: str, payload: bytes) -> None:
        if not payload:
            return
        try:
            envelope = decode(payload, expected_sender=self.topics.sender_of(topic))
            message = envelope.open()
            check_carried(self.topics, topic, message)
        except MessageRefused as problem:
            self.refused += 1
            _logger.warning("refused a message on %s: %s", topic, problem)
            return
        for listener in self._listeners:
            if isinstance(message, listener.family) and topic_matches_sub(
                listener.topic_filter, topic
            ):
                _hand_over(listener, topic, envelope, message)

    def _publish_refused(self, topic: str, reason: str) -> None:
        self.publishes_refused += 1
        _logger.error("the broker refused a publish on %s: %s", topic, reason)


def _hand_over(listener: _Listener, topic: str, envelope: Envelope, message: object) -> None:
    try:
        listener.handler(topic, envelope, message)
    except Exception:
        _logger.exception("the handler of %s failed", listener.topic_filter)
