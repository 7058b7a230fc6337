"""A real kiosk process in a folder of its own, and a console's side of the line for it.

The console here is a bare link that publishes signed agendas and acknowledges parcels; the
broker, the keys and the kiosk are the real ones.
"""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from tests.harness.broker import Broker
from visits.clock import Clock
from visits.messages import Ack, Agenda, Envelope, Notice, Parcel, SignedAgenda, kiosk_device
from visits.signing import Purpose
from visits.sync.link import Link

P = TypeVar("P", bound=Parcel)

SETTINGS = """
mode = "{mode}"
[facility]
id = "{facility_id}"
console_keys = ["{console_key}"]
[terminal]
id = "{terminal_id}"
unit_id = "{unit_id}"
signing_key = "{keys}/{device}.signing.key"
[broker]
host = "127.0.0.1"
port = {port}
ca = "{keys}/ca.pem"
certificate = "{keys}/{device}.pem"
key = "{keys}/{device}.key"
[store]
path = "kiosk.db"
[screen]
fullscreen = false
[devices]
camera = "{camera}"
sound = "bench:tone?hz=880"
card_reader = "{card_reader}"
[call]
allowed_networks = ["0.0.0.0/0"]
"""
BENCH = """
[bench]
control_port = 0
shift_file = "clock-shift"
"""


def write_settings(
    folder: Path,
    broker: Broker,
    *,
    terminal_id: str = "a1",
    unit_id: str = "unit-a",
    mode: str = "bench",
    camera: str = "bench:testcard?marker=37",
    card_reader: str = "none:",
) -> Path:
    """kiosk.toml in `folder`, for a broker that need not be running."""
    file = folder / "kiosk.toml"
    text = SETTINGS.format(
        mode=mode,
        facility_id=broker.facility_id,
        console_key=broker.signing_key().verifying_key.text,
        terminal_id=terminal_id,
        unit_id=unit_id,
        port=broker.port,
        keys=broker.folder,
        device=kiosk_device(terminal_id),
        camera=camera,
        card_reader=card_reader,
    )
    file.write_text(text + (BENCH if mode == "bench" else ""))
    return file


class KioskProcess:
    """`python -m kiosk.app run`, off-screen, driven through its bench control."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.log = config.with_name("kiosk.log")
        self.url = ""
        self._child: subprocess.Popen[str] | None = None

    def start(self, within_s: float = 60.0) -> float:
        """Seconds until its first picture was on the glass."""
        began = time.monotonic()
        with self.log.open("a") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "kiosk.app", "run", "--config", str(self.config)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
            )
        said: queue.Queue[str] = queue.Queue()
        output = self._child.stdout
        assert output is not None
        threading.Thread(target=lambda: said.put(output.readline()), daemon=True).start()
        ready = re.match(r"visitline-kiosk ready (\S+)", said.get(timeout=within_s))
        assert ready, self.log.read_text()[-4000:]
        self.url = ready[1]
        return time.monotonic() - began

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        return self._end(signal.SIGKILL)

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._get("/state"))
        return found

    def screen_png(self) -> bytes:
        return self._get("/screen.png")

    def press(self, *widget_ids: str) -> None:
        """Each as soon as it is shown, within five seconds; the last answer's ids otherwise."""
        for widget_id in widget_ids:
            wait_for(partial(self._try_press, widget_id), f"{widget_id} to be shown")

    def type(self, digits: str) -> None:
        self.press(*(f"key-{digit}" for digit in digits))

    def wait_for_session(self, name: str, within_s: float = 10.0) -> dict[str, Any]:
        """The state once its session is `name`."""

        def found() -> dict[str, Any] | None:
            state = self.state()
            return state if state["session"] == name else None

        return wait_for(found, name, within_s, lambda: f"{self.state()}")

    def says(self, words: str) -> bool:
        return any(words in text for text in self.state()["texts"])

    def _try_press(self, widget_id: str) -> bool:
        body = json.dumps({"id": widget_id}).encode()
        try:
            urllib.request.urlopen(f"{self.url}/press", body, timeout=20).read()
        except urllib.error.HTTPError as problem:
            if problem.code != 404:
                raise
            return False
        return True

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            body: bytes = answer.read()
        return body

    def _end(self, how: signal.Signals) -> int:
        child, self._child = self._child, None
        if child is None:
            return 0
        if child.poll() is None:
            os.kill(child.pid, how)
        try:
            return child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise


class ConsoleLine:
    """The console's end of the broker: says agendas, hears and acknowledges parcels."""

    def __init__(self, broker: Broker, clock: Clock) -> None:
        self._key = broker.signing_key()
        self.link = Link(broker.settings("console"), broker.facility_id, "console", clock, "test")
        self.heard: list[Envelope] = []
        self._news = threading.Condition()
        self.link.listen_parcels(self.link.topics.to_console("+"), self._on_parcel)

    def start(self) -> None:
        self.link.start()
        wait_for(lambda: self.link.connected, "the console's link")

    def stop(self) -> None:
        self.link.stop()

    def publish(self, agenda: Agenda) -> None:
        signed = SignedAgenda(signed=self._key.sign(Purpose.AGENDA, agenda))
        self.link.send(self.link.topics.agenda(agenda.unit_id), signed, retain=True)

    def listen(self, topic: str, handler: Callable[[str, Envelope, Notice], None]) -> None:
        self.link.listen(topic, handler)

    def wait_for(self, kind: type[P], count: int = 1, within_s: float = 10.0) -> list[P]:
        """The first `count` parcels of `kind`, each once, in the order in which they came."""
        with self._news:
            self._news.wait_for(lambda: len(self._all(kind)) >= count, within_s)
            found = self._all(kind)
        assert len(found) >= count, f"heard {[one.type for one in self.heard]}"
        return found

    def _all(self, kind: type[P]) -> list[P]:
        distinct = {one.message_id: one for one in self.heard if one.type == kind.__name__}
        return [kind.model_validate(one.body) for one in distinct.values()]

    def _on_parcel(self, _topic: str, envelope: Envelope, _parcel: Parcel) -> None:
        with self._news:
            self.heard.append(envelope)
            self._news.notify_all()
        ack = Ack(message_id=envelope.message_id)
        self.link.send(self.link.topics.ack(envelope.sender, "console"), ack)


T = TypeVar("T")


def wait_for(
    found: Callable[[], T | None],
    what: str,
    within_s: float = 10.0,
    instead: Callable[[], str] = lambda: "",
) -> T:
    """The first true answer of `found`; `AssertionError` naming `what` when none comes."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"waited {within_s} s for {what}; {instead()}")


def moved(folder: Path, by: timedelta) -> None:
    """Sets the folder's kiosk ahead of this machine's time."""
    fresh = folder / "clock-shift.new"
    fresh.write_text(f"{by.total_seconds()}\n")
    fresh.replace(folder / "clock-shift")
