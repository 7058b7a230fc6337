"""The sending half of a courier: at once, and again until acknowledged or expired."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from visits.clock import Clock
from visits.errors import MessageRefused
from visits.messages import CONSOLE, PARCELS, Ack, Envelope, Notice
from visits.model import DeviceId
from visits.sync.link import Link
from visits.sync.mailbox import EXPIRED, Mailbox, OutgoingParcel

REPEAT_AFTER_S = 5.0
FORGET_AFTER_S = 600.0
"""How long after sending it an acknowledgement of an expired parcel is still understood."""

_logger = logging.getLogger(__name__)


class _Flight(NamedTuple):
    parcel: OutgoingParcel
    sent_at: float


class Delivery:
    """A thread that works the outbox whenever its bell rings or a repeat is due."""

    def __init__(
        self,
        link: Link,
        mailbox: Mailbox[Any],
        clock: Clock,
        undelivered: Callable[[OutgoingParcel, str], None] | None,
    ) -> None:
        self._link = link
        self._mailbox = mailbox
        self._clock = clock
        self._undelivered = undelivered
        self._flying: dict[str, _Flight] = {}
        self._acks: SimpleQueue[tuple[DeviceId, Ack]] = SimpleQueue()
        self._line_since = float("-inf")
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._deliver, name=f"courier-out:{link.device}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._bell.set()
        if self._thread.ident is not None:
            self._thread.join()

    def wake(self) -> None:
        self._bell.set()

    def begin_anew(self) -> None:
        """The line is new: what was sent on the old one may be lost, so send it again."""
        self._line_since = self._clock.monotonic()
        self._bell.set()

    def hear(self, _topic: str, envelope: Envelope, notice: Notice) -> None:
        """On the link's thread: only hand over."""
        if isinstance(notice, Ack):
            self._acks.put((envelope.sender, notice))
            self._bell.set()

    def _deliver(self) -> None:
        while not self._stopping.is_set():
            try:
                self._settle_acknowledged()
                self._set_expired_aside()
                self._send_due()
            except Exception:
                _logger.exception("the outbox cannot be worked; trying again")
            self._bell.wait(self._until_next_repeat())
            self._bell.clear()

    def _settle_acknowledged(self) -> None:
        """Only the receiver of a parcel can acknowledge it, and only one that was sent."""
        while True:
            try:
                sender, ack = self._acks.get_nowait()
            except Empty:
                return
            flight = self._flying.get(ack.message_id)
            if flight is None or flight.parcel.receiver != sender:
                continue
            self._mailbox.acknowledged(ack.message_id, ack.problem, self._clock.now())
            del self._flying[ack.message_id]
            if ack.problem is not None:
                self._report(flight.parcel, ack.problem)

    def _set_expired_aside(self) -> None:
        for parcel in self._mailbox.expire(self._clock.now()):
            self._report(parcel, EXPIRED)

    def _report(self, parcel: OutgoingParcel, reason: str) -> None:
        _logger.warning("%s to %s set aside: %s", parcel.envelope.type, parcel.receiver, reason)
        if self._undelivered is not None:
            self._undelivered(parcel, reason)

    def _send_due(self) -> None:
        if not self._link.connected:
            return
        now = self._clock.monotonic()
        ahead: set[tuple[DeviceId, str]] = set()
        for parcel in self._mailbox.pending(self._clock.now()):
            story = (parcel.receiver, _story_of(parcel.envelope))
            if story in ahead:
                continue
            ahead.add(story)
            if self._is_due(parcel, now) and self._send(parcel):
                self._flying[parcel.message_id] = _Flight(parcel, now)
        self._flying = {
            message_id: flight
            for message_id, flight in self._flying.items()
            if now - flight.sent_at < FORGET_AFTER_S
        }

    def _is_due(self, parcel: OutgoingParcel, now: float) -> bool:
        if parcel.facility_id not in {None, self._link.topics.facility_id}:
            return False
        flight = self._flying.get(parcel.message_id)
        return (
            flight is None
            or flight.sent_at < self._line_since
            or now - flight.sent_at >= REPEAT_AFTER_S
        )

    def _send(self, parcel: OutgoingParcel) -> bool:
        topics, device = self._link.topics, self._link.device
        to_console = parcel.receiver == CONSOLE
        topic = topics.to_console(device) if to_console else topics.from_console(parcel.receiver)
        try:
            return self._link.send_envelope(topic, parcel.envelope)
        except MessageRefused as problem:
            _logger.warning("%s cannot be sent: %s", parcel.envelope.type, problem)
            return False

    def _until_next_repeat(self) -> float:
        now = self._clock.monotonic()
        waits = [flight.sent_at + REPEAT_AFTER_S - now for flight in self._flying.values()]
        return min((wait for wait in waits if wait > 0), default=REPEAT_AFTER_S)


def _story_of(envelope: Envelope) -> str:
    """Parcels of one story go one after the other, so that they arrive in order: those about
    the same visit or approval. Others do not wait for one another."""
    parcel = PARCELS.get(envelope.type)
    if parcel is not None and not parcel.in_order:
        return envelope.message_id
    for about in ("visit", "approval"):
        inner = envelope.body.get(about)
        told = inner.get(f"{about}_id") if isinstance(inner, dict) else None
        if found := told or envelope.body.get(f"{about}_id"):
            return f"{about}/{found}"
    return envelope.message_id
