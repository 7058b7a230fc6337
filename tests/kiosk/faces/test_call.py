"""Which calls are helped: real media and real looks, before a camera that shows a face."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest

from kiosk.check_in import PinDesk
from kiosk.devices.contracts import Resolution, YuvFrame
from kiosk.effects import Effects
from kiosk.faces.call import HelpedCall
from kiosk.faces.helper import Told
from kiosk.faces.looker import Looker
from kiosk.media import CallService
from kiosk.media.camera_encoder import CameraEncoder
from kiosk.session.effects import OpenCall
from kiosk.session.facts import Facts
from kiosk.session.learning import first_kinds
from kiosk.store import Store
from tests.harness import face_pictures as pictures
from tests.harness.call import ANYWHERE, Heard
from tests.harness.kiosk_agenda import NOON, agenda, visit
from visits.clock import StoppedClock, SystemClock
from visits.faces import FaceHelp
from visits.model import VisitKind

pytestmark = pytest.mark.slow

WARNING = FaceHelp(warn_after=timedelta(seconds=20))
EVERYTHING = FaceHelp(warn_after=timedelta(seconds=20), blur=True)


class PhotoCamera:
    """Shows one photograph, fifteen times a second."""

    simulated = True
    name = "photograph"
    resolution = Resolution(640, 480)

    def __init__(self) -> None:
        self._i420 = pictures.frame(pictures.seated())
        self._clock = SystemClock()
        self._stopped = threading.Event()

    def start(self) -> None:
        self._stopped.clear()

    def read(self) -> YuvFrame:
        self._stopped.wait(1 / 15)
        return YuvFrame(**{**vars(self._i420), "taken_at": self._clock.monotonic()})

    def stop(self) -> None:
        self._stopped.set()


class Nobody:
    """Takes every order and does nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


class Terminal:
    """A kiosk's effects over a real call, as `kiosk.parts` puts them together."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.encoded: list[YuvFrame] = []
        self.told: list[tuple[str, Told]] = []
        self._changed = threading.Condition()
        nobody: Any = Nobody()
        camera, clock = PhotoCamera(), SystemClock()
        self.full = camera.read()
        sound: Any = Nobody()
        self.call = CallService(camera, sound, Heard(), ANYWHERE, clock)
        self.helped = HelpedCall(self.call, Looker(), self._hear)
        monkeypatch.setattr(CameraEncoder, "offer", self._encode)
        self.effects = Effects(
            store=store,
            pins=PinDesk(store.writer, StoppedClock(NOON), "boot"),
            call=self.call,
            calls=nobody,
            quality=nobody,
            signalling=nobody,
            wake_courier=lambda: None,
            post=lambda _: None,
            relay_privileged=False,
            ordinary_call=self.helped,
        )

    def __enter__(self) -> Self:
        self.effects.start()
        self.call.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.effects.stop()
        self.call.stop()
        self.helped.stop()

    def opens(self, kind: VisitKind, attempt: str, wanted: FaceHelp = EVERYTHING) -> None:
        known = agenda(visit(kind=kind)).model_copy(update={"faces": wanted})
        kinds = first_kinds({}, known)
        facts = Facts(terminal_id="a1", boot="boot", agenda=known, first_kinds=kinds)
        order = OpenCall("visit-1", "join-1", attempt, known.visits[0].slot.ends_at)
        with self._changed:
            self.encoded.clear()
        self.effects.perform([order], facts)

    def until(self, true: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(true, timeout=30)

    def whole(self, frame: YuvFrame) -> bool:
        return bytes(frame.y) == bytes(self.full.y)

    def _encode(self, frame: YuvFrame) -> None:
        with self._changed:
            self.encoded.append(frame)
            self._changed.notify_all()

    def _hear(self, attempt: str, told: Told) -> None:
        with self._changed:
            self.told.append((attempt, told))
            self._changed.notify_all()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    store = Store(tmp_path / "kiosk.db", "kiosk-a1")
    store.start()
    with Terminal(store, monkeypatch) as one:
        yield one
    store.stop()


def test_an_ordinary_visit_is_blurred_before_it_is_encoded_and_in_the_self_view(
    terminal: Terminal,
) -> None:
    terminal.opens(VisitKind.SOCIAL, "one")
    terminal.until(lambda: len(terminal.encoded) > 3)
    assert not any(terminal.whole(frame) for frame in terminal.encoded)
    shown = terminal.call.self_picture.peek()
    assert shown is not None
    assert not terminal.whole(shown)
    assert terminal.told[0] == ("one", Told(all_blurred=True))
    terminal.until(lambda: ("one", Told()) in terminal.told)
    face = np.s_[120:235, 262:378]
    terminal.until(lambda: near(terminal.encoded[-1].luma()[face], terminal.full.luma()[face]))


def near(one: Any, other: Any) -> bool:
    return bool(np.abs(one.astype(int) - other).max() <= 1)


def test_a_private_visit_is_neither_looked_at_nor_blurred_whatever_an_agenda_says(
    terminal: Terminal,
) -> None:
    terminal.opens(VisitKind.LEGAL, "one")
    terminal.until(lambda: len(terminal.encoded) > 20)
    assert all(terminal.whole(frame) for frame in terminal.encoded)
    assert terminal.told == []
    assert "faces" not in {thread.name for thread in threading.enumerate()}


def test_nothing_of_a_helped_call_is_left_in_a_private_one_that_follows(
    terminal: Terminal,
) -> None:
    terminal.opens(VisitKind.SOCIAL, "one")
    terminal.until(lambda: ("one", Told()) in terminal.told)
    terminal.opens(VisitKind.LEGAL, "two")
    terminal.until(lambda: bool(terminal.encoded) and terminal.whole(terminal.encoded[-1]))
    told = len(terminal.told)
    with terminal._changed:
        terminal.encoded.clear()
    terminal.until(lambda: len(terminal.encoded) > 20)
    assert all(terminal.whole(frame) for frame in terminal.encoded)
    assert len(terminal.told) == told


@pytest.mark.parametrize(
    ("wanted", "whole"), [(WARNING, True), (EVERYTHING, False)], ids=["warns", "blurs"]
)
def test_where_faces_cannot_be_found_nothing_is_told_and_what_is_to_be_blurred_is(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, wanted: FaceHelp, *, whole: bool
) -> None:
    monkeypatch.setattr(Looker, "start", lambda _: False)
    terminal.opens(VisitKind.SOCIAL, "one", wanted)
    terminal.until(lambda: len(terminal.encoded) > 20)
    assert {terminal.whole(frame) for frame in terminal.encoded} == {whole}
    assert all(told.trouble is None for _, told in terminal.told)


def test_where_nothing_is_turned_on_nothing_is_looked_at(terminal: Terminal) -> None:
    terminal.opens(VisitKind.SOCIAL, "one", FaceHelp())
    terminal.until(lambda: len(terminal.encoded) > 3)
    assert all(terminal.whole(frame) for frame in terminal.encoded)
    assert "faces" not in {thread.name for thread in threading.enumerate()}
