"""The camera's picture, encoded once for everybody who receives it.

Works on the thread that brings the pictures. Each codec that somebody wants has one encoder,
whose rate is that of its slowest receiver; a receiver is a browser, and later a recorder.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.devices.contracts import Resolution, YuvFrame
from kiosk.media.encoding import EncodedPicture, PictureCodec, PictureEncoder
from kiosk.media.ladder import Ladder, Sending
from kiosk.media.sending import START_BITS, Throttle

KEYFRAME_EVERY_S = 0.5


class PictureSink(Protocol):
    """Somebody who receives encoded pictures, on the camera's thread."""

    def has_room(self) -> bool:
        """Whether it can take the next picture. What is not encoded cannot be missed."""

    def put(self, picture: EncodedPicture) -> None:
        """The pictures from a keyframe on, in order; after one that it had no room for, from the
        next keyframe on."""


@dataclass
class Receiver:
    """One sink's hold on the encoder. Its methods may be called from any thread."""

    sink: PictureSink
    leave: Callable[[], None]
    """No picture comes after it."""
    ask_keyframe: Callable[[], None]
    gets_pictures: Callable[[], bool]
    """Whether its line carries pictures; else there is sound alone."""
    line_bits: int = START_BITS
    """What its line carries of pictures, bits a second."""
    follows: bool = False
    """It has every picture since a keyframe, so the next one means something to it."""


@dataclass
class _Stream:
    encoder: PictureEncoder
    ladder: Ladder
    keyframes: Throttle
    receivers: list[Receiver] = field(default_factory=list)
    count: int = 0


class CameraEncoder:
    """Give it each picture by `offer`."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.encoded = 0
        """Pictures, of all codecs."""
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._streams: dict[PictureCodec, _Stream] = {}
        self._full = Resolution(640, 480)

    def join(self, codec: PictureCodec, sink: PictureSink) -> Receiver:
        """From now on `sink` receives pictures of this codec, a keyframe first."""
        with self._lock:
            stream = self._streams.get(codec)
            if stream is None:
                stream = self._streams[codec] = self._new_stream(codec)
            receiver = Receiver(
                sink,
                lambda: self._leave(codec, sink),
                lambda: self._ask_keyframe(codec),
                lambda: self._has_step(codec),
            )
            stream.receivers.append(receiver)
        return receiver

    def offer(self, frame: YuvFrame) -> None:
        """Encode it for whom it may concern."""
        with self._lock:
            streams = list(self._streams.values())
            size = Resolution(frame.width, frame.height)
            if size != self._full:
                self._full = size
                for stream in streams:
                    stream.ladder = Ladder(size)
        for stream in streams:
            self._encode(stream, frame)

    def _has_step(self, codec: PictureCodec) -> bool:
        with self._lock:
            stream = self._streams.get(codec)
            return stream is not None and self._chosen(stream).step is not None

    def _encode(self, stream: _Stream, frame: YuvFrame) -> None:
        with self._lock:
            receivers = [one for one in stream.receivers if one.sink.has_room()]
            late = [one for one in stream.receivers if one not in receivers]
            sending = self._chosen(stream)
        # Where nobody has room nothing is encoded, so nobody misses anything.
        if not receivers or sending.step is None:
            return
        stream.count += 1
        if stream.count % sending.step.every:
            return
        stream.encoder.retune(sending.step.size(self._full), sending.bits, sending.step.every)
        now = self._monotonic()
        picture = stream.encoder.encode(frame, keyframe=stream.keyframes.take(now))
        if picture is not None:
            self.encoded += 1
            self._hand_out(stream, receivers, picture, now)
            for one in late:
                one.follows = False

    def _hand_out(
        self, stream: _Stream, receivers: list[Receiver], picture: EncodedPicture, now: float
    ) -> None:
        if picture.keyframe:
            stream.keyframes.made(now)
        for receiver in receivers:
            receiver.follows = receiver.follows or picture.keyframe
            if receiver.follows:
                receiver.sink.put(picture)
            else:
                stream.keyframes.ask()

    def _chosen(self, stream: _Stream) -> Sending:
        bits = min((one.line_bits for one in stream.receivers), default=START_BITS)
        return stream.ladder.choose(bits, self._monotonic())

    def _new_stream(self, codec: PictureCodec) -> _Stream:
        encoder = PictureEncoder(codec, self._full, START_BITS)
        return _Stream(encoder, Ladder(self._full), Throttle(KEYFRAME_EVERY_S))

    def _leave(self, codec: PictureCodec, sink: PictureSink) -> None:
        with self._lock:
            stream = self._streams.get(codec)
            if stream is None:
                return
            stream.receivers = [one for one in stream.receivers if one.sink is not sink]
            if not stream.receivers:
                del self._streams[codec]

    def _ask_keyframe(self, codec: PictureCodec) -> None:
        with self._lock:
            stream = self._streams.get(codec)
            if stream is not None:
                stream.keyframes.ask()
