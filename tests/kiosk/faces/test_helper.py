"""What a helper makes of pictures as they come, with real looks on their own thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import numpy as np
import pytest

from kiosk.devices.contracts import YuvFrame
from kiosk.faces.blurring import blurred, blurred_around
from kiosk.faces.contracts import Box, FinderMissing, Look
from kiosk.faces.finder import FaceFinder
from kiosk.faces.helper import FaceHelper, Told
from kiosk.faces.looker import Looker
from tests.harness import face_pictures as pictures
from visits.faces import FaceHelp, FaceTrouble

WARNS = FaceHelp(warn_after=timedelta(seconds=20))
BLURS = FaceHelp(blur=True)
FACE = Box(0.41, 0.25, 0.18, 0.24)


class Looks:
    """A looker whose thread is the test: `answer` says what the last offered picture shows."""

    def __init__(self) -> None:
        self.offered: list[YuvFrame] = []
        self._heard: object = None

    def offer(self, frame: YuvFrame, heard: object) -> None:
        self.offered.append(frame)
        self._heard = heard

    def answer(self, *faces: Box) -> None:
        self._heard(Look(self.offered[-1].taken_at, faces))  # type: ignore[operator]


class Stage:
    """One helper and the seconds that pass before its camera."""

    def __init__(self, wanted: FaceHelp) -> None:
        self.looks, self.told = Looks(), list[Told]()
        self.helper = FaceHelper(wanted, cast("Looker", self.looks), self.told.append)
        self.picture = pictures.seated()

    def frame(self, at: float) -> YuvFrame:
        return pictures.frame(self.picture, at)

    def second(self, at: float, *faces: Box) -> YuvFrame:
        """What is shown of a picture at that second, and then what was found in it."""
        shown = self.helper.take(self.frame(at))
        self.looks.answer(*faces)
        return shown


def same(one: YuvFrame, other: YuvFrame) -> bool:
    return bytes(one.y) == bytes(other.y) and bytes(one.u) == bytes(other.u)


def test_it_looks_about_once_a_second_whatever_the_camera_gives() -> None:
    stage = Stage(WARNS)
    for number in range(90):
        stage.helper.take(stage.frame(number / 30))
    assert [round(one.taken_at, 1) for one in stage.looks.offered] == [0.0, 1.0, 2.0]


def test_who_only_warns_hands_every_picture_on_as_it_came() -> None:
    stage = Stage(WARNS)
    frame = stage.frame(0.0)
    assert stage.helper.take(frame) is frame


def test_a_missing_face_is_told_with_when_it_was_last_seen_and_again_when_it_is_back() -> None:
    stage = Stage(WARNS)
    for at in range(40):
        stage.second(at, *((FACE,) if at < 5 or at > 30 else ()))
    assert stage.told == [Told(FaceTrouble.NO_FACE, 4.0), Told()]


def test_everything_is_blurred_until_a_face_is_found_twice_and_again_three_seconds_after() -> None:
    stage = Stage(BLURS)
    all_soft = blurred(stage.frame(0.0))
    assert same(stage.second(0.0, FACE), all_soft)
    assert same(stage.second(0.5, FACE), all_soft)
    assert same(stage.second(1.0), blurred_around(stage.frame(1.0), FACE))
    assert same(stage.second(3.4), blurred_around(stage.frame(1.0), FACE))
    assert same(stage.second(3.6), all_soft)
    assert [told.all_blurred for told in stage.told] == [True, False, True]
    assert all(told.trouble is None for told in stage.told)


# --- the thread that looks


class Slow:
    """A finder that takes until it is let go."""

    def __init__(self) -> None:
        self.begun: queue.Queue[float] = queue.Queue()
        self.go_on = threading.Semaphore(0)

    def look(self, frame: YuvFrame) -> Look:
        self.begun.put(frame.taken_at)
        assert self.go_on.acquire(timeout=10)
        return Look(frame.taken_at)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def looker(slow: Slow) -> Iterator[Looker]:
    one = Looker(lambda: cast("FaceFinder", slow))
    assert one.start()
    yield one
    slow.go_on.release(100)
    one.stop()


def test_what_comes_while_it_looks_is_dropped_and_nobody_waits(looker: Looker, slow: Slow) -> None:
    frame, heard = pictures.frame(pictures.room()), queue.Queue[Look]()

    def at(second: float) -> YuvFrame:
        return YuvFrame(**{**vars(frame), "taken_at": second})

    looker.offer(at(1.0), heard.put)
    assert slow.begun.get(timeout=10) == 1.0
    for number in range(2, 50):
        looker.offer(at(number), heard.put)
    slow.go_on.release()
    assert heard.get(timeout=10).at == 1.0
    assert slow.begun.empty()


def test_a_finder_in_real_use_finds_the_face_on_its_own_thread() -> None:
    one, heard = Looker(), queue.Queue[tuple[Look, str]]()
    assert one.start()
    one.offer(
        pictures.frame(pictures.seated(), 3.0),
        lambda look: heard.put((look, threading.current_thread().name)),
    )
    look, name = heard.get(timeout=20)
    one.stop()
    assert (len(look.faces), look.at, name) == (1, 3.0, "faces")


def test_where_no_finder_can_be_made_it_says_so_once_and_stays_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def none() -> FaceFinder:
        raise FinderMissing("Install the package.")

    one = Looker(none)
    with caplog.at_level(logging.ERROR):
        assert [one.start(), one.start()] == [False, False]
    assert [record.message for record in caplog.records] == ["Install the package."]
    one.stop()


def test_a_looker_that_never_began_can_be_stopped() -> None:
    Looker().stop()


def test_a_picture_is_never_written_to() -> None:
    stage = Stage(BLURS)
    frame = stage.frame(0.0)
    before = np.frombuffer(frame.y, np.uint8).copy()
    stage.helper.take(frame)
    assert np.array_equal(np.frombuffer(frame.y, np.uint8), before)
