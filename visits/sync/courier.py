"""Carries parcels between a mailbox and the link: at once, again until acknowledged, once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Generic, NamedTuple, TypeVar

from visits.clock import Clock
from visits.errors import MessageRefused, VisitlineError, WaitAndRetry
from visits.messages import CONSOLE, Ack, Envelope, Notice, Parcel
from visits.model import DeviceId
from visits.sync.link import Link
from visits.sync.mailbox import EXPIRED, Mailbox, OutgoingParcel

C = TypeVar("C")
P = TypeVar("P", bound=Parcel)

REPEAT_AFTER_S = 5.0
LONGEST_PROBLEM = 500
FORGET_AFTER_S = 600.0
"""How long after sending it an acknowledgement of an expired parcel is still understood."""

_logger = logging.getLogger(__name__)


class _Taker(NamedTuple):
    handle: Callable[[Any, Envelope, Any], None]
    after: Callable[[Envelope, Any], None] | None


class _Flight(NamedTuple):
    parcel: OutgoingParcel
    sent_at: float


class Courier(Generic[C]):
    """One device's parcels on one link, in both directions, on two threads of its own.

    Parcels about the same visit arrive in the order in which they were put: the next is sent
    when the one before is acknowledged.

    `undelivered` is called with each parcel that was set aside and the reason: it expired, or
    its receiver refused it for good.
    """

    def __init__(
        self,
        link: Link,
        mailbox: Mailbox[C],
        clock: Clock,
        undelivered: Callable[[OutgoingParcel, str], None] | None = None,
    ) -> None:
        self.undelivered = undelivered
        self.refused = 0
        self._link = link
        self._mailbox = mailbox
        self._clock = clock
        self._takers: dict[type[Parcel], _Taker] = {}
        self._flying: dict[str, _Flight] = {}
        self._acks: SimpleQueue[tuple[DeviceId, Ack]] = SimpleQueue()
        self._arrived: SimpleQueue[tuple[Envelope, Parcel] | None] = SimpleQueue()
        self._waiting_inside: set[tuple[DeviceId, str]] = set()
        self._bell = threading.Event()
        self._line_since = float("-inf")
        self._stopping = threading.Event()
        self._threads = (
            threading.Thread(target=self._deliver, name=f"courier-out:{link.device}"),
            threading.Thread(target=self._collect, name=f"courier-in:{link.device}"),
        )

    def takes(
        self,
        parcel_type: type[P],
        handler: Callable[[C, Envelope, P], None],
        after: Callable[[Envelope, P], None] | None = None,
    ) -> None:
        """Register what to do with a parcel; before `start`.

        `handler` runs inside the mailbox's transaction, once for each parcel. If it raises
        `WaitAndRetry` or anything unforeseen, nothing is saved and the sender repeats; any
        other `VisitlineError` refuses the parcel for good and tells the sender why. `after`
        runs when the transaction is durable and the acknowledgement sent, not for repeats.
        """
        self._takers[parcel_type] = _Taker(handler, after)

    def wake(self) -> None:
        """Look into the outbox now; call it after a commit that put parcels."""
        self._bell.set()

    def start(self) -> None:
        """Listen and deliver. Before or after the link's own start."""
        topics, device = self._link.topics, self._link.device
        incoming = topics.to_console("+") if device == CONSOLE else topics.from_console(device)
        self._link.listen_parcels(incoming, self._on_parcel)
        self._link.listen(topics.ack(device, "+" if device == CONSOLE else CONSOLE), self._on_ack)
        self._link.on_connected(self._on_connected)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is in hand and wait for the threads; before the writer and the link."""
        self._stopping.set()
        self._arrived.put(None)
        self._bell.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    # --- on the link's thread: only hand over

    def _on_connected(self) -> None:
        self._line_since = self._clock.monotonic()
        self._bell.set()

    def _on_ack(self, _topic: str, envelope: Envelope, notice: Notice) -> None:
        if isinstance(notice, Ack):
            self._acks.put((envelope.sender, notice))
            self._bell.set()

    def _on_parcel(self, _topic: str, envelope: Envelope, parcel: Parcel) -> None:
        identity = (envelope.sender, envelope.message_id)
        if identity not in self._waiting_inside:
            self._waiting_inside.add(identity)
            self._arrived.put((envelope, parcel))

    # --- outgoing

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
        if self.undelivered is not None:
            self.undelivered(parcel, reason)

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
        self._forget_old_flights(now)

    def _forget_old_flights(self, now: float) -> None:
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

    # --- incoming

    def _collect(self) -> None:
        while (arrived := self._arrived.get()) is not None:
            envelope, parcel = arrived
            try:
                self._take(envelope, parcel)
            except Exception:
                _logger.exception("%s from %s is not saved", envelope.type, envelope.sender)
            self._waiting_inside.discard((envelope.sender, envelope.message_id))

    def _take(self, envelope: Envelope, parcel: Parcel) -> None:
        taker = self._taker_for(envelope, parcel)
        if taker is None:
            self.refused += 1
            return
        problem, new = None, False
        try:
            new = self._mailbox.receive(envelope, parcel, taker.handle)
        except WaitAndRetry:
            raise
        except VisitlineError as refusal:
            problem = str(refusal)[:LONGEST_PROBLEM]
            _logger.warning("%s from %s refused: %s", envelope.type, envelope.sender, problem)
        ack = Ack(message_id=envelope.message_id, problem=problem)
        self._link.send(self._link.topics.ack(envelope.sender, self._link.device), ack)
        if new:
            self.wake()
            if taker.after is not None:
                taker.after(envelope, parcel)

    def _taker_for(self, envelope: Envelope, parcel: Parcel) -> _Taker | None:
        """Who takes the parcel; None, unacknowledged, when it is stale or nobody does."""
        if envelope.expires_at is None or self._clock.now() >= envelope.expires_at:
            _logger.warning("%s from %s came too late", envelope.type, envelope.sender)
            return None
        taker = self._takers.get(type(parcel))
        if taker is None:
            _logger.error("nobody here takes %s from %s", envelope.type, envelope.sender)
        return taker


def _story_of(envelope: Envelope) -> str:
    """Parcels of one story go one after the other, so that they arrive in order: those about
    the same visit or approval. Others do not wait for one another."""
    for about in ("visit", "approval"):
        inner = envelope.body.get(about)
        told = inner.get(f"{about}_id") if isinstance(inner, dict) else None
        if found := told or envelope.body.get(f"{about}_id"):
            return f"{about}/{found}"
    return envelope.message_id
