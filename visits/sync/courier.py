"""Carries parcels between a mailbox and the link: at once, again until acknowledged, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from visits.clock import Clock
from visits.messages import CONSOLE, Envelope, Parcel
from visits.sync.collection import Collection, Taker
from visits.sync.delivery import Delivery
from visits.sync.link import Link
from visits.sync.mailbox import Mailbox, OutgoingParcel

C = TypeVar("C")
P = TypeVar("P", bound=Parcel)


class Courier(Generic[C]):
    """One device's parcels on one link, in both directions, on two threads of its own.

    Parcels about the same visit or approval arrive in the order in which they were put: the
    next is sent when the one before is acknowledged.

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
        self._link = link
        self._delivery = Delivery(link, mailbox, clock, undelivered)
        self._collection = Collection(link, mailbox, clock, self.wake)

    @property
    def refused(self) -> int:
        """Parcels that came too late or that nobody here takes."""
        return self._collection.refused

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
        self._collection.takers[parcel_type] = Taker(handler, after)

    def wake(self) -> None:
        """Look into the outbox now; call it after a commit that put parcels."""
        self._delivery.wake()

    def start(self) -> None:
        """Listen and deliver. Before or after the link's own start."""
        topics, device = self._link.topics, self._link.device
        incoming = topics.to_console("+") if device == CONSOLE else topics.from_console(device)
        acks = topics.ack(device, "+" if device == CONSOLE else CONSOLE)
        self._link.listen_parcels(incoming, self._collection.hear)
        self._link.listen(acks, self._delivery.hear)
        self._link.on_connected(self._delivery.begin_anew)
        self._collection.start()
        self._delivery.start()

    def stop(self) -> None:
        """Finish what is in hand and wait for the threads; before the link and the store."""
        self._collection.stop()
        self._delivery.stop()
