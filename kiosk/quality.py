"""Samples of how each attempt goes at this terminal, for the console."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.media import MediaStats
from visits.clock import Clock
from visits.messages import Over, QualityTold, Sample, Way
from visits.messages.quality import SAMPLE_EVERY
from visits.model import Id, VisitId
from visits.relaying import Relay

STILL_ARRIVING_S = 1.5
"""A line that ends this soon after its last packet was not silent: the other side closed it."""


@dataclass
class _Open:
    """One attempt as far as it was told."""

    visit_id: VisitId
    relay: Relay | None
    relay_only: bool
    since: datetime
    before: MediaStats
    connected_at: datetime | None = None
    relay_reached: bool | None = None
    lost: bool = False


class QualityDesk:
    """`opened` and `look` on one thread; the rest is called on the media thread, and returns at
    once."""

    def __init__(
        self, clock: Clock, save: Callable[[QualityTold], None], *, relay_only: bool
    ) -> None:
        """`save` makes a sample durable; `relay_only` holds for every call of this terminal."""
        self._clock = clock
        self._save = save
        self._relay_only = relay_only
        self._lock = threading.Lock()
        self._open: dict[Id, _Open] = {}

    def opened(self, attempt: Id, visit_id: VisitId, relay: Relay | None, *, only: bool) -> None:
        """An attempt is about to be made; `only`: by the relay alone."""
        made = _Open(
            visit_id=visit_id,
            relay=relay,
            relay_only=only or self._relay_only,
            since=self._clock.now(),
            before=MediaStats(attempt=attempt),
        )
        with self._lock:
            self._open[attempt] = made

    def answered(self, attempt: Id, sdp: str) -> None:
        """Its answer names every address of ours: whether one of them is the relay's."""
        with self._lock:
            if (one := self._open.get(attempt)) is not None and one.relay is not None:
                one.relay_reached = " typ relay" in sdp

    def connected(self, attempt: Id) -> None:
        with self._lock:
            if (one := self._open.get(attempt)) is not None:
                one.connected_at = self._clock.now()

    def ended(self, attempt: Id) -> None:
        """Its line is lost, or never came to be; it will be closed."""
        with self._lock:
            if (one := self._open.get(attempt)) is not None:
                one.lost = True

    def look(self, stats: MediaStats, closing: Id | None = None) -> bool:
        """Save a sample where one is due; the last of `closing`, which is about to be closed.
        True when something was saved."""
        attempt = closing or stats.attempt
        with self._lock:
            one = self._open.get(attempt) if attempt is not None else None
            if one is not None and closing is not None:
                del self._open[closing]
        if attempt is None or one is None:
            return False
        now = self._clock.now()
        if closing is None and now - one.since < SAMPLE_EVERY:
            return False
        seen = stats if stats.attempt == attempt else one.before
        self._save(QualityTold(visit_id=one.visit_id, sample=_sample(one, seen, now, closing)))
        one.since, one.before = now, seen
        return True


def _sample(one: _Open, seen: MediaStats, now: datetime, closing: Id | None) -> Sample:
    before, length = one.before, max((now - one.since).total_seconds(), 0.001)
    freezes = seen.freezes - before.freezes
    silent = None if seen.silent_s is None else timedelta(seconds=seen.silent_s)
    round_trip = seen.round_trip_s
    return Sample(
        attempt=seen.attempt or "",
        since=one.since,
        until=now,
        connected_at=one.connected_at,
        last_arrival_at=None if silent is None else now - silent,
        frames=seen.remote_frames - before.remote_frames,
        freezes=freezes,
        longest_freeze_ms=round(seen.longest_freeze_s * 1000) if freezes else 0,
        round_trip_ms=None if round_trip is None else round(round_trip * 1000),
        line_bits=seen.line_bits,
        received_bits=round((seen.received_bytes - before.received_bytes) * 8 / length),
        way=_way(one, seen),
        relay_reached=one.relay_reached,
        over=_over(one, seen) if closing is not None else None,
    )


def _over(one: _Open, seen: MediaStats) -> Over:
    if one.connected_at is None:
        return Over.NEVER_CONNECTED
    if not one.lost:
        return Over.CLOSED_HERE
    silent = seen.silent_s is None or seen.silent_s >= STILL_ARRIVING_S
    return Over.SILENT if silent else Over.CLOSED_THERE


def _way(one: _Open, seen: MediaStats) -> Way:
    """With a relay at hand that the packets are not sent to, our own side may still use it."""
    if one.connected_at is None:
        return Way.UNKNOWN
    if one.relay is None or one.relay_only:
        return Way.DIRECT if one.relay is None else Way.RELAY
    most = max(seen.sent_bytes.items(), key=lambda pair: pair[1], default=("", 0))[0]
    host = most.rpartition(":")[0].strip("[]")
    return Way.RELAY if host in {str(address) for address in one.relay.addresses} else Way.UNKNOWN
