"""The devices and the one attempt, as they stand together on the media loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from kiosk.devices.contracts import Camera, MarkerReader, Sound
from kiosk.media.attempt import Attempt, Surroundings
from kiosk.media.camera_encoder import CameraEncoder
from kiosk.media.camera_feed import CameraFeed
from kiosk.media.contracts import CallListener, CallSettings, IceSettings, MediaStats
from kiosk.media.decoding import warm_codecs
from kiosk.media.latest import LatestFrame
from kiosk.media.probe import Probe
from kiosk.media.sound_keeper import SoundKeeper
from visits.clock import Clock
from visits.relaying import Relay

log = logging.getLogger(__name__)


AttemptMaker = Callable[[str, IceSettings, Surroundings], Attempt]
"""What a connection is made by: its name, where it may go, what it needs."""


class Room:
    """Carries out one order after another; `stats` alone may be called from any thread."""

    def __init__(
        self,
        camera: Camera,
        sound: Sound,
        listener: CallListener,
        settings: CallSettings,
        clock: Clock,
        *,
        pictures: tuple[LatestFrame, LatestFrame],
        read_marker: MarkerReader | None,
    ) -> None:
        """`pictures`: where the self view and the remote picture go."""
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self_picture, self._remote_picture = pictures
        self._probe = Probe(self._remote_picture, read_marker) if read_marker else None
        tone = self._probe.tone if self._probe else None
        self._feed = CameraFeed(camera, self_picture, listener.camera_changed, clock.monotonic)
        self._keeper = SoundKeeper(sound, listener.sound_changed, tone)
        self._encoder = CameraEncoder(clock.monotonic)
        self._around = Surroundings(
            listener,
            self._encoder,
            self._remote_picture,
            self._keeper.voice.playout,
            clock.monotonic,
        )
        self._resolution = camera.resolution
        self._attempt: Attempt | None = None
        self._warm = False
        self._paused = self._silenced = False

    async def warm_up(self) -> None:
        self._warm = True
        self._open_devices()
        await asyncio.to_thread(warm_codecs, self._resolution)

    async def cool_down(self) -> None:
        self._warm = False
        await self._end_attempt()
        await self._close_devices()

    async def open(
        self, name: str, relay: Relay | None, *, relay_only: bool, make: AttemptMaker
    ) -> None:
        await self._end_attempt()
        self._open_devices()
        ice = self._settings.of_visit(relay, relay_only=relay_only)
        if ice.relay_only and relay is None:
            log.error("This visit must be relayed and names no relay. Check the console's [relay].")
        attempt = self._attempt = make(name, ice, self._around)
        soon = self._loop.call_soon_threadsafe
        self._keeper.voice.send_to(lambda block: soon(attempt.hear, block))
        self._bring_about()
        await attempt.prepare()

    async def take_offer(self, name: str, sdp: str) -> None:
        if self._attempt is not None and self._attempt.name == name:
            await self._attempt.answer(sdp)

    async def set_muted(self, muted: bool) -> None:
        self._keeper.voice.muted = muted

    async def set_paused(self, paused: bool) -> None:
        self._paused = paused
        self._bring_about()

    async def set_silenced(self, silenced: bool) -> None:
        self._silenced = silenced
        self._bring_about()

    async def close(self, name: str) -> None:
        if self._attempt is not None and self._attempt.name == name:
            await self._end_attempt()
            if not self._warm:
                await self._close_devices()

    def report(self, problem: BaseException, name: str | None) -> None:
        """An order failed in a way nobody foresaw: the attempt ends, the service goes on."""
        log.error("The media thread met a fault.", exc_info=problem)
        why = "The terminal's media software met a fault. Try again."
        if self._attempt is not None:
            self._attempt.abandon(why)
        elif name is not None:
            self._around.listener.failed(name, why)

    def stats(self) -> MediaStats:
        devices = MediaStats(camera_working=self._feed.working, sound_working=self._keeper.working)
        attempt = self._attempt
        if attempt is None:
            return devices
        return MediaStats(
            attempt=attempt.name,
            connected=attempt.is_connected,
            sent_frames=attempt.sent_frames,
            remote_frames=attempt.remote_frames,
            freezes=attempt.freezes,
            longest_freeze_s=attempt.longest_freeze_s,
            received_bytes=attempt.received_bytes,
            silent_s=attempt.silent_s,
            round_trip_s=attempt.round_trip_s,
            line_bits=attempt.line_bits,
            fingerprints=attempt.fingerprints,
            sent_bytes=attempt.sent_bytes,
            remote_marker=self._probe.marker if self._probe else None,
            remote_tone_hz=self._probe.tone_hz if self._probe else None,
            camera_working=devices.camera_working,
            sound_working=devices.sound_working,
        )

    def _open_devices(self) -> None:
        self._feed.start()
        self._keeper.start()
        if self._probe:
            self._probe.start()

    async def _close_devices(self) -> None:
        if self._probe:
            await self._probe.stop()
        await asyncio.gather(asyncio.to_thread(self._feed.stop), self._keeper.stop())

    def _bring_about(self) -> None:
        """Let through of picture and sound what officers let through."""
        attempt = self._attempt
        self._keeper.voice.hushed = self._paused or self._silenced
        if attempt is not None:
            attempt.covered = self._paused
            if self._paused:
                self._feed.send_to(None)
            else:
                self._feed.send_to(self._encoder.offer, attempt.prepare_picture)
        if self._paused:
            self._remote_picture.clear()

    async def _end_attempt(self) -> None:
        self._feed.send_to(None)
        self._keeper.voice.send_to(None)
        try:
            if self._attempt is not None:
                await self._attempt.close()
        finally:
            self._attempt = None
        self._remote_picture.clear()
        self._keeper.voice.forget()
