"""A running `CallService` and what it told, for tests that stand outside its thread."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.devices import open_camera, open_sound
from kiosk.devices.testcard import read_marker
from kiosk.media import CallService, CallSettings, IceSettings
from kiosk.media.contracts import MediaStats
from visits.clock import SystemClock

ANYWHERE = IceSettings.model_validate({"allowed_networks": ["0.0.0.0/0", "::/0"]})
CHROMIUM_OFFER = (Path(__file__).parent / "chromium_offer.sdp").read_text()
"""What Chromium 156 offered for one camera and one microphone."""
KIOSK_MARKER, KIOSK_HZ = 37, 880
VISITOR_MARKER, VISITOR_HZ = 91, 660


class Heard:
    """A `CallListener` that remembers; `wait_for` takes what came, in order."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str, str]] = []
        self._told: queue.Queue[tuple[str, str, str]] = queue.Queue()

    def wait_for(self, name: str, within: float = 15.0) -> tuple[str, str, str]:
        """The next call of that name: (name, attempt or state, text)."""
        until = time.monotonic() + within
        while (left := until - time.monotonic()) > 0:
            try:
                told = self._told.get(timeout=left)
            except queue.Empty:
                break
            if told[0] == name:
                return told
        raise AssertionError(f"{name} was not told within {within} s, only {self.all}")

    def names(self) -> list[str]:
        return [name for name, _, _ in self.all]

    def opened(self, attempt: str, own: str) -> None:
        self._note("opened", attempt, own)

    def answer_ready(self, attempt: str, sdp: str) -> None:
        self._note("answer_ready", attempt, sdp)

    def connected(self, attempt: str) -> None:
        self._note("connected", attempt)

    def secured(self, attempt: str, own: str, remote: str) -> None:
        self._note("secured", attempt, f"{own} {remote}")

    def first_frame(self, attempt: str) -> None:
        self._note("first_frame", attempt)

    def pictures_changed(self, attempt: str, theirs: bool, own: bool) -> None:
        self._note("pictures_changed", attempt, f"{theirs} {own}")

    def lost(self, attempt: str, why: str) -> None:
        self._note("lost", attempt, why)

    def failed(self, attempt: str, why: str) -> None:
        self._note("failed", attempt, why)

    def camera_changed(self, working: bool, why: str) -> None:
        self._note("camera_changed", str(working), why)

    def sound_changed(self, working: bool, why: str) -> None:
        self._note("sound_changed", str(working), why)

    def _note(self, name: str, first: str, text: str = "") -> None:
        told = (name, first, text)
        self.all.append(told)
        self._told.put(told)


@contextmanager
def running_service(
    heard: Heard,
    *,
    ice: CallSettings = ANYWHERE,
    camera: str = f"bench:testcard?marker={KIOSK_MARKER}",
    sound: str = f"bench:tone?hz={KIOSK_HZ}",
) -> Iterator[CallService]:
    """A started service on bench devices; stopped whatever happens."""
    service = CallService(
        open_camera(camera), open_sound(sound), heard, ice, SystemClock(), read_marker=read_marker
    )
    service.start()
    try:
        yield service
    finally:
        service.stop()


def wait_until(
    service: CallService, true: Callable[[MediaStats], bool], within: float = 8.0
) -> MediaStats:
    """The first stats for which `true` holds."""
    until = time.monotonic() + within
    while not true(stats := service.stats()):
        if time.monotonic() > until:
            raise AssertionError(f"Not within {within} s: {stats}")
        time.sleep(0.05)
    return stats
