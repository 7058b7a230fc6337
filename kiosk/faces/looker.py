"""The one thread that looks for faces: at the newest picture, when it is done with the last."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import cv2

from kiosk.devices.contracts import YuvFrame
from kiosk.faces.contracts import FinderMissing, Look
from kiosk.faces.finder import FaceFinder

_logger = logging.getLogger(__name__)

LESS_URGENT = 10
"""The thread's niceness: sound and pictures go first."""


class _Asked(NamedTuple):
    frame: YuvFrame
    heard: Callable[[Look], None]


class Looker:
    """`offer` may be called from any thread and returns at once."""

    def __init__(self, make_finder: Callable[[], FaceFinder] = FaceFinder) -> None:
        self._make_finder = make_finder
        self._changed = threading.Condition()
        self._asked: _Asked | None = None
        self._busy = self._stopped = self._missing = False
        self._thread: threading.Thread | None = None

    def start(self) -> bool:
        """Harmless when it runs. False where faces cannot be found on this terminal; the log then
        says once what to install."""
        if self._thread is None and not self._missing:
            try:
                finder = self._make_finder()
            except FinderMissing as why:
                _logger.error("%s", why)  # noqa: TRY400 - the sentence says it all
                self._missing = True
                return False
            self._thread = threading.Thread(
                target=self._run, args=(finder,), name="faces", daemon=True
            )
            self._thread.start()
        return not self._missing

    def stop(self) -> None:
        """Returns once the thread is gone; safe when never started."""
        with self._changed:
            self._stopped = True
            self._asked = None
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def offer(self, frame: YuvFrame, heard: Callable[[Look], None]) -> None:
        """Look at it, unless another look is under way: then this one is not wanted any more.
        `heard` is called on the looker's thread."""
        with self._changed:
            if self._thread is not None and not self._busy and self._asked is None:
                self._asked = _Asked(frame, heard)
                self._changed.notify()

    def _run(self, finder: FaceFinder) -> None:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LESS_URGENT)
        cv2.setNumThreads(1)
        while (asked := self._next()) is not None:
            try:
                asked.heard(finder.look(asked.frame))
            finally:
                # No picture outlives its look.
                del asked
                self._busy = False

    def _next(self) -> _Asked | None:
        with self._changed:
            while self._asked is None and not self._stopped:
                self._changed.wait()
            asked, self._asked = self._asked, None
            self._busy = asked is not None
            return asked
