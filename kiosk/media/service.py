"""The call as the rest of the kiosk uses it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from typing import Any

from kiosk.devices.contracts import Camera, MarkerReader, Sound
from kiosk.media.attempt import Attempt
from kiosk.media.contracts import CallListener, CallSettings, MediaStats
from kiosk.media.latest import LatestFrame
from kiosk.media.room import AttemptMaker, Room
from kiosk.media.thread import MediaThread
from visits.clock import Clock
from visits.relaying import Relay

STOP_WITHIN_S = 5.0

Work = Callable[[Room], Coroutine[Any, Any, None]]
Order = tuple[str | None, Work]
"""Which attempt it is about, if any, and what to do."""


class CallService:
    """One call at a time, each connection of it an attempt with its own id.

    Every method may be called from any thread and returns at once, except `start` and
    `stop`; orders are carried out in the order given. Camera and microphone are open only
    between `warm_up` (or `open`) and `cool_down` (or `close`, when never warmed up).
    """

    def __init__(
        self,
        camera: Camera,
        sound: Sound,
        listener: CallListener,
        settings: CallSettings,
        clock: Clock,
        *,
        read_marker: MarkerReader | None = None,
    ) -> None:
        """`read_marker` (bench only) also turns on the reading of the remote tone."""
        self.remote_picture = LatestFrame()
        self.self_picture = LatestFrame()
        self._make_room: Callable[[], Room] = lambda: Room(
            camera,
            sound,
            listener,
            settings,
            clock,
            pictures=(self.self_picture, self.remote_picture),
            read_marker=read_marker,
        )
        self._thread = MediaThread()
        self._orders: asyncio.Queue[Order | None] = asyncio.Queue()
        self._room: Room | None = None
        self._done: Future[None] | None = None

    def start(self) -> None:
        """Start the media thread; no device is opened yet."""
        self._thread.start()
        self._done = self._thread.submit(self._carry_out_orders())

    def stop(self) -> None:
        """Close everything and await the thread. Raises `MediaStuck` when that takes too long."""
        self._thread.call(self._orders.put_nowait, None)
        if self._done is not None:
            wait([self._done], STOP_WITHIN_S)
            self._thread.stop(STOP_WITHIN_S)

    def warm_up(self) -> None:
        """Open camera and microphone (self view runs) so that a call starts without delay."""
        self._order(lambda room: room.warm_up())

    def cool_down(self) -> None:
        """Close the open attempt, if any, and the devices."""
        self._order(lambda room: room.cool_down())

    def open(
        self,
        attempt: str,
        relay: Relay | None = None,
        *,
        relay_only: bool = False,
        make: AttemptMaker = Attempt,
    ) -> None:
        """Prepare a connection for the offer to come; closes a former attempt first.

        `relay` is the visit's own; with `relay_only` (or the settings') no packet of it goes
        anywhere but there. `make`: another kind of attempt than one that leads from camera and
        microphone to the browser, and back to screen and speaker, and nowhere else.
        """
        self._order(
            lambda room: room.open(attempt, relay, relay_only=relay_only, make=make), attempt
        )

    def take_offer(self, attempt: str, sdp: str) -> None:
        """Answer the browser's offer. `answer_ready` or `failed` follows.

        An offer for an attempt that is not open is ignored: it was displaced meanwhile.
        """
        self._order(lambda room: room.take_offer(attempt, sdp), attempt)

    def set_muted(self, muted: bool) -> None:
        """Send silence instead of the microphone; holds across attempts until changed."""
        self._order(lambda room: room.set_muted(muted))

    def set_paused(self, paused: bool) -> None:
        """Neither side sees or hears the other; the line stays. Holds across attempts."""
        self._order(lambda room: room.set_paused(paused))

    def set_silenced(self, silenced: bool) -> None:
        """Neither side hears the other. Holds across attempts."""
        self._order(lambda room: room.set_silenced(silenced))

    def close(self, attempt: str) -> None:
        """End an attempt; unknown or already closed ones are ignored."""
        self._order(lambda room: room.close(attempt))

    def stats(self) -> MediaStats:
        """The present numbers."""
        room = self._room
        return room.stats() if room is not None else MediaStats()

    def _order(self, work: Work, attempt: str | None = None) -> None:
        self._thread.call(self._orders.put_nowait, (attempt, work))

    async def _carry_out_orders(self) -> None:
        room = self._room = self._make_room()
        while (order := await self._orders.get()) is not None:
            attempt, work = order
            (problem,) = await asyncio.gather(work(room), return_exceptions=True)
            if problem is not None:
                room.report(problem, attempt)
        await room.cool_down()
