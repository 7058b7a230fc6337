"""What stands between the camera and everybody who sees its picture, during one attempt.

Called on the camera's thread, where it takes under two milliseconds; the looking itself is
done elsewhere, and pictures that come meanwhile are not looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from kiosk.devices.contracts import YuvFrame
from kiosk.faces.blurring import blurred, blurred_around
from kiosk.faces.contracts import Box, Look
from kiosk.faces.looker import Looker
from kiosk.faces.presence import Presence, after
from visits.faces import FaceHelp, FaceTrouble

LOOK_EVERY_S, LOOK_EVERY_BLURRING_S = 1.0, 0.3
"""Between two looks; where the clear part has to follow a face, more often."""
CLEAR_FOR_S = 3.0
"""After a face was last seen its place stays clear for so long; then all is blurred."""


class Told(NamedTuple):
    """What the screen and the officers are told when it changes."""

    trouble: FaceTrouble | None = None
    since: float = 0.0
    """Of the trouble: when a face was last seen, in seconds that never go back."""
    all_blurred: bool = False


class FaceHelper:
    """One for each attempt. Until a face was found everything is blurred, if anything is to be."""

    def __init__(
        self, help_with: FaceHelp, looker: Looker, changed: Callable[[Told], None]
    ) -> None:
        """`changed` is called on the camera's or the looker's thread."""
        self._blurs = help_with.blur
        self._every = LOOK_EVERY_BLURRING_S if help_with.blur else LOOK_EVERY_S
        asked = help_with.warn_after
        self._warn_after_s = asked.total_seconds() if asked is not None else float("inf")
        self._looker = looker
        self._changed = changed
        self._lock = threading.Lock()
        self._presence: Presence | None = None
        self._looked_at = float("-inf")
        self._told = Told()

    def take(self, frame: YuvFrame) -> YuvFrame:
        """What of `frame` may be shown to anybody."""
        if frame.taken_at - self._looked_at >= self._every:
            self._looked_at = frame.taken_at
            self._looker.offer(frame, self._heard)
        if not self._blurs:
            return frame
        face = self._face_at(frame.taken_at)
        self._tell(all_blurred=face is None)
        return blurred(frame) if face is None else blurred_around(frame, face)

    def _face_at(self, now: float) -> Box | None:
        known = self._presence
        if known is None or known.face is None or now - known.since > CLEAR_FOR_S:
            return None
        return known.face

    def _heard(self, look: Look) -> None:
        before = self._presence or Presence(since=look.at)
        self._presence = known = after(before, look, self._warn_after_s)
        since = known.since if known.trouble is not None else 0.0
        self._tell(trouble=known.trouble, since=since)

    def _tell(self, **news: object) -> None:
        with self._lock:
            told = Told(**{**self._told._asdict(), **news})
            if told == self._told:
                return
            self._told = told
        self._changed(told)
