"""What a device hears: checked against its topic, then handed to whoever listens there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from paho.mqtt.client import topic_matches_sub

from visits.channels import check_carried
from visits.errors import MessageRefused
from visits.messages import Envelope, Notice, Parcel, Topics, decode

NoticeHandler = Callable[[str, Envelope, Notice], None]
ParcelHandler = Callable[[str, Envelope, Parcel], None]

_logger = logging.getLogger(__name__)


class _Listener(NamedTuple):
    topic_filter: str
    family: type[Notice | Parcel]
    handler: Callable[[str, Envelope, Any], None]


class Switchboard:
    """The listeners of one link. `refused` counts messages that reached none of them because
    they were forged, malformed or out of place; each is logged with the reason."""

    def __init__(self, topics: Topics) -> None:
        self.refused = 0
        self._topics = topics
        self._adding = threading.Lock()
        self._listeners: tuple[_Listener, ...] = ()

    def add_notices(self, topic_filter: str, handler: NoticeHandler) -> None:
        self._add(_Listener(topic_filter, Notice, handler))

    def add_parcels(self, topic_filter: str, handler: ParcelHandler) -> None:
        self._add(_Listener(topic_filter, Parcel, handler))

    def filters(self) -> tuple[str, ...]:
        """What to subscribe to, each once."""
        return tuple(dict.fromkeys(listener.topic_filter for listener in self._listeners))

    def hear(self, topic: str, payload: bytes) -> None:
        """Check a message and hand it over; raises nothing. An empty one clears retained state
        and says nothing else."""
        if not payload:
            return
        try:
            envelope = decode(payload, expected_sender=self._topics.sender_of(topic))
            message = envelope.open()
            check_carried(self._topics, topic, message)
        except MessageRefused as problem:
            self.refused += 1
            _logger.warning("refused a message on %s: %s", topic, problem)
            return
        for listener in self._listeners:
            if isinstance(message, listener.family) and topic_matches_sub(
                listener.topic_filter, topic
            ):
                _hand_over(listener, topic, envelope, message)

    def _add(self, listener: _Listener) -> None:
        with self._adding:
            self._listeners += (listener,)


def _hand_over(listener: _Listener, topic: str, envelope: Envelope, message: object) -> None:
    try:
        listener.handler(topic, envelope, message)
    except Exception:
        _logger.exception("the handler of %s failed", listener.topic_filter)
