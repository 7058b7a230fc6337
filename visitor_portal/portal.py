"""What every page and handler is handed: one frozen bundle, built once in `app`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from visitor_portal.changes import Changes
from visitor_portal.replies import Replies
from visitor_portal.settings import FacilitySettings, PortalSettings
from visitor_portal.store import Store
from visitor_portal.told_times import ToldTimes
from visitor_portal.words import Tongue
from visits.clock import Clock, FacilityTime
from visits.errors import VisitorMustAct
from visits.messages import CONSOLE, Envelope, Notice, PresenceState, Topics
from visits.model import FacilityId
from visits.sealing import ReviewerPublicKey
from visits.signing import KeyRing, VerifyingKey
from visits.sync.presence import PresenceBook


class Line(Protocol):
    """What the portal uses of `visits.sync.link.Link`."""

    @property
    def connected(self) -> bool: ...

    def send(self, topic: str, notice: Notice, retain: bool = False) -> object: ...

    def listen(
        self, topic_filter: str, handler: Callable[[str, Envelope, Notice], None]
    ) -> object: ...


class Post(Protocol):
    """What the portal uses of `visits.sync.courier.Courier`."""

    def takes(self, parcel_type: Any, handler: Any) -> object: ...

    def wake(self) -> object: ...


@dataclass(frozen=True)
class Facility:
    """One facility: its name and wall clock, its keys, and the line to its console."""

    id: FacilityId
    name: str
    telephone: str
    time: FacilityTime
    topics: Topics
    console_keys: KeyRing
    reviewer: ReviewerPublicKey
    line: Line
    post: Post
    """Takes parcels off the line; `wake()` it after a commit that put parcels."""
    presence: PresenceBook = field(default_factory=PresenceBook)
    """What its console and kiosks last said of themselves."""

    @property
    def answering(self) -> bool:
        """Whether a request would reach the console right now."""
        console = self.presence.of(CONSOLE)
        online = console is not None and console.state is PresenceState.ONLINE
        return online and self.line.connected

    @classmethod
    def of(
        cls, settings: FacilitySettings, line: Line, post: Post, presence: PresenceBook
    ) -> Facility:
        """Raises `SettingsWrong` for keys that are none."""
        return cls(
            id=settings.id,
            name=settings.name,
            telephone=settings.telephone,
            time=FacilityTime(settings.zone),
            topics=Topics(settings.id),
            console_keys=KeyRing([VerifyingKey.from_text(settings.console_key)]),
            reviewer=ReviewerPublicKey.from_text(settings.reviewer_key),
            line=line,
            post=post,
            presence=presence,
        )


@dataclass(frozen=True)
class Portal:
    """The parts that pages and handlers work with."""

    clock: Clock
    settings: PortalSettings
    public_url: str
    """Scheme, host and port that browsers use; no trailing slash."""
    store: Store
    facilities: Mapping[FacilityId, Facility]
    changes: Changes
    tongues: Mapping[str, Tongue]
    replies: Replies = field(default_factory=Replies)
    told_times: ToldTimes = field(default_factory=ToldTimes)
    patience_s: float = 1.5
    """How long a page waits for a facility's word before it shows what is known without it."""

    @property
    def secure(self) -> bool:
        """Whether the public reaches it by https, and so whether cookies are Secure."""
        return self.public_url.startswith("https://")

    def facility(self, facility_id: FacilityId) -> Facility:
        """Raises `VisitorMustAct` for one this portal does not serve (any more)."""
        found = self.facilities.get(facility_id)
        if found is None:
            raise VisitorMustAct("This website no longer serves that facility. Call the facility.")
        return found
