"""One connection with the visitor's browser, from its first packet to its last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, AudioResampler, VideoFrame

from kiosk.devices.contracts import SAMPLE_RATE_HZ
from kiosk.media.aiortc_adapter import Line
from kiosk.media.contracts import CallListener, IceSettings, OfferRefused
from kiosk.media.latest import LatestFrame
from kiosk.media.playout import PlayoutBuffer
from kiosk.media.tracks import CameraTrack, MicrophoneTrack, from_video_frame

SILENT_LINE_S = 2.0
"""A line without a packet for this long is gone; ICE itself would notice after 30 s."""
CONNECT_WITHIN_S = 15.0
LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Surroundings:
    """What an attempt needs of the service."""

    listener: CallListener
    remote_picture: LatestFrame
    playout: PlayoutBuffer
    monotonic: Callable[[], float]


class Attempt:
    """Lives on the media loop. Tells the listener each thing at most once, `lost` or
    `failed` last."""

    def __init__(self, name: str, ice: IceSettings, around: Surroundings) -> None:
        self.name = name
        self.camera = CameraTrack()
        self.microphone = MicrophoneTrack()
        self.is_connected = False
        self.remote_frames = 0
        self.round_trip_s: float | None = None
        self._around = around
        self._line = Line(ice, self.camera, self.microphone)
        self._line.on_state(self._look_at_state)
        self._line.on_track(self._read)
        self._tasks: list[asyncio.Task[None]] = []
        self._over = False
        self._packets = 0
        self._last_sign_at = around.monotonic()

    async def prepare(self) -> None:
        """Do what needs no offer."""
        await self._line.gather()

    async def answer(self, offer: str) -> None:
        """Answer and begin to watch; `answer_ready` or `failed` follows."""
        try:
            sdp = await self._line.answer(offer)
        except OfferRefused as why:
            self._fail(str(why))
            return
        self._last_sign_at = self._around.monotonic()
        if not self._over:
            self._around.listener.answer_ready(self.name, sdp)
            self._tasks.append(asyncio.create_task(self._watch(), name=f"watch {self.name}"))

    async def close(self) -> None:
        """End the line; when this returns no task of it is left and nothing more is said."""
        self._over = True
        self.is_connected = False
        for track in (self.camera, self.microphone):
            track.stop()
        await self._line.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def abandon(self, why: str) -> None:
        """Something unforeseen happened; say so once."""
        self._fail(why)

    def _look_at_state(self) -> None:
        state = self._line.state
        if state == "connected" and not self.is_connected and not self._over:
            self.is_connected = True
            self._last_sign_at = self._around.monotonic()
            self._around.listener.connected(self.name)
        elif state in {"failed", "closed"}:
            self._fail(
                "The other side closed the line." if state == "closed" else "No way through."
            )

    def _fail(self, why: str) -> None:
        if self._over:
            return
        self._over = True
        if self.is_connected:
            self.is_connected = False
            self._around.listener.lost(self.name, why)
        else:
            self._around.listener.failed(self.name, why)

    async def _watch(self) -> None:
        while not self._over:
            await asyncio.sleep(LOOK_EVERY_S)
            packets, self.round_trip_s = await self._line.traffic()
            now = self._around.monotonic()
            if packets != self._packets and self.is_connected:
                self._packets, self._last_sign_at = packets, now
            patience = SILENT_LINE_S if self.is_connected else CONNECT_WITHIN_S
            if now - self._last_sign_at > patience:
                self._fail(f"Nothing was received for {patience:.0f} seconds.")

    def _read(self, track: MediaStreamTrack) -> None:
        reading = self._read_pictures(track) if track.kind == "video" else self._read_sound(track)
        self._tasks.append(asyncio.create_task(reading, name=f"{track.kind} {self.name}"))

    async def _read_pictures(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                picture = await track.recv()
            except MediaStreamError:
                return
            if isinstance(picture, VideoFrame) and not self._over:
                self._show(picture)

    def _show(self, picture: VideoFrame) -> None:
        self.remote_frames += 1
        self._around.remote_picture.put(from_video_frame(picture, self._around.monotonic()))
        if self.remote_frames == 1:
            self._around.listener.first_frame(self.name)

    async def _read_sound(self, track: MediaStreamTrack) -> None:
        to_mono = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
        while True:
            try:
                sound = await track.recv()
            except MediaStreamError:
                return
            if isinstance(sound, AudioFrame) and not self._over:
                for part in to_mono.resample(sound):
                    self._around.playout.put(bytes(part.planes[0])[: part.samples * 2])
