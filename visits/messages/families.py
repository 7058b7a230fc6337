"""The two families of messages: parcels change something, notices describe the present."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from visits.messages.devices import Role
from visits.model import Words


class Parcel(Words):
    """A message that changes something and must arrive exactly once.

    `senders` may send it; undelivered after `lives_for`, it is returned to its sender's
    attention instead of being sent again.
    """

    senders: ClassVar[frozenset[Role]]
    lives_for: ClassVar[timedelta] = timedelta(days=7)
    in_order: ClassVar[bool] = True
    """Whether it keeps its place among the parcels about the same visit or approval. One that
    does not is never waited for."""


class Notice(Words):
    """A message about the present, or one that is worthless when late."""

    senders: ClassVar[frozenset[Role]]
