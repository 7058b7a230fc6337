"""When each piece of picture and sound was, on one timeline: seconds of this terminal's monotonic
clock. Pure."""

from __future__ import annotations

from collections import deque

PICTURE_HZ, SOUND_HZ = 90_000, 48_000
BLOCK_S = 0.02
STEADY_WITHIN_S = 0.12
"""Of the microphone five blocks wait at most; where one comes later, others were lost before."""
BLOCKS_OF_LATE = 100
MOVES_S = 0.0015
"""In a block, by which it is moved where it was laid too early or too late."""
WAITS_FOR_REPORTS_S = 6.0
"""Chromium's first report on its sound came 2.3 s after the offer; some browsers send none."""
SLEWS = 0.001
"""Seconds in a second by which the two clocks are brought together: nobody hears that."""
FINDS_S, OF_LATE_S, LEAPS = 10.0, 30.0, 1.0
"""In its first seconds the fastest packet is still being found; a wider leap is a new clock."""


class SteadySound:
    """The microphone's blocks follow one another without a gap, though they are handed over in
    bursts, and later the busier the machine is. None is handed over before it was heard, so the
    earliest of late tells when all of them were; they jump only where sound was really lost."""

    def __init__(self) -> None:
        self._count = 0
        self._laid: float | None = None
        """When a block before the first would have begun, had all followed one another."""
        self._of_late: deque[tuple[int, float]] = deque()
        """By count, those before which none was earlier."""

    def begins(self, measured: float) -> float:
        """When a block began, of which `measured` is a rough word: so late at most."""
        self._count += 1
        first = measured - self._count * BLOCK_S
        if self._laid is None or abs(first - self._laid) > STEADY_WITHIN_S:
            self._laid = first
            self._of_late.clear()
        off = self._earliest_of_late(first) - self._laid
        self._laid += max(-MOVES_S, min(MOVES_S, off))
        return self._laid + self._count * BLOCK_S

    def _earliest_of_late(self, first: float) -> float:
        of_late = self._of_late
        while of_late and of_late[-1][1] >= first:
            of_late.pop()
        of_late.append((self._count, first))
        if of_late[0][0] <= self._count - BLOCKS_OF_LATE:
            of_late.popleft()
        return of_late[0][1]


class _Stream:
    """One of the sender's RTP clocks."""

    def __init__(self, hertz: int) -> None:
        self.hertz = hertz
        self._unwrapped: int | None = None
        self._reported: tuple[float, int] | None = None

    @property
    def known(self) -> bool:
        return self._reported is not None

    def report(self, wall: float, timestamp: int) -> None:
        self._reported = (wall, self._unwrap(timestamp))

    def wall(self, timestamp: int) -> float:
        """Seconds of the sender's wall clock; of its own RTP clock where it never reported."""
        at = self._unwrap(timestamp)
        wall, reported_at = self._reported or (0.0, 0)
        return wall + (at - reported_at) / self.hertz

    def _unwrap(self, timestamp: int) -> int:
        if self._unwrapped is None:
            self._unwrapped = timestamp
        ahead = (timestamp - self._unwrapped + 2**31) % 2**32 - 2**31
        found = self._unwrapped + ahead
        self._unwrapped = max(self._unwrapped, found)
        return found


class _Distance:
    """Between the sender's clock and this terminal's: that of the packet which travelled fastest
    of late, so that jitter and loss move nothing."""

    def __init__(self) -> None:
        self._laid: float | None = None
        self._least: deque[tuple[float, float]] = deque()
        self._began_at = self._laid_at = 0.0

    def of(self, distance: float, now: float) -> float:
        least = self._least_of_late(distance, now)
        if self._laid is None or abs(least - self._laid) > LEAPS:
            self._laid, self._began_at = least, now
        elif least < self._laid and now - self._began_at < FINDS_S:
            self._laid = least
        else:
            most = SLEWS * max(0.0, now - self._laid_at)
            self._laid += max(-most, min(most, least - self._laid))
        self._laid_at = now
        return self._laid

    def _least_of_late(self, distance: float, now: float) -> float:
        while self._least and self._least[-1][1] >= distance:
            self._least.pop()
        self._least.append((now, distance))
        while now - self._least[0][0] > OF_LATE_S:
            self._least.popleft()
        return self._least[0][1]


class TheirTimeline:
    """The other side's picture and sound, aligned by its own reports, not by arrival."""

    def __init__(self) -> None:
        self._streams = {False: _Stream(PICTURE_HZ), True: _Stream(SOUND_HZ)}
        self._apart = {False: _Distance(), True: _Distance()}
        self._together = _Distance()
        self._began_at: float | None = None
        self._aligned = False

    def report(self, sound: bool, wall: float, timestamp: int) -> None:
        self._streams[sound].report(wall, timestamp)
        self._aligned = all(stream.known for stream in self._streams.values())

    def ready(self, now: float) -> bool:
        """Whether streams can be laid: both have reported, or it was waited long enough."""
        if self._began_at is None:
            self._began_at = now
        return self._aligned or now - self._began_at >= WAITS_FOR_REPORTS_S

    def at(self, sound: bool, timestamp: int, arrived_at: float) -> float:
        """When it was, in this terminal's seconds. Ask only once `ready`."""
        wall = self._streams[sound].wall(timestamp)
        distance = self._together if self._aligned else self._apart[sound]
        return wall + distance.of(arrived_at - wall, arrived_at)
