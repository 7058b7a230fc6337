"""The running portal: started in order, stopped in reverse."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from types import FrameType

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Connection

from visitor_portal.changes import Changes
from visitor_portal.housekeeping import Housekeeping
from visitor_portal.inbound import Inbound, Undelivered
from visitor_portal.portal import Facility, Portal
from visitor_portal.settings import FacilitySettings, PortalSettings, WebSettings
from visitor_portal.store import Store
from visitor_portal.store.mailbox import SqlMailbox
from visitor_portal.visit import add_room
from visitor_portal.web import build_web
from visitor_portal.words import load_tongues
from visits.clock import Clock, ShiftedClock, SystemClock
from visits.errors import SettingsWrong
from visits.messages import CONSOLE, PORTAL, Presence
from visits.sync.bench import shift_from
from visits.sync.courier import Courier
from visits.sync.link import Link
from visits.sync.presence import PresenceBook

_LAST_WORDS_S = 5
_LARGEST_SOCKET_MESSAGE = 128 * 1024


def run(settings: PortalSettings) -> None:
    """Serves until SIGTERM or SIGINT, then stops cleanly.

    Prints one line when ready. Raises `SettingsWrong` when an essential part cannot start.
    """
    clock = clock_for(settings)
    with ExitStack() as parts:
        store = Store(settings.store.url)
        parts.callback(store.close)
        store.migrate()
        door = parts.enter_context(_listening(settings.web))
        url = settings.web.public_url or _address(door)
        changes = Changes()
        lines = [_line(one, store, clock, changes) for one in settings.facilities]
        portal = Portal(
            clock=clock,
            settings=settings,
            public_url=url,
            store=store,
            facilities={facility.id: facility for facility, _, _ in lines},
            changes=changes,
            tongues=load_tongues(),
        )
        web = build_web(portal)
        add_room(web, portal)
        for facility, link, courier in lines:
            Inbound(portal, facility).register()
            courier.start()
            parts.callback(courier.stop)
            link.start()
            parts.callback(link.stop)
        parts.enter_context(Housekeeping(store, clock).running())
        _Server(portal, web).run([door])


def clock_for(settings: PortalSettings) -> Clock:
    """The machine's clock; on a bench, moved by the shift file."""
    if settings.bench is not None and settings.bench.shift_file is not None:
        return ShiftedClock(shift_from(settings.bench.shift_file))
    return SystemClock()


def _line(
    settings: FacilitySettings, store: Store, clock: Clock, changes: Changes
) -> tuple[Facility, Link, Courier[Connection]]:
    link = Link(settings.broker, settings.id, PORTAL, clock, _version())
    undelivered = Undelivered(changes, settings.id)
    mailbox = SqlMailbox(store, settings.id, clock, undelivered)
    courier = Courier(link, mailbox, clock)
    presence = PresenceBook(partial(_console_changed, changes))
    facility = Facility.of(settings, link, courier, presence)
    link.listen(facility.topics.presence("+"), presence.heard)
    link.on_connected(changes.tell_everyone)
    link.on_lost(changes.tell_everyone)
    return facility, link, courier


def _console_changed(changes: Changes, presence: Presence) -> None:
    """Kiosks come and go unseen here; the visit room asks for them itself."""
    if presence.device == CONSOLE:
        changes.tell_everyone()


def _version() -> str:
    try:
        return version("visitline")
    except PackageNotFoundError:
        return "0"


@contextmanager
def _listening(web: WebSettings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((web.host, web.port))
        except OSError as cause:
            raise SettingsWrong(
                f"[web] {web.host}:{web.port} cannot be listened on: {cause.strerror}."
            ) from cause
        yield door


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Says when it is ready, and ends open event streams when it is told to stop."""

    def __init__(self, portal: Portal, web: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                web,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(portal.settings.web.behind_proxies),
                forwarded_allow_ips=list(portal.settings.web.behind_proxies),
                timeout_graceful_shutdown=_LAST_WORDS_S,
                ws_max_size=_LARGEST_SOCKET_MESSAGE,
            )
        )
        self._changes = portal.changes

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for door in sockets or ():
            print(f"visitline-portal ready {_address(door)}", flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the shape that signal.signal calls
        """Being told to stop is no fault: the signal is not raised again at the end."""
        self.should_exit = True
        self._changes.close()
