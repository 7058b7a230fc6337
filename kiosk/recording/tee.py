"""What the call hands on to its recorder: encoded already, from whichever thread it comes by.

Handing on is one append to a queue; nothing of a call ever waits for its record.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.media.encoding import EncodedPicture, PictureCodec

MOST_WAITING = 4_000
"""Some twenty seconds of a call. A recorder so far behind is broken, and the visit is told."""


class OwnPicture(NamedTuple):
    codec: PictureCodec
    picture: EncodedPicture


class OwnSound(NamedTuple):
    packet: bytes
    """Opus, 20 ms."""
    began_at: float
    """Monotonic seconds."""


class TheirPicture(NamedTuple):
    codec: PictureCodec
    timestamp: int
    """RTP, 90 kHz."""
    data: bytes
    arrived_at: float


class TheirSound(NamedTuple):
    timestamp: int
    """RTP, 48 kHz."""
    packet: bytes
    arrived_at: float


class TheirClock(NamedTuple):
    """The sender's wall clock, in seconds, at an RTP timestamp of one of its streams."""

    sound: bool
    wall: float
    timestamp: int


Heard = OwnPicture | OwnSound | TheirPicture | TheirSound | TheirClock


@dataclass
class Wanted:
    """What the recorder asks of the call; read and reset on the media loop."""

    own_keyframe: bool = False
    their_keyframe: bool = False


class Tee:
    """Between one attempt and its recorder."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.wanted = Wanted()
        self.monotonic = monotonic
        self.overflowed = False
        self._heard: deque[Heard] = deque()
        self._closed, self._over = False, threading.Event()

    def put(self, heard: Heard) -> None:
        """From any thread. Once it is closed, or nobody takes, nothing is kept."""
        if self._closed:
            return
        if len(self._heard) >= MOST_WAITING:
            self.overflowed = True
            return
        self._heard.append(heard)

    def take(self) -> list[Heard]:
        """Everything since the last time, in the order in which it came."""
        return [self._heard.popleft() for _ in range(len(self._heard))]

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """Nothing more is taken in; what came before can still be taken out."""
        self._closed = True
        self._over.set()

    def wait_closed(self, most_s: float) -> None:
        """Until it is closed, for so long at most."""
        self._over.wait(most_s)
