"""An MQTT client without manners: says what it likes, as whom it likes, in the old protocol."""

from __future__ import annotations

import ssl
import threading
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from tests.harness.broker import Broker
from visits.sync.connection import tls_context


class RawClient:
    """Connects in `with` as the holder of `device`'s certificate."""

    def __init__(
        self,
        broker: Broker,
        device: str,
        *,
        client_id: str | None = None,
        protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.down = threading.Event()
        self.patience_s = 5.0
        self._broker = broker
        self._up = threading.Event()
        self._answers: dict[int, ReasonCode] = {}
        self._answered = threading.Condition()
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id or device,
            protocol=protocol,
            reconnect_on_failure=False,
        )
        self._client.tls_set_context(context or tls_context(broker.settings(device)))
        self._client.on_connect = lambda *_: self._up.set()
        self._client.on_disconnect = lambda *_: self.down.set()
        self._client.on_message = self._on_message
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe

    def subscribe(self, topic_filter: str) -> None:
        """Returns when the broker has answered, whatever it answered."""
        _, mid = self._client.subscribe(topic_filter, qos=1)
        assert mid is not None
        self._answer(mid)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Whether the broker says that it took the message."""
        info = self._client.publish(topic, payload, qos=1, retain=retain)
        return not self._answer(info.mid).is_failure

    def heard_on(self, topic: str) -> list[bytes]:
        return [payload for where, payload in self.heard if where == topic]

    def has_heard(self, topic: str, payload: bytes) -> bool:
        return (topic, payload) in self.heard

    def _answer(self, mid: int) -> ReasonCode:
        with self._answered:
            assert self._answered.wait_for(lambda: mid in self._answers, self.patience_s), (
                "no answer"
            )
            return self._answers.pop(mid)

    def _note(self, mid: int, reason: ReasonCode) -> None:
        with self._answered:
            self._answers[mid] = reason
            self._answered.notify_all()

    def _on_publish(
        self, _client: Any, _data: Any, mid: int, reason: Any, _properties: Any
    ) -> None:
        self._note(mid, reason)

    def _on_subscribe(
        self, _client: Any, _data: Any, mid: int, reasons: Any, _properties: Any
    ) -> None:
        self._note(mid, reasons[0])

    def _on_message(self, _client: Any, _data: Any, message: MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))

    def __enter__(self) -> Self:
        self._client.connect("127.0.0.1", self._broker.port, keepalive=30)
        self._client.loop_start()
        assert self._up.wait(self.patience_s), "the broker does not let this client in"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
