"""One MQTT session with the broker, from connecting to losing it; never used again after.

A new session for every connection means that nothing of an older one is ever sent late.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from paho.mqtt.client import Client, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from visits.errors import SettingsWrong
from visits.settings import Settings

CONNECT_TIMEOUT_S = 5.0
KEEPALIVE_S = 10
"""A silent device is declared offline by the broker after one and a half times this."""
MOST_QUEUED = 2_000
"""Messages handed over but not yet taken by the broker; the next is refused."""
MOST_IN_FLIGHT = 100

_logger = logging.getLogger(__name__)


class BrokerSettings(Settings):
    """Where the broker is and how this device proves who it is (PEM files)."""

    host: str
    port: int
    ca: Path
    certificate: Path
    key: Path

    def beside(self, folder: Path) -> BrokerSettings:
        """The same with relative paths resolved against the settings file's `folder`."""
        paths = {name: folder / getattr(self, name) for name in ("ca", "certificate", "key")}
        return self.model_copy(update=paths)


class Events(NamedTuple):
    """What a session tells its owner, on the session's own thread."""

    up: Callable[[Session], None]
    message: Callable[[str, bytes], None]
    publish_refused: Callable[[str, str], None]
    """Topic and the broker's reason."""


class Session:
    """TLS 1.3 with client certificate, MQTT 5, clean start, no delay for small packets."""

    def __init__(
        self, broker: BrokerSettings, device: str, will: tuple[str, bytes], events: Events
    ) -> None:
        self.lost = threading.Event()
        self._broker = broker
        self._events = events
        self._sent: deque[tuple[int, str]] = deque(maxlen=MOST_QUEUED)
        self._client = _new_client(device, tls_context(broker))
        self._client.will_set(will[0], will[1], qos=1, retain=True)
        self._client.on_socket_open = _without_delay
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe

    def open(self) -> None:
        """Connect and start the session's thread. Raises `OSError` when nobody answers."""
        self._client.connect(
            self._broker.host, self._broker.port, keepalive=KEEPALIVE_S, clean_start=True
        )
        self._client.loop_start()

    def close(self) -> None:
        """Say goodbye (so no will is published) and wait for the thread. Safe to repeat."""
        self._client.disconnect()
        self._client.loop_stop()
        self.lost.set()

    def subscribe(self, topic_filter: str) -> None:
        self._client.subscribe(topic_filter, qos=1)

    def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, expires_in_s: int | None = None
    ) -> bool:
        """Hand `payload` over; False when the session is lost or has too much queued."""
        info = self._client.publish(
            topic, payload, qos=1, retain=retain, properties=_expiring(expires_in_s)
        )
        self._sent.append((info.mid, topic))
        return info.rc is MQTTErrorCode.MQTT_ERR_SUCCESS

    def publish_and_wait(self, topic: str, payload: bytes, timeout_s: float) -> None:
        """Publish retained; return once the broker has it, or after `timeout_s`."""
        info = self._client.publish(topic, payload, qos=1, retain=True)
        if info.rc is MQTTErrorCode.MQTT_ERR_SUCCESS:
            info.wait_for_publish(timeout_s)

    def _on_connect(
        self, _client: Client, _userdata: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            _logger.warning("the broker does not let this device in: %s", reason)
            self.lost.set()
            return
        self._events.up(self)

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: Any,
        flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Any,
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            _logger.warning("the broker ended the connection: %s", reason)
        self.lost.set()

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        self._events.message(message.topic, bytes(message.payload))

    def _on_publish(
        self, _client: Client, _userdata: Any, mid: int, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            topics = [topic for sent, topic in list(self._sent) if sent == mid]
            self._events.publish_refused(topics[-1] if topics else "?", str(reason))

    def _on_subscribe(
        self,
        _client: Client,
        _userdata: Any,
        _mid: int,
        reasons: Sequence[ReasonCode],
        _properties: Any,
    ) -> None:
        for reason in reasons:
            if reason.is_failure:
                _logger.error("the broker refused a subscription: %s", reason)


def tls_context(broker: BrokerSettings) -> ssl.SSLContext:
    """Raises `SettingsWrong` when the PEM files are missing or do not fit together."""
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(broker.ca))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(broker.certificate, broker.key)
    except OSError as cause:
        raise SettingsWrong(
            f"The broker's ca, certificate or key cannot be used ({cause}); check the paths "
            f"{broker.ca}, {broker.certificate} and {broker.key}."
        ) from cause
    return context


def _new_client(device: str, context: ssl.SSLContext) -> Client:
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=device,
        protocol=MQTTProtocolVersion.MQTTv5,
        reconnect_on_failure=False,
    )
    client.tls_set_context(context)
    client.connect_timeout = CONNECT_TIMEOUT_S
    client.max_inflight_messages_set(MOST_IN_FLIGHT)
    client.max_queued_messages_set(MOST_QUEUED)
    client.suppress_exceptions = True
    return client


def _without_delay(_client: Client, _userdata: Any, opened: Any) -> None:
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _expiring(seconds: int | None) -> Properties | None:
    if seconds is None:
        return None
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.MessageExpiryInterval = max(1, seconds)
    return properties
