"""The portal without a broker: real store, real pages, a line that remembers what it was asked.

desk = PortalDesk(tmp_path)
browser = desk.browser()
"""

from __future__ import annotations

import atexit
import io
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

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
    PORTAL,
    AccessDecided,
    ApprovalChanged,
    ApprovalState,
    CalendarSlot,
    CompanionState,
    Envelope,
    HoldDecided,
    HoldRequested,
    Notice,
    Parcel,
    Presence,
    PresenceState,
    PublicCalendar,
    TimesAsked,
    TimesTold,
    wrap,
)
from visits.model import CompanionDetails, Refusal, Slot, VisitChannel, VisitKind, new_id
from visits.sealing import ReviewerKey, seal
from visits.secrets import Cost, verifier_for
from visits.signing import SigningKey
from visits.sync.link import BrokerSettings
from visits.sync.presence import PresenceBook

N = TypeVar("N", bound=Notice)

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
    hears: Callable[[Notice], None] = lambda _notice: None
    """The console's ear, where a test gives it one."""

    def send(self, topic: str, notice: Notice, retain: bool = False) -> bool:
        self.sent.append((topic, notice))
        self.hears(notice)
        return self.connected

    def asked(self, kind: type[N]) -> list[N]:
        """The notices of one kind that were sent."""
        return [notice for _, notice in self.sent if isinstance(notice, kind)]

    def listen(self, topic_filter: str, handler: Callable[[str, Envelope, Notice], None]) -> None:
        self.handlers[topic_filter] = handler


@dataclass
class MemoryPost:
    """Remembers who takes which parcel, and how often it was woken."""

    takers: dict[type[Parcel], Any] = field(default_factory=dict)
    woken: int = 0
    fetches: Callable[[], None] = lambda: None
    """What the console does with what was put, where a test says so."""

    def takes(self, parcel_type: type[Parcel], handler: Any) -> None:
        self.takers[parcel_type] = handler

    def wake(self) -> None:
        self.woken += 1
        self.fetches()


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


@cache
def _empty_store() -> Path:
    """A store that was migrated once, closed; it goes when the tests are over."""
    kept = tempfile.TemporaryDirectory()
    atexit.register(kept.cleanup)
    file = Path(kept.name) / "portal.db"
    store = Store(f"sqlite:///{file}")
    store.migrate()
    store.close()
    return file


_tongues = cache(load_tongues)


