"""The portal without a broker: real store, real pages, a line that remembers what it was asked.

desk = PortalDesk(tmp_path)
browser = desk.browser()
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image
from sqlalchemy import select

from visitor_portal.accounts.sign_in import sign_in
from visitor_portal.changes import Changes
from visitor_portal.inbound import Inbound, Undelivered
from visitor_portal.portal import Facility, Portal
from visitor_portal.settings import FacilitySettings, PortalSettings, StoreSettings
from visitor_portal.store import Store, documents, visitors
from visitor_portal.store.mailbox import SqlMailbox
from visitor_portal.store.schema import outbox
from visitor_portal.store.visitors import Visitor
from visitor_portal.web import build_web
from visitor_portal.words import load_tongues
from visits.clock import StoppedClock
from visits.messages import (
    CONSOLE,
    AccessDecided,
    ApprovalChanged,
    ApprovalState,
    CalendarSlot,
    Envelope,
    Notice,
    Parcel,
    Presence,
    PresenceState,
    PublicCalendar,
    wrap,
)
from visits.model import Slot, VisitKind, new_id
from visits.sealing import ReviewerKey, seal
from visits.secrets import Cost, verifier_for
from visits.signing import SigningKey
from visits.sync.link import BrokerSettings
from visits.sync.presence import PresenceBook

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""Noon on a Monday in Chicago."""
PASSWORD = "quiet river lantern"
_CHEAP = Cost(iterations=1, memory_kib=64)


@dataclass
class MemoryLine:
    """Remembers what was sent; a test speaks for the console by calling the handlers."""

    connected: bool = True
    sent: list[tuple[str, Notice]] = field(default_factory=list)
    handlers: dict[str, Callable[[str, Envelope, Notice], None]] = field(default_factory=dict)

    def send(self, topic: str, notice: Notice, retain: bool = False) -> bool:
        self.sent.append((topic, notice))
        return self.connected

    def listen(self, topic_filter: str, handler: Callable[[str, Envelope, Notice], None]) -> None:
        self.handlers[topic_filter] = handler


@dataclass
class MemoryPost:
    """Remembers who takes which parcel, and how often it was woken."""

    takers: dict[type[Parcel], Any] = field(default_factory=dict)
    woken: int = 0

    def takes(self, parcel_type: type[Parcel], handler: Any) -> None:
        self.takers[parcel_type] = handler

    def wake(self) -> None:
        self.woken += 1


class FacilityDouble:
    """One facility as the portal sees it, its console played by the test."""

    def __init__(self, facility_id: str, name: str, zone: str) -> None:
        self.id = facility_id
        self.reviewer = ReviewerKey.generate()
        self.line, self.post, self.presence = MemoryLine(), MemoryPost(), PresenceBook()
        nowhere = Path("/nonexistent")
        self.settings = FacilitySettings(
            id=facility_id,
            name=name,
            zone=zone,
            console_key=SigningKey.generate().verifying_key.text,
            reviewer_key=self.reviewer.public.text,
            telephone="+1 555 0100",
            broker=BrokerSettings(
                host="127.0.0.1", port=1, ca=nowhere, certificate=nowhere, key=nowhere
            ),
        )

    def says(self, state: PresenceState, now: datetime) -> None:
        """The console greets, or its will is delivered."""
        presence = Presence(device=CONSOLE, boot_id="boot-1", state=state, version="1", since=now)
        envelope = wrap(presence, message_id=new_id(), sender=CONSOLE, sent_at=now)
        self.presence.heard("presence", envelope, presence)


