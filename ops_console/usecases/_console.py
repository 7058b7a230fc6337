"""What every use case is handed: the clock, the facility, the store, and who must be told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from ops_console.changes import Changes
from ops_console.usecases._advice_desk import AdviceDesk
from ops_console.usecases._announcer import Announcer
from ops_console.usecases._front import Courier
from ops_console.usecases._ready import Ready
from ops_console.usecases._relay import RelayDesk
from visits.clock import Clock, FacilityTime
from visits.faces import FaceHelp
from visits.grants import WithoutRecording
from visits.messages import Topics
from visits.model import FacilityId, TerminalId, VisitKind
from visits.sealing import ReviewerKey
from visits.signing import SigningKey, VerifyingKey
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
class RecordingPolicy:
    """What this facility records, and where the records are."""

    kinds: frozenset[VisitKind]
    evidence_key: str
    """To whom records are sealed: base64 of an X25519 public key."""
    evidence_url: str
    watch_url: str
    without: WithoutRecording = WithoutRecording.GO_ON
    tell_watched: bool = True
    retention: timedelta = timedelta(days=90)


@dataclass(frozen=True)
class Policy:
    """The facility-wide times that no unit changes, and what is recorded."""

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
    hold_for: timedelta = timedelta(minutes=10)
    """How long a time is kept while its visitor fills in the form."""
    offer_for: timedelta = timedelta(hours=2)
    """How long a time that came free is kept for who waited."""
    quality_kept: timedelta = timedelta(days=90)
    """How long samples of a call's quality stay. Whose side broke stays with the visit."""
    book_ahead_days: int = 60
    """Nothing is booked farther ahead, whatever the rules leave open."""
    recording: RecordingPolicy | None = None
    """None: nothing is recorded."""
    faces: FaceHelp = field(default_factory=FaceHelp)
    """What the helpers at the terminals' cameras do; by default nothing."""

    @property
    def without_recording(self) -> WithoutRecording:
        """What becomes of a visit that cannot be recorded."""
        return self.recording.without if self.recording else WithoutRecording.GO_ON

    def records(self, kind: VisitKind) -> bool:
        """Whether visits of this kind are recorded; a privileged one never is."""
        return self.recording is not None and not kind.privileged and kind in self.recording.kinds

    def blurs(self, kind: VisitKind) -> bool:
        """Whether all but the face is blurred in such visits; in a privileged one never."""
        return self.faces.blur and not kind.privileged


@dataclass
class _Asked:
    """The readers' own rules and ledger: the writer's may hold what is not yet committed."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    ready: Ready | None = None


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
    ready: Ready
    """For the writer's own thread: rules and ledger."""
    kiosk_keys: Mapping[TerminalId, VerifyingKey] = field(default_factory=dict)
    """What each terminal signs its statements with."""
    relay: RelayDesk | None = None
    """None: calls go directly, which production does not allow."""
    changes: Changes = field(default_factory=Changes)
    connected: Callable[[], bool] = lambda: False
    """Whether the broker can be reached now."""
    advice: AdviceDesk[Any] = field(default_factory=AdviceDesk)
    """What other processes think of requests to which the writer has not come yet."""
    publishing: threading.Lock = field(default_factory=threading.Lock)
    """Held while units are published: one at a time gives the numbers."""
    _asked: _Asked = field(default_factory=_Asked)

    def last_day(self, now: datetime) -> date:
        """The last day that can be booked."""
        return self.facility.time.day(now) + timedelta(days=self.policy.book_ahead_days)

    @contextmanager
    def asking(self) -> Iterator[tuple[Database, Ready]]:
        """The store as it is now, with rules and ledger, for who only reads. One at a time."""
        with self._asked.lock, self.readers.read() as db:
            if self._asked.ready is None:
                self._asked.ready = Ready(self.facility.time, self.facility.name)
            yield db, self._asked.ready.up_to_date(db, self.clock.now())
