"""The running console: everything assembled, started in order, stopped in reverse."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from types import FrameType

from sqlite_utils import Database

from ops_console import memory
from ops_console.advisers import Advisers
from ops_console.building import Store, clock_of, make_console
from ops_console.jobs import Jobs
from ops_console.server import SIGNALS, WebServer
from ops_console.settings import ConsoleSettings
from ops_console.usecases import Publisher, hear_presence, register, tell_times
from ops_console.web import make_app
from ops_console.workshop import Workshop
from visits.messages import CONSOLE, Envelope, Notice, Presence, TimesAsked
from visits.model import DeviceId
from visits.sync.courier import Courier
from visits.sync.link import Link

SWITCH_S = 0.001
"""A thread that publishes lets one that decides in after this long."""
_logger = logging.getLogger(__name__)


class Process:
    """One console process. A part that fails to start stops those that were started."""

    def __init__(self, settings: ConsoleSettings) -> None:
        """Opens nothing but the web port. Raises `SettingsWrong` when a key cannot be read."""
        clock = clock_of(settings)
        self._store = Store.at(settings.store.path)
        self._link = Link(settings.broker, settings.facility.id, CONSOLE, clock, _version())
        self._courier: Courier[Database] = Courier(self._link, self._store.mailbox, clock)
        self._console = make_console(settings, clock, self._store, self._link, self._courier)
        self._workshop = Workshop(settings)
        self._advisers = Advisers(self._console, settings)
        self._publisher = Publisher(self._console, self._workshop.make)
        self._jobs = Jobs(self._console, settings.tick_seconds, settings.audit.head_file)
        self._answers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answers")
        self._web = WebServer(
            make_app(self._console),
            settings.web.host,
            settings.web.port,
            ready=_say_ready,
            ending=self._console.changes.close,
        )

    def run(self) -> None:
        """Until SIGTERM or SIGINT, which also end a start that is under way."""
        sys.setswitchinterval(SWITCH_S)
        memory.look_rarely()
        for one in SIGNALS:
            signal.signal(one, _leave)
        register(self._console, self._courier)
        topics = self._console.facility.topics
        self._link.listen(topics.presence("+"), self._hear)
        self._link.listen(topics.question("+"), self._answer)
        self._link.on_connected(self._console.announcer.announce_all)
        with ExitStack() as parts:
            for start, stop in self._parts():
                start()
                parts.callback(stop)
            self._web.serve_until_told()
            for one in SIGNALS:
                signal.signal(one, signal.SIG_IGN)

    def _parts(self) -> tuple[tuple[Callable[[], None], Callable[[], None]], ...]:
        """How each part starts and stops, in the order of starting."""
        return (
            (self._store.writer.start, self._stop_store),
            (self._advisers.start, self._advisers.stop),
            (self._link.start, self._link.stop),
            (self._courier.start, self._courier.stop),
            (self._publisher.start, self._stop_publishing),
            (lambda: None, lambda: self._answers.shutdown(cancel_futures=True)),
            (self._jobs.start, self._jobs.stop),
        )

    def _stop_store(self) -> None:
        self._store.writer.stop()
        self._store.readers.close()

    def _stop_publishing(self) -> None:
        self._publisher.stop()
        self._workshop.stop()

    def _answer(self, _topic: str, envelope: Envelope, notice: Notice) -> None:
        """Answers on a thread of its own, so that the line goes on meanwhile."""
        if isinstance(notice, TimesAsked):
            self._answers.submit(self._tell_times, envelope.sender, notice)

    def _tell_times(self, asker: DeviceId, asked: TimesAsked) -> None:
        try:
            told = tell_times(self._console, asked)
        except Exception:
            _logger.exception("a question about open times stays without an answer")
        else:
            self._link.send(self._console.facility.topics.answer(asker), told)

    def _hear(self, _topic: str, _envelope: Envelope, notice: Notice) -> None:
        if isinstance(notice, Presence):
            hear_presence(self._console, notice)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _say_ready(address: str) -> None:
    sys.stdout.write(f"visitline-console ready {address}\n")
    sys.stdout.flush()


def _version() -> str:
    try:
        return version("visitline")
    except PackageNotFoundError:
        return "unpackaged"