class PortalDesk:
    """A portal in `folder`, its clock standing at `NOON`."""

    def __init__(self, folder: Path, facilities: tuple[FacilityDouble, ...] = ()) -> None:
        self.folder = folder
        self.clock = StoppedClock(NOON)
        self.doubles = facilities or (
            FacilityDouble("cook", "Cook County Jail", "America/Chicago"),
        )
        url = f"sqlite:///{folder}/portal.db"
        self.store = Store(url)
        self.store.migrate()
        self.changes = Changes()
        self.portal = Portal(
            clock=self.clock,
            settings=PortalSettings(
                store=StoreSettings(url=url),
                facilities=tuple(double.settings for double in self.doubles),
            ),
            public_url="http://testserver",
            store=self.store,
            facilities={
                double.id: Facility.of(double.settings, double.line, double.post, double.presence)
                for double in self.doubles
            },
            changes=self.changes,
            tongues=load_tongues(),
        )
        for double in self.doubles:
            Inbound(self.portal, self.portal.facilities[double.id]).register()
            double.says(PresenceState.ONLINE, NOON)
        self.rebuild()

    def rebuild(self) -> None:
        """The pages anew, after `portal` was replaced."""
        self.web = build_web(self.portal)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    @property
    def facility(self) -> FacilityDouble:
        return self.doubles[0]

    def browser(self) -> Browser:
        """A browser that nobody has signed in with."""
        return Browser(TestClient(self.web, follow_redirects=True))

    def visitor(self, name: str = "Rosa Delgado", email: str = "rosa@example.org") -> Visitor:
        """An account with `PASSWORD` and a sealed photo."""
        visitor = Visitor(new_id(), name, date(1979, 3, 14), "12 Elm Street, Springfield", email)
        readers = {one.id: one.reviewer.public for one in self.doubles}
        with self.store.write() as connection:
            visitors.add(connection, visitor, verifier_for(PASSWORD, _CHEAP), self.clock.now())
            photo = seal(b"a photo", "image/jpeg", readers)
            documents.set_photo(connection, visitor.visitor_id, photo, self.clock.now())
        return visitor

    def signed_in(self, visitor: Visitor) -> Browser:
        """A browser of this visitor, without walking through the sign-in page."""
        browser = self.browser()
        secret = sign_in(self.portal, visitor.email, PASSWORD, "testclient")
        browser.client.cookies.set("visitline-session", secret)
        return browser

    def mailbox(self, double: FacilityDouble | None = None) -> SqlMailbox:
        facility_id = (double or self.facility).id
        undelivered = Undelivered(self.changes, facility_id)
        return SqlMailbox(self.store, facility_id, self.clock, undelivered)

    def deliver(self, parcel: Parcel, double: FacilityDouble | None = None) -> None:
        """The facility's console sends a parcel."""
        double = double or self.facility
        envelope = wrap(parcel, message_id=new_id(), sender=CONSOLE, sent_at=self.clock.now())
        self.mailbox(double).receive(envelope, parcel, double.post.takers[type(parcel)])

    def publish(self, calendar: PublicCalendar, double: FacilityDouble | None = None) -> None:
        """The facility's console publishes a calendar."""
        double = double or self.facility
        envelope = wrap(calendar, message_id=new_id(), sender=CONSOLE, sent_at=self.clock.now())
        topics = self.portal.facilities[double.id].topics
        double.line.handlers[topics.calendar("+")]("", envelope, calendar)

    def waiting(self, double: FacilityDouble | None = None) -> list[Any]:
        """The parcels in the outbox, opened."""
        pending = self.mailbox(double).pending(self.clock.now())
        return [parcel.envelope.open() for parcel in pending]

    def parcels_put(self) -> int:
        with self.store.read() as connection:
            return len(connection.execute(select(outbox.c.position)).all())

    # --- what a facility often says

    def approve(
        self,
        visitor: Visitor,
        *,
        approval_id: str = "approval-1",
        revision: int = 1,
        active: bool = True,
        kinds: tuple[VisitKind, ...] = (VisitKind.FAMILY,),
        reason: str = "",
        inmate: str = "Luis Delgado",
    ) -> ApprovalState:
        state = ApprovalState(
            approval_id=approval_id,
            revision=revision,
            visitor_id=visitor.visitor_id,
            inmate_name=inmate,
            unit_id="unit-a",
            kinds=kinds,
            active=active,
        )
        self.deliver(ApprovalChanged(approval=state, reason=reason))
        return state

    def answer_access(self, request: Any, *, reason: str = "", approved: bool = True) -> None:
        state = ApprovalState(
            approval_id=f"for-{request.request_id}",
            revision=1,
            visitor_id=request.visitor.visitor_id,
            inmate_name="Luis Delgado",
            unit_id="unit-a",
            kinds=(request.kind,),
            active=True,
        )
        self.deliver(
            AccessDecided(
                request_id=request.request_id,
                visitor_id=request.visitor.visitor_id,
                approval=state if approved else None,
                reason=reason,
                decided_at=self.clock.now(),
            )
        )

    def open_times(self, *starts: datetime, revision: int = 1) -> list[Slot]:
        slots = [Slot(starts_at=at, ends_at=at + timedelta(minutes=30)) for at in starts]
        self.publish(
            PublicCalendar(
                unit_id="unit-a",
                unit_name="Unit A",
                revision=revision,
                published_at=self.clock.now(),
                open=tuple(CalendarSlot(slot=slot, places=1) for slot in slots),
            )
        )
        return slots


class Browser:
    """A browser that posts forms with the token of the page it last saw."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.page: Response | None = None

    def open(self, address: str, **options: Any) -> Response:
        self.page = self.client.get(address, **options)
        return self.page

    def send(
        self,
        fields: dict[str, str] | None = None,
        *,
        to: str = "",
        files: dict[str, Any] | None = None,
    ) -> Response:
        """Posts to the page that is open, or `to`, with that page's form token."""
        assert self.page is not None
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.page.text)
        assert found, f"no form on {self.page.url}"
        address = to or str(self.page.url)
        data = {"form_token": found[1], **(fields or {})}
        self.page = self.client.post(address, data=data, files=files)
        return self.page

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.url.path


def picture(size: tuple[int, int] = (640, 400), kind: str = "JPEG", **options: Any) -> bytes:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", size, "#8899aa").save(out, kind, **options)
    return out.getvalue()
