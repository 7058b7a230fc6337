"""Hears the media thread and tells the session; answers go straight to the line."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from kiosk.session.events import (
    DeviceFailed,
    DeviceMended,
    Event,
    FirstFrame,
    LineLost,
    LineSecured,
    MediaConnected,
    MediaFailed,
    PicturesChanged,
)

_logger = logging.getLogger(__name__)


class HearsQuality(Protocol):
    """What keeps samples of each attempt."""

    def answered(self, attempt: str, sdp: str) -> None: ...
    def connected(self, attempt: str) -> None: ...
    def ended(self, attempt: str) -> None: ...


class CallEvents:
    """A `kiosk.media.CallListener`. Set `ready` and `send_answer` before a call can be made."""

    def __init__(self, post: Callable[[Event], None]) -> None:
        self._post = post
        self.send_answer: Callable[[str, str], None] = lambda *_: None
        self.ready: Callable[[str, str], None] = lambda *_: None
        self.quality: HearsQuality | None = None

    def opened(self, attempt: str, own: str) -> None:
        self.ready(attempt, own)

    def answer_ready(self, attempt: str, sdp: str) -> None:
        if self.quality:
            self.quality.answered(attempt, sdp)
        self.send_answer(attempt, sdp)

    def connected(self, attempt: str) -> None:
        if self.quality:
            self.quality.connected(attempt)
        self._post(MediaConnected(attempt))

    def secured(self, attempt: str, own: str, remote: str) -> None:
        self._post(LineSecured(attempt, own, remote))

    def first_frame(self, attempt: str) -> None:
        self._post(FirstFrame(attempt))

    def pictures_changed(self, attempt: str, theirs: bool, own: bool) -> None:
        self._post(PicturesChanged(attempt, theirs, own))

    def lost(self, attempt: str, why: str) -> None:
        _logger.warning("the line of %s is lost: %s", attempt, why)
        if self.quality:
            self.quality.ended(attempt)
        self._post(LineLost(attempt, why))

    def failed(self, attempt: str, why: str) -> None:
        _logger.warning("%s became no line: %s", attempt, why)
        if self.quality:
            self.quality.ended(attempt)
        self._post(MediaFailed(attempt, why))

    def camera_changed(self, working: bool, why: str) -> None:
        self._device_changed("camera", working, why)

    def sound_changed(self, working: bool, why: str) -> None:
        self._device_changed("sound", working, why)

    def _device_changed(self, device: str, working: bool, why: str) -> None:
        if working:
            self._post(DeviceMended(device))
            return
        _logger.error("the %s is broken: %s", device, why)
        self._post(DeviceFailed(device, why))
