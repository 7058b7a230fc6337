"""The receiving half of a courier: save once, then acknowledge."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from visits.clock import Clock
from visits.errors import VisitlineError, WaitAndRetry
from visits.messages import Ack, Envelope, Parcel
from visits.model import DeviceId
from visits.sync.link import Link
from visits.sync.mailbox import Mailbox

LONGEST_PROBLEM = 500
LARGEST_BATCH = 256
"""Parcels that are handed in together at most, so that the first is acknowledged soon."""

_logger = logging.getLogger(__name__)


class Taker(NamedTuple):
    """What a program does with one type of parcel; see `Courier.takes`."""

    handle: Callable[[Any, Envelope, Any], None]
    after: Callable[[Envelope, Any], None] | None


class Collection:
    """A thread that takes in parcels in the order in which they come; those that have arrived
    together may share a commit. `refused` counts those that came too
    late or that nobody takes; they stay unacknowledged."""

    def __init__(
        self, link: Link, mailbox: Mailbox[Any], clock: Clock, saved: Callable[[], None]
    ) -> None:
        self.takers: dict[type[Parcel], Taker] = {}
        self.refused = 0
        self._link = link
        self._mailbox = mailbox
        self._clock = clock
        self._saved = saved
        self._arrived: SimpleQueue[tuple[Envelope, Parcel] | None] = SimpleQueue()
        self._in_hand: set[tuple[DeviceId, str]] = set()
        self._thread = threading.Thread(
            target=self._collect, name=f"courier-in:{link.device}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish what has arrived."""
        self._arrived.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def hear(self, _topic: str, envelope: Envelope, parcel: Parcel) -> None:
        """On the link's thread: only hand over, and drop a repeat of what still waits here."""
        identity = (envelope.sender, envelope.message_id)
        if identity not in self._in_hand:
            self._in_hand.add(identity)
            self._arrived.put((envelope, parcel))

    def _collect(self) -> None:
        last = False
        while not last:
            arrived, last = self._next_batch()
            for envelope, parcel, saved in [self._begin(*one) for one in arrived]:
                self._finish(envelope, parcel, saved)

    def _next_batch(self) -> tuple[list[tuple[Envelope, Parcel]], bool]:
        """What has arrived by now (waiting for the first), and whether that is the last."""
        arrived = [self._arrived.get()]
        with suppress(Empty):
            while arrived[-1] is not None and len(arrived) < LARGEST_BATCH:
                arrived.append(self._arrived.get_nowait())
        return [one for one in arrived if one is not None], arrived[-1] is None

    def _begin(
        self, envelope: Envelope, parcel: Parcel
    ) -> tuple[Envelope, Parcel, Future[bool] | None]:
        """Hands a parcel in to be saved; None for what nobody takes."""
        taker = self._taker_for(envelope, parcel)
        if taker is None:
            self.refused += 1
            return envelope, parcel, None
        try:
            return envelope, parcel, self._mailbox.receive_soon(envelope, parcel, taker.handle)
        except WaitAndRetry as closed:
            refused: Future[bool] = Future()
            refused.set_exception(closed)
            return envelope, parcel, refused

    def _finish(self, envelope: Envelope, parcel: Parcel, saved: Future[bool] | None) -> None:
        try:
            if saved is not None:
                self._acknowledge(envelope, parcel, saved)
        except WaitAndRetry as problem:
            _logger.info("%s from %s must wait: %s", envelope.type, envelope.sender, problem)
        except Exception:
            _logger.exception("%s from %s failed", envelope.type, envelope.sender)
        self._in_hand.discard((envelope.sender, envelope.message_id))

    def _acknowledge(self, envelope: Envelope, parcel: Parcel, saved: Future[bool]) -> None:
        """Once it is durable, or refused for good."""
        problem, new = None, False
        try:
            new = saved.result()
        except WaitAndRetry:
            raise
        except VisitlineError as refusal:
            problem = str(refusal)[:LONGEST_PROBLEM]
            _logger.warning("%s from %s refused: %s", envelope.type, envelope.sender, problem)
        ack = Ack(message_id=envelope.message_id, problem=problem)
        self._link.send(self._link.topics.ack(envelope.sender, self._link.device), ack)
        if new:
            self._saved()
            after = self.takers[type(parcel)].after
            if after is not None:
                after(envelope, parcel)

    def _taker_for(self, envelope: Envelope, parcel: Parcel) -> Taker | None:
        if envelope.expires_at is None or self._clock.now() >= envelope.expires_at:
            _logger.warning("%s from %s came too late", envelope.type, envelope.sender)
            return None
        taker = self.takers.get(type(parcel))
        if taker is None:
            _logger.error("nobody here takes %s from %s", envelope.type, envelope.sender)
        return taker
