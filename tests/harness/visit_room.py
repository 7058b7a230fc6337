"""A portal that serves one visit's room, on a real broker, with a console and a kiosk beside it.

The console is a `Station` that answers joins as the test says; the kiosk answers offers with
the real `CallService`, its bench camera and tone. What is real: MQTT, WebSocket, WebRTC.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import uvicorn

from kiosk.devices import open_camera, open_sound
from kiosk.devices.testcard import read_marker
from kiosk.media import CallService, IceSettings
from tests.harness.broker import Broker
from tests.harness.station import Station
from tests.harness.until import eventually
from visitor_portal.changes import Changes
from visitor_portal.portal import Facility, Portal
from visitor_portal.session import digest
from visitor_portal.settings import FacilitySettings, PortalSettings, StoreSettings
from visitor_portal.store import Store, access, sessions, visitors, visits
from visitor_portal.store.mailbox import SqlMailbox
from visitor_portal.store.visitors import Visitor
from visitor_portal.visit import add_room
from visitor_portal.web import build_web
from visitor_portal.words import load_tongues
from visits.clock import Clock, SystemClock
from visits.messages import (
    ApprovalState,
    Bye,
    Envelope,
    JoinDecided,
    JoinRequested,
    JoinToken,
    KioskReady,
    Notice,
    PageWitnessed,
    PageWord,
    QualityTold,
    Sample,
    SessionDescription,
    Signal,
    SignalFrame,
    TerminalNotice,
    Topics,
    VisitorHere,
    VisitState,
)
from visits.model import Cause, Refusal, Slot, VisitKind, VisitStatus, new_id
from visits.short_code import ShortCode, commitment, short_code
from visits.signing import Purpose
from visits.sync.courier import Courier
from visits.sync.link import Link
from visits.sync.presence import PresenceBook

FACILITY, TERMINAL, INMATE = "cook", "t1", "Robert Hale"
SECRETS = {"maria": "maria-is-signed-in", "jose": "jose-is-signed-in"}


@dataclass
class Console:
    """Answers joins: with a token, with `refusals`, or (`silent`) not at all."""

    station: Station
    broker: Broker
    slot: Slot
    refusals: tuple[Refusal, ...] = ()
    silent: bool = False
    asked: list[JoinRequested] = field(default_factory=list)

    def listen(self) -> None:
        self.station.courier.takes(JoinRequested, lambda *_: None, self._answer)
        self.station.takes(QualityTold)
        self.station.takes(PageWitnessed)

    @property
    def witnessed(self) -> list[PageWord]:
        """What the portal saw of the page, in the order in which it came."""
        return [told.word for told in self.station.taken if isinstance(told, PageWitnessed)]

    @property
    def samples(self) -> list[Sample]:
        """Of the page."""
        return [told.sample for told in self.station.taken if isinstance(told, QualityTold)]

    def _answer(self, _envelope: Envelope, asked: JoinRequested) -> None:
        self.asked.append(asked)
        if not self.silent:
            self.station.say(self._decide(asked), "portal")

    def _decide(self, asked: JoinRequested) -> JoinDecided:
        token = None if self.refusals else self._token(asked)
        return JoinDecided(
            join_id=asked.join_id,
            visit_id=asked.visit_id,
            terminal_id=TERMINAL if token else None,
            token=self.broker.signing_key().sign(Purpose.JOIN, token) if token else None,
            refusals=self.refusals,
        )

    def _token(self, asked: JoinRequested) -> JoinToken:
        return JoinToken(
            facility_id=FACILITY,
            join_id=asked.join_id,
            visit_id=asked.visit_id,
            visitor_id=asked.visitor_id,
            terminal_id=TERMINAL,
            kind=VisitKind.FAMILY,
            issued_at=asked.asked_at,
            not_before=self.slot.starts_at - timedelta(minutes=15),
            not_after=self.slot.ends_at,
        )


class Kiosk:
    """The terminal's side of the signalling: one inmate, checked in when the test says so."""

    def __init__(self, broker: Broker, clock: Clock, ends_at: datetime) -> None:
        self.link = Link(
            broker.settings(f"kiosk-{TERMINAL}"), FACILITY, f"kiosk-{TERMINAL}", clock, "test"
        )
        self.ends_at = ends_at
        self.heard: list[Signal] = []
        self.marker = 37
        self.service = CallService(
            open_camera(f"bench:testcard?marker={self.marker}"),
            open_sound("bench:tone?hz=880"),
            self,
            IceSettings.model_validate({"allowed_networks": ["0.0.0.0/0"]}),
            clock,
            read_marker=read_marker,
        )
        self.codes: list[ShortCode] = []
        """Of every line that was encrypted."""
        self.commit: Callable[[str], str | None] = commitment
        self._inmate_here = False
        self._join: VisitorHere | None = None
        self._attempt: str | None = None
        self._lock = threading.RLock()

    def start(self) -> None:
        self.service.start()
        self.service.warm_up()
        self.link.listen(Topics(FACILITY).signal_to_kiosk(TERMINAL), self._hear)
        self.link.start()
        eventually(lambda: self.link.connected, "the kiosk is connected")

    def stop(self) -> None:
        self.link.stop()
        self.service.stop()

    def said(self, kind: type[Signal]) -> list[Signal]:
        """What it heard of that kind, in order."""
        return [signal for signal in self.heard if isinstance(signal, kind)]

    # --- what a test does ------------------------------------------------------------------

    def check_in(self) -> None:
        with self._lock:
            self._inmate_here = True
            if self._join is not None:
                self._call(self._join)

    def say(self, signal: Signal) -> None:
        self.link.send(Topics(FACILITY).signal_to_portal(TERMINAL), SignalFrame(signal=signal))

    def tell(self, word: str) -> None:
        join = self._present()
        self.say(
            TerminalNotice.model_validate(
                {"visit_id": join.visit_id, "join_id": join.join_id, "word": word}
            )
        )

    def goodbye(self, cause: Cause | None) -> None:
        join = self._present()
        self._inmate_here = False
        self.say(Bye(visit_id=join.visit_id, join_id=join.join_id, cause=cause))

    def drop_the_line(self) -> None:
        """As if the connection broke: the attempt is closed, nothing is said."""
        with self._lock:
            attempt, self._attempt = self._attempt, None
        assert attempt is not None
        self.service.close(attempt)

    def _present(self) -> VisitorHere:
        assert self._join is not None
        return self._join

    # --- what it hears ---------------------------------------------------------------------

    def _hear(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        assert isinstance(notice, SignalFrame)
        signal = notice.signal
        with self._lock:
            self.heard.append(signal)
            match signal:
                case VisitorHere():
                    self._greet(signal)
                case SessionDescription() if signal.attempt == self._attempt:
                    self.service.take_offer(signal.attempt, signal.sdp)
                case Bye(cause=Cause.LINE_LOST):
                    self._attempt = None

    def _greet(self, here: VisitorHere) -> None:
        new = self._join is None or self._join.join_id != here.join_id
        self._join = here
        if not self._inmate_here:
            self.tell("inmate-not-here")
        elif new or self._attempt is None:
            self._call(here)

    def _call(self, join: VisitorHere) -> None:
        self._attempt = new_id()
        self.service.open(self._attempt)

    # --- CallListener ----------------------------------------------------------------------

    def opened(self, attempt: str, own: str) -> None:
        with self._lock:
            if attempt == self._attempt:
                join = self._present()
                self.say(
                    KioskReady(
                        visit_id=join.visit_id,
                        join_id=join.join_id,
                        attempt=attempt,
                        ends_at=self.ends_at,
                        commitment=self.commit(own),
                    )
                )

    def answer_ready(self, attempt: str, sdp: str) -> None:
        with self._lock:
            if attempt == self._attempt:
                join = self._present()
                self.say(
                    SessionDescription(
                        type="answer",
                        visit_id=join.visit_id,
                        join_id=join.join_id,
                        attempt=attempt,
                        sdp=sdp,
                    )
                )

    def connected(self, attempt: str) -> None:
        """Nothing to do."""

    def pictures_changed(self, attempt: str, theirs: bool, own: bool) -> None: ...

    def secured(self, attempt: str, own: str, remote: str) -> None:
        self.codes.append(short_code(own, remote))

    def first_frame(self, attempt: str) -> None:
        """Nothing to do."""

    def lost(self, attempt: str, why: str) -> None:
        with self._lock:
            if attempt == self._attempt:
                self._attempt = None
                self.service.close(attempt)
                self.tell("reconnecting")

    def failed(self, attempt: str, why: str) -> None:
        self.lost(attempt, why)

    def camera_changed(self, working: bool, why: str) -> None:
        """Nothing to do."""

    def sound_changed(self, working: bool, why: str) -> None:
        """Nothing to do."""


class RoomBench:
    """All of it. `url` is where the portal answers; `visit_id` is Maria's visit."""

    def __init__(
        self,
        broker: Broker,
        folder: Path,
        clock: Clock | None = None,
        kind: VisitKind = VisitKind.FAMILY,
    ) -> None:
        self.broker, self.kind = broker, kind
        self.clock = clock or SystemClock()
        now = self.clock.now()
        self.slot = Slot(starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(minutes=29))
        self.visit_id = new_id()
        self.revision = 1
        self.console = Console(Station(broker, "console", folder), broker, self.slot)
        self.kiosk = Kiosk(broker, self.clock, self.slot.ends_at)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.link = Link(broker.settings("portal"), FACILITY, "portal", self.clock, "test")
        self.portal = self._portal(folder)
        app = build_web(self.portal)
        add_room(app, self.portal)
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._door]}, name="portal"
        )

    def _portal(self, folder: Path) -> Portal:
        store = Store(f"sqlite:///{folder / 'portal.sqlite'}")
        store.migrate()
        settings = FacilitySettings(
            id=FACILITY,
            name="Cook County Jail",
            zone="America/Chicago",
            console_key=self.broker.signing_key().verifying_key.text,
            reviewer_key=self.broker.reviewer_public_key().text,
            broker=self.broker.settings("portal"),
        )
        mailbox = SqlMailbox(store, FACILITY, self.clock)
        self._courier = Courier(self.link, mailbox, self.clock)
        return Portal(
            clock=self.clock,
            settings=PortalSettings(
                store=StoreSettings(url="sqlite://"), facilities=(settings,), mode="bench"
            ),
            public_url=self.url,
            store=store,
            facilities={FACILITY: Facility.of(settings, self.link, self._courier, PresenceBook())},
            changes=Changes(),
            tongues=load_tongues(),
        )

    # --- start and stop --------------------------------------------------------------------

    def start(self) -> None:
        self._seed()
        self.console.listen()
        self.console.station.start()
        self._courier.start()
        self.link.start()
        self.kiosk.start()
        self._thread.start()
        eventually(lambda: self._server.started, "the portal serves")
        eventually(lambda: self.link.connected, "the portal is connected")
        self.console.station.connected()

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join()
        self._door.close()
        self.kiosk.stop()
        self._courier.stop()
        self.link.stop()
        self.console.station.stop()
        self.portal.store.close()

    def drop_sockets(self) -> None:
        """Every open line between portal and browsers breaks, as on a bad network."""
        for connection in tuple(self._server.server_state.connections):
            connection.loop.call_soon_threadsafe(connection.transport.abort)

    def _seed(self) -> None:
        now = self.clock.now()
        approval = ApprovalState(
            approval_id="approval-1",
            revision=1,
            visitor_id="maria",
            inmate_name=INMATE,
            unit_id="unit-a",
            kinds=(VisitKind.FAMILY, VisitKind.LEGAL),
            active=True,
        )
        with self.portal.store.write() as connection:
            access.apply(connection, FACILITY, approval, "")
            for name, secret in SECRETS.items():
                visitor = Visitor(name, name.title(), date(1980, 1, 1), "Street 1", f"{name}@x.org")
                visitors.add(connection, visitor, "no password", now)
                sessions.add(connection, digest(secret), name, now)
        self.record(VisitStatus.BOOKED)

    def record(
        self, status: VisitStatus, cause: Cause | None = None, slot: Slot | None = None
    ) -> None:
        """What the facility's record says of the visit from now on."""
        self.revision += 1
        state = VisitState(
            visit_id=self.visit_id,
            revision=self.revision,
            visitor_id="maria",
            approval_id="approval-1",
            kind=self.kind,
            slot=slot or self.slot,
            status=status,
            cause=cause,
        )
        with self.portal.store.write() as connection:
            visits.apply(connection, FACILITY, state)

    # --- addresses -------------------------------------------------------------------------

    @property
    def room_url(self) -> str:
        return f"{self.url}/visit/{self.visit_id}"

    def socket_url(self, page: str = "page-1", visit_id: str | None = None) -> str:
        path = f"/visit/{visit_id or self.visit_id}/signal?page={page}"
        return f"ws://127.0.0.1:{self.port}{path}"

    def cookie(self, who: str = "maria") -> str:
        return f"visitline-session={SECRETS[who]}"
