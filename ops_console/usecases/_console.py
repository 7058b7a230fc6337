"""What every use case is handed: the clock, the facility, the store, and who must be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from ops_console.changes import Changes
from ops_console.usecases._announcer import Announcer
from ops_console.usecases._front import Courier
from visits.clock import Clock, FacilityTime
from visits.messages import Topics
from visits.model import FacilityId
from visits.sealing import ReviewerKey
from visits.signing import SigningKey
from visits.sync.database import Readers, Writer
from visits.sync.mailbox import SqliteMailbox


@dataclass(frozen=True)
class Facility:
    """Which facility this console belongs to."""

    facility_id: FacilityId
    name: str
    time: FacilityTime
    inmate_word: str = "inmate"
    """What this facility's screens call a held person."""

    @property
    def topics(self) -> Topics:
        return Topics(self.facility_id)


@dataclass(frozen=True)
class Policy:
    """The facility-wide times that no unit changes."""

    check_in_opens: timedelta = timedelta(minutes=15)
    """Before the start."""
    check_in_closes: timedelta = timedelta(minutes=15)
    """After the start."""
    close_grace: timedelta = timedelta(seconds=60)
    """After a slot's end, before the console closes a visit that its kiosk did not."""
    report_patience: timedelta = timedelta(seconds=10)
    """How long a kiosk's report waits for an earlier one that is missing."""
    documents_kept: timedelta = timedelta(days=30)
    """After the decision on an access request."""


@dataclass(frozen=True)
class Console:
    """The running console, as use cases and pages see it."""

    clock: Clock
    facility: Facility
    policy: Policy
    writer: Writer
    readers: Readers
    mailbox: SqliteMailbox
    courier: Courier
    announcer: Announcer
    signing_key: SigningKey
    reviewer_key: ReviewerKey
    changes: Changes = field(default_factory=Changes)
    connected: Callable[[], bool] = lambda: False
    """Whether the broker can be reached now."""
