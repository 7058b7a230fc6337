"""Encoded pictures and sound for containers, and what decoders make of the files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import av

from kiosk.devices.bench_camera import TestCard
from kiosk.devices.bench_sound import tone_blocks
from kiosk.devices.contracts import Resolution, YuvFrame
from kiosk.media.encoding import PictureCodec, PictureEncoder, SoundEncoder
from kiosk.recording.containers import Container, Part

SIZES = (Resolution(640, 480), Resolution(480, 352), Resolution(320, 240))
"""The ladder's."""
PACKET_S = 0.02


class Given(NamedTuple):
    """A picture or a packet, before it is in a container."""

    at_s: float
    data: bytes
    keyframe: bool
    picture: bool = True


@cache
def film(
    codec: PictureCodec, seconds: float, sizes: tuple[Resolution, ...] = SIZES[:1]
) -> tuple[Given, ...]:
    """Thirty pictures a second, each size for the same time."""
    card = TestCard(SIZES[0], 7)
    encoder = PictureEncoder(codec, sizes[0], 600_000)
    count = round(seconds * 30)
    found = []
    for number in range(count):
        encoder.retune(sizes[number * len(sizes) // count], 600_000)
        at = number / 30
        encoded = encoder.encode(YuvFrame.of(card.picture(at), at))
        assert encoded is not None
        found.append(Given(at, encoded.data, encoded.keyframe))
    return tuple(found)


@cache
def speech(seconds: float) -> tuple[Given, ...]:
    """A tone in packets of 20 ms."""
    encoder, blocks = SoundEncoder(), tone_blocks(440)
    packets: list[bytes] = []
    while len(packets) < round(seconds / PACKET_S):
        packets += encoder.encode(blocks[len(packets) % len(blocks)])
    return tuple(Given(n * PACKET_S, one, True, False) for n, one in enumerate(packets))


def later(given: Iterable[Given], by_s: float) -> list[Given]:
    return [one._replace(at_s=one.at_s + by_s) for one in given]


def in_order(*given: Iterable[Given]) -> list[Given]:
    return sorted((one for some in given for one in some), key=lambda one: one.at_s)


def put(container: Container, given: Iterable[Given], *, end: bool = True) -> list[Part]:
    parts = []
    for one in given:
        if one.picture:
            parts += container.picture(one.at_s, one.data, one.keyframe)
        else:
            parts += container.sound(one.at_s, one.data)
    return parts + container.end() if end else parts


def files(parts: Sequence[Part]) -> list[bytes]:
    """Each head with the media after it, as one file."""
    found: list[bytes] = []
    for part in parts:
        if part.init:
            found.append(b"")
        found[-1] += part.data
    return found


@dataclass
class Read:
    """What a decoder made of one file."""

    pictures: list[float]
    """When each decoded picture is shown, in seconds."""
    sizes: list[tuple[int, int]]
    sounds: list[float]
    """When each packet is heard."""
    lost: list[float]
    """The same of packets that only say that one was lost."""
    heard_s: float
    """How long all decoded sound is."""
    lasts: list[float]
    """How long the file says each picture lasts."""


def read(data: bytes) -> Read:
    """Decodes all of it; raises what the decoder raises."""
    found = Read([], [], [], [], 0.0, [])
    with av.open(io.BytesIO(data), mode="r") as file:
        for packet in file.demux():
            if packet.size:
                _read_packet(packet, found)
            _decode(packet, found)
    return found


def _read_packet(packet: Any, found: Read) -> None:
    at = float(packet.pts * packet.time_base)
    if packet.stream.type == "video":
        found.lasts.append(float(packet.duration * packet.time_base))
    else:
        (found.lost if packet.size == 1 else found.sounds).append(at)


def _decode(packet: Any, found: Read) -> None:
    for frame in packet.decode():
        if packet.stream.type == "video":
            found.pictures.append(float(frame.time))
            found.sizes.append((frame.width, frame.height))
        else:
            found.heard_s += frame.samples / frame.sample_rate
