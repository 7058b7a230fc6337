"""A box for one picture: the newest wins, so a slow reader sees late pictures never."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kiosk.devices.contracts import YuvFrame


class LatestFrame:
    """Crosses threads; holds at most one picture."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frame: YuvFrame | None = None
        self._fresh = False
        self._arrived: Callable[[], None] | None = None

    def on_arrival(self, arrived: Callable[[], None] | None) -> None:
        """Call `arrived` on the writer's thread when a picture comes into a box that was read.

        At most one call is made per `take`, however many pictures come meanwhile.
        """
        with self._lock:
            self._arrived = arrived
            waiting = self._fresh
        if arrived is not None and waiting:
            arrived()

    def put(self, frame: YuvFrame) -> None:
        """Replace whatever is in the box."""
        with self._lock:
            self._frame, was_fresh, self._fresh = frame, self._fresh, True
            arrived = self._arrived
        if arrived is not None and not was_fresh:
            arrived()

    def take(self) -> YuvFrame | None:
        """The picture that came since the last `take`, or None."""
        with self._lock:
            if not self._fresh:
                return None
            self._fresh = False
            return self._frame

    def peek(self) -> YuvFrame | None:
        """The newest picture, seen before or not; None when the box is empty."""
        with self._lock:
            return self._frame

    def clear(self) -> None:
        """Forget the picture, so that a former visitor's face is never shown again."""
        with self._lock:
            self._frame, self._fresh = None, False