class PortalDesk:
    """A portal in `folder`, its clock standing at `NOON`."""

    def __init__(self, folder: Path, facilities: tuple[FacilityDouble, ...] = ()) -> None:
        self.folder = folder
        self.clock = StoppedClock(NOON)
        self.doubles = facilities or (
            FacilityDouble("cook", "Cook County Jail", "America/Chicago"),
        )
        file = folder / "portal.db"
        if not file.exists():
            shutil.copyfile(_empty_store(), file)
        url = f"sqlite:///{file}"
        self.store = Store(url)
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
            tongues=_tongues(),
            patience_s=0.05,
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

    def tell(self, told: TimesTold, double: FacilityDouble | None = None) -> None:
        """The facility's console answers a question."""
        double = double or self.facility
        envelope = wrap(told, message_id=new_id(), sender=CONSOLE, sent_at=self.clock.now())
        topics = self.portal.facilities[double.id].topics
        double.line.handlers[topics.answer(PORTAL)]("", envelope, told)

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
        companions: tuple[tuple[str, str], ...] = (),
    ) -> ApprovalState:
        state = ApprovalState(
            approval_id=approval_id,
            revision=revision,
            visitor_id=visitor.visitor_id,
            inmate_name=inmate,
            unit_id="unit-a",
            kinds=kinds,
            active=active,
            companions=tuple(
                CompanionState(person_id=person_id, name=name) for person_id, name in companions
            ),
        )
        self.deliver(ApprovalChanged(approval=state, reason=reason))
        return state

    def answer_access(
        self,
        request: Any,
        *,
        reason: str = "",
        approved: bool = True,
        companions: tuple[CompanionDetails, ...] = (),
    ) -> None:
        state = ApprovalState(
            approval_id=f"for-{request.request_id}",
            revision=1,
            visitor_id=request.visitor.visitor_id,
            inmate_name="Luis Delgado",
            unit_id="unit-a",
            kinds=(request.kind,),
            active=True,
            companions=tuple(
                CompanionState(person_id=one.person_id, name=one.full_name) for one in companions
            ),
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

    def answer_with(
        self, *times: Slot, refusals: tuple[Refusal, ...] = (), may_wait: bool = True
    ) -> None:
        """From now on the console answers every question so, at once."""

        def answer(notice: Notice) -> None:
            if isinstance(notice, TimesAsked):
                self.answer(notice, *times, refusals=refusals, may_wait=may_wait)

        self.facility.line.hears = answer

    def answer(
        self,
        asked: TimesAsked,
        *times: Slot,
        refusals: tuple[Refusal, ...] = (),
        may_wait: bool = True,
    ) -> None:
        """The console answers one question."""
        told = TimesTold(
            question_id=asked.question_id,
            visitor_id=asked.visitor_id,
            approval_id=asked.approval_id,
            times=times,
            refusals=refusals,
            told_at=self.clock.now(),
            may_wait=may_wait,
        )
        self.tell(told)

    def keep_holds(self, minutes: int = 10) -> None:
        """From now on the console keeps every time that it is asked to."""

        kept: set[str] = set()

        def keep() -> None:
            for asked in self.waiting():
                if isinstance(asked, HoldRequested) and asked.visit_id not in kept:
                    kept.add(asked.visit_id)
                    self.decide_hold(asked, minutes=minutes)

        self.facility.post.fetches = keep

    def decide_hold(
        self,
        asked: HoldRequested,
        *refusals: Refusal,
        minutes: int = 10,
        alternatives: tuple[Slot, ...] = (),
    ) -> None:
        """Kept for some minutes, or not for these reasons."""
        until = self.clock.now() + timedelta(minutes=minutes)
        self.deliver(
            HoldDecided(
                visit_id=asked.visit_id,
                visitor_id=asked.visitor_id,
                held_until=None if refusals else until,
                refusals=refusals,
                alternatives=alternatives,
            )
        )

    def open_times(
        self,
        *starts: datetime,
        revision: int = 1,
        channels: tuple[VisitChannel, ...] = (VisitChannel.REMOTE,),
        kinds: tuple[VisitKind, ...] = tuple(VisitKind),
    ) -> list[Slot]:
        slots = [half_hour(at) for at in starts]
        self.publish(
            PublicCalendar(
                unit_id="unit-a",
                unit_name="Unit A",
                revision=revision,
                published_at=self.clock.now(),
                open=tuple(
                    CalendarSlot(slot=slot, places=1, kinds=kinds, channels=channels)
                    for slot in slots
                ),
            )
        )
        return slots


def half_hour(starts_at: datetime) -> Slot:
    return Slot(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))


_FORM = re.compile(r"<form(?P<attributes>[^>]*)>(?P<inside>.*?)</form>", re.DOTALL)
_BUTTON = re.compile(r"<button(?P<attributes>[^>]*)>(?P<words>.*?)</button>", re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_CHECKED = re.compile(r'<input type="radio" id="[^"]*" name="(\w+)" value="([^"]*)" checked')
_SELECTED = re.compile(
    r'<select id="[^"]*" name="(\w+)"[^>]*>(?:(?!</select>).)*?<option value="([^"]*)" selected',
    re.DOTALL,
)


def _plain(words: str) -> str:
    return re.sub(r"<[^>]*>", "", words)


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

    def press(self, button: str, **changes: str) -> Response:
        """Presses the button that says `button` (or has such an aria-label), in its own form."""
        assert self.page is not None
        for form in _FORM.finditer(self.page.text):
            for pressed in _BUTTON.finditer(form["inside"]):
                if button in _plain(pressed["words"]) or button in pressed["attributes"]:
                    return self._submit(form["attributes"], form["inside"], pressed, changes)
        raise AssertionError(f"no button {button!r} on {self.page.url}")

    def _submit(
        self, form: str, inside: str, pressed: re.Match[str], changes: dict[str, str]
    ) -> Response:
        assert self.page is not None
        fields = dict(_HIDDEN.findall(inside))
        fields |= dict(_CHECKED.findall(inside)) | dict(_SELECTED.findall(inside)) | changes
        fields |= dict(re.findall(r'\bname="(\w+)" value="([^"]*)"', pressed["attributes"]))
        action = re.search(r'action="([^"]+)"', form)
        address = str(self.page.url.join(action[1])) if action else str(self.page.url)
        self.page = self.client.post(address, data=fields)
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
