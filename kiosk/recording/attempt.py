"""An attempt that is recorded: a call as every other, whose encoded pieces are handed on as well.

It stands outside `kiosk.media`, so that nothing which carries a privileged visit can reach it;
`kiosk.recording.desk` chooses it, on the console's signed leave for just that visit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from av import Packet, VideoFrame

from kiosk.media.aiortc_adapter import SendersClock
from kiosk.media.assembly import Whole
from kiosk.media.attempt import Attempt, Surroundings
from kiosk.media.contracts import IceSettings
from kiosk.media.encoding import EncodedPicture, PictureCodec
from kiosk.media.incoming import PicturesIn, SoundIn
from kiosk.media.line import Line
from kiosk.media.outgoing import PictureTrack, SoundTrack
from kiosk.recording.tee import OwnPicture, OwnSound, Tee, TheirClock, TheirPicture, TheirSound

__all__ = ["RecordedAttempt"]

BLOCK_S = 0.02
KEYFRAME_EVERY_S = 10.0
"""So that a record can be entered anywhere, by a watcher or in a player."""


class RecordedAttempt(Attempt):
    """As `Attempt`, with a tee."""

    def __init__(self, name: str, ice: IceSettings, around: Surroundings, tee: Tee) -> None:
        self._tee = tee
        super().__init__(name, ice, around)

    async def close(self) -> None:
        await super().close()
        self._tee.close()

    def _make_line(self, ice: IceSettings) -> Line:
        pictures = _TeedPictures(self._show, self._tee)
        sound = _TeedSound(self._around.playout.put, self._tee)
        return _TeedLine(ice, pictures, sound, self._ask_keyframe, self._tee)


class _TeedLine(Line):
    def __init__(
        self,
        ice: IceSettings,
        pictures: PicturesIn,
        sound: SoundIn,
        ask_keyframe: Callable[[], None],
        tee: Tee,
    ) -> None:
        self._tee = tee
        self._keyframe_at = tee.monotonic()
        super().__init__(ice, pictures, sound, ask_keyframe)

    async def answer(self, offer: str) -> tuple[str, PictureCodec]:
        sdp, codec = await super().answer(offer)
        assert isinstance(self.camera, _TeedCamera)  # noqa: S101 - made below
        self.camera.codec = codec
        return sdp, codec

    def _make_camera(self, backlog: Callable[[], bool]) -> PictureTrack:
        return _TeedCamera(backlog, self._tee)

    def _make_microphone(self) -> SoundTrack:
        return _TeedMicrophone(self._tee)

    def _take_hold(self) -> None:
        super()._take_hold()
        SendersClock(self._picture_way.receiver, lambda *told: self._heard_clock(False, *told))
        SendersClock(self._sound_way.receiver, lambda *told: self._heard_clock(True, *told))

    def _heard_clock(self, sound: bool, wall: float, timestamp: int) -> None:
        self._tee.put(TheirClock(sound, wall, timestamp))

    async def _do_what_is_due(self, now: float) -> None:
        await super()._do_what_is_due(now)
        wanted, elapsed = self._tee.wanted, self._tee.monotonic() - self._keyframe_at
        if wanted.own_keyframe:
            wanted.own_keyframe = False
            self._ask_keyframe()
        if wanted.their_keyframe or elapsed >= KEYFRAME_EVERY_S:
            wanted.their_keyframe = False
            self._keyframe_at = self._tee.monotonic()
            await self._pictures_of.ask_keyframe()


class _TeedPictures(PicturesIn):
    def __init__(self, show: Callable[[VideoFrame], None], tee: Tee) -> None:
        super().__init__(show)
        self._tee = tee

    def _decode(self, pictures: list[Whole]) -> None:
        """What is drawn over a missing picture is shown, and no part of the record."""
        for picture in pictures:
            if self._codec is not None and not picture.broken:
                now = self._tee.monotonic()
                self._tee.put(TheirPicture(self._codec, picture.timestamp, picture.data, now))
        super()._decode(pictures)


class _TeedSound(SoundIn):
    def __init__(self, play: Callable[[bytes], None], tee: Tee) -> None:
        super().__init__(play)
        self._tee = tee

    def _decode(self, found: list[Whole]) -> None:
        for whole in found:
            self._tee.put(TheirSound(whole.timestamp, whole.data, self._tee.monotonic()))
        super()._decode(found)


class _TeedCamera(PictureTrack):
    codec: PictureCodec = "H264"

    def __init__(self, backlog: Callable[[], bool], tee: Tee) -> None:
        super().__init__(backlog)
        self._tee = tee

    def put(self, picture: EncodedPicture) -> None:
        super().put(picture)
        self._tee.put(OwnPicture(self.codec, picture))


class _TeedMicrophone(SoundTrack):
    def __init__(self, tee: Tee) -> None:
        super().__init__()
        self._tee = tee

    async def recv(self) -> Packet[Any]:
        packet = await super().recv()
        self._tee.put(OwnSound(bytes(packet), self._tee.monotonic() - BLOCK_S))
        return packet
