"""One connection with the visitor's browser, from its first packet to its last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from av import VideoFrame

from kiosk.media.camera_encoder import CameraEncoder, Receiver
from kiosk.media.camera_feed import PreparePicture
from kiosk.media.contracts import CallListener, IceSettings, OfferRefused
from kiosk.media.incoming import PicturesIn, SoundIn
from kiosk.media.latest import LatestFrame
from kiosk.media.line import Line, Traffic
from kiosk.media.playout import PlayoutBuffer
from kiosk.media.tracks import from_video_frame
from visits.messages.quality import FREEZE

SILENT_LINE_S = 2.0
"""A line without a packet for this long is gone; ICE itself would notice after 30 s."""
CONNECT_WITHIN_S = 15.0
LOOK_EVERY_S = 0.2
NO_PICTURE_S = 3.0
"""Sound still comes but no picture for so long: the screen says so."""


@dataclass(frozen=True)
class Surroundings:
    """What an attempt needs of the service."""

    listener: CallListener
    encoder: CameraEncoder
    remote_picture: LatestFrame
    playout: PlayoutBuffer
    monotonic: Callable[[], float]


class Attempt:
    """Lives on the media loop. Tells the listener each thing at most once, `lost` or
    `failed` last."""

    def __init__(self, name: str, ice: IceSettings, around: Surroundings) -> None:
        self.name = name
        self.is_connected = False
        self.remote_frames = 0
        self.freezes = 0
        self.longest_freeze_s = 0.0
        self.covered = False
        """The other side's pictures are kept from the screen."""
        self.prepare_picture: PreparePicture | None = None
        """What is made of each picture of the camera before anybody sees it, on the camera's
        thread; None: nothing."""
        self._around = around
        self._home = asyncio.get_running_loop()
        self._receiver: Receiver | None = None
        self._line = self._make_line(ice)
        self._line.on_state(self._look_at_state)
        self._watching: asyncio.Task[None] | None = None
        self._over = False
        self._traffic = Traffic()
        self._connected_at = around.monotonic()
        self._last_picture_at: float | None = None
        self._pictures = (True, True)
        self._last_sign_at = around.monotonic()

    @property
    def sent_frames(self) -> int:
        """Pictures that were handed to the line."""
        return self._line.camera.sent

    @property
    def received_bytes(self) -> int:
        """Of sound and pictures, with their headers, as of the last look."""
        return self._traffic.bytes

    @property
    def round_trip_s(self) -> float | None:
        """As of the last look; None until it is known."""
        return self._traffic.round_trip_s

    @property
    def silent_s(self) -> float | None:
        """Since anything last arrived, as of the last look; None: nothing ever did."""
        return self._around.monotonic() - self._last_sign_at if self._traffic.packets else None

    @property
    def fingerprints(self) -> tuple[str, str] | None:
        """Own and remote; see `Line.fingerprints`."""
        return self._line.fingerprints() if self.is_connected else None

    @property
    def sent_bytes(self) -> dict[str, int]:
        """By destination; see `Line.sent_bytes`."""
        return self._line.sent_bytes

    @property
    def line_bits(self) -> int:
        """What the line is thought to carry of pictures, bits a second."""
        return self._line.side.bits

    def hear(self, block: bytes) -> None:
        """Called on the loop for each block of the microphone."""
        self._line.microphone.offer(block)

    async def prepare(self) -> None:
        """Do what needs no offer; `opened` is told first."""
        self._around.listener.opened(self.name, self._line.own_fingerprint)
        await self._line.gather()

    async def answer(self, offer: str) -> None:
        """Answer and begin to watch; `answer_ready` or `failed` follows."""
        try:
            sdp, codec = await self._line.answer(offer)
        except OfferRefused as why:
            self._fail(str(why))
            return
        self._last_sign_at = self._around.monotonic()
        if not self._over:
            self._receiver = self._around.encoder.join(codec, self._line.camera)
            self._around.listener.answer_ready(self.name, sdp)
            self._watching = asyncio.create_task(self._watch(), name=f"watch {self.name}")

    async def close(self) -> None:
        """End the line; when this returns no task of it is left and nothing more is said."""
        self._over = True
        self.is_connected = False
        if self._receiver is not None:
            self._receiver.leave()
        for track in (self._line.camera, self._line.microphone):
            track.stop()
        await self._line.close()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    def abandon(self, why: str) -> None:
        """Something unforeseen happened; say so once."""
        self._fail(why)

    def _make_line(self, ice: IceSettings) -> Line:
        """One that leads to screen and speaker, and nowhere else."""
        pictures, sound = PicturesIn(self._show), SoundIn(self._around.playout.put)
        return Line(ice, pictures, sound, self._ask_keyframe)

    def _look_at_state(self) -> None:
        state = self._line.state
        if state == "connected" and not self.is_connected and not self._over:
            self.is_connected = True
            self._last_sign_at = self._connected_at = self._around.monotonic()
            self._ask_keyframe()
            if (prints := self._line.fingerprints()) is not None:
                self._around.listener.secured(self.name, *prints)
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
            before, self._traffic = self._traffic, await self._line.traffic()
            if self._receiver is not None:
                self._receiver.line_bits = self._line.side.bits
            now = self._around.monotonic()
            if self.is_connected:
                if self._traffic.packets != before.packets:
                    self._last_sign_at = now
                self._look_at_pictures(now)
            patience = SILENT_LINE_S if self.is_connected else CONNECT_WITHIN_S
            if now - self._last_sign_at > patience:
                self._fail(f"Nothing was received for {patience:.0f} seconds.")

    def _look_at_pictures(self, now: float) -> None:
        """Tell when pictures stop, theirs or our own, while the line stands; and when they
        come again."""
        theirs = now - (self._last_picture_at or self._connected_at) < NO_PICTURE_S
        own = self._receiver is None or self._receiver.gets_pictures()
        if (theirs, own) != self._pictures and not self._over:
            self._pictures = (theirs, own)
            self._around.listener.pictures_changed(self.name, theirs, own)

    def _ask_keyframe(self) -> None:
        if self._receiver is not None:
            self._receiver.ask_keyframe()

    def _show(self, picture: VideoFrame) -> None:
        """Called on the decoder's thread."""
        if self._over:
            return
        now = self._around.monotonic()
        self.remote_frames += 1
        self._count_freeze(now)
        if not self.covered:
            self._around.remote_picture.put(from_video_frame(picture, now))
        if self.remote_frames == 1 and not self._home.is_closed():
            self._home.call_soon_threadsafe(self._first_frame)

    def _count_freeze(self, now: float) -> None:
        gap = 0.0 if self._last_picture_at is None else now - self._last_picture_at
        self._last_picture_at = now
        if gap > FREEZE.total_seconds():
            self.freezes += 1
            self.longest_freeze_s = max(self.longest_freeze_s, gap)

    def _first_frame(self) -> None:
        if not self._over:
            self._around.listener.first_frame(self.name)
