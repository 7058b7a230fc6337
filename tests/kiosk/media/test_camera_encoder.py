"""One encoding for everybody who receives it, and nobody who waits for another."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from kiosk.devices.bench_camera import TestCard
from kiosk.devices.contracts import Resolution, YuvFrame
from kiosk.media.camera_encoder import KEYFRAME_EVERY_S, CameraEncoder
from kiosk.media.decoding import PictureDecoder
from kiosk.media.encoding import EncodedPicture, PictureCodec, PictureEncoder

VGA = Resolution(640, 480)


@dataclass
class Sink:
    """Takes what comes while it has room."""

    room: bool = True
    got: list[EncodedPicture] = field(default_factory=list)

    def has_room(self) -> bool:
        return self.room

    def put(self, picture: EncodedPicture) -> None:
        self.got.append(picture)


@dataclass
class Studio:
    """A camera at 30 pictures a second whose clock is ours."""

    now: float = 100.0

    def __post_init__(self) -> None:
        self.encoder = CameraEncoder(lambda: self.now)
        self._card = TestCard(VGA, 7)

    def film(self, pictures: int) -> None:
        for _ in range(pictures):
            self.now += 1 / 30
            self.encoder.offer(YuvFrame.of(self._card.picture(self.now % 60), self.now))


@pytest.fixture
def studio() -> Studio:
    return Studio()


def test_every_receiver_gets_the_very_same_bytes_and_each_picture_is_encoded_once(
    studio: Studio,
) -> None:
    one, other = Sink(), Sink()
    studio.encoder.join("H264", one)
    studio.encoder.join("H264", other)
    studio.film(20)
    assert studio.encoder.encoded == len(one.got) == len(other.got) == 20
    assert all(a.data is b.data for a, b in zip(one.got, other.got, strict=True))


def test_who_joins_later_begins_with_a_keyframe(studio: Studio) -> None:
    studio.encoder.join("H264", Sink())
    studio.film(20)
    late = Sink()
    studio.encoder.join("H264", late)
    studio.film(20)
    assert late.got[0].keyframe
    assert sum(picture.keyframe for picture in late.got) == 1


def test_a_receiver_without_room_delays_nobody_and_goes_on_from_a_keyframe(
    studio: Studio,
) -> None:
    quick, slow = Sink(), Sink()
    studio.encoder.join("H264", quick)
    studio.encoder.join("H264", slow)
    studio.film(20)
    slow.room = False
    studio.film(20)
    assert (len(quick.got), len(slow.got)) == (40, 20)
    slow.room = True
    studio.film(20)
    assert len(quick.got) == 60
    assert slow.got[20].keyframe


def test_where_nobody_has_room_nothing_is_encoded_and_nothing_is_missed(studio: Studio) -> None:
    sink = Sink()
    studio.encoder.join("H264", sink)
    studio.film(5)
    sink.room = False
    studio.film(5)
    assert studio.encoder.encoded == 5
    sink.room = True
    studio.film(5)
    assert [picture.keyframe for picture in sink.got] == [True, *[False] * 9]


def test_the_slowest_line_sets_the_size_until_it_leaves(studio: Studio) -> None:
    wide, narrow = Sink(), Sink()
    studio.encoder.join("H264", wide)
    held = studio.encoder.join("H264", narrow)
    held.line_bits = 120_000
    studio.film(3)
    assert wide.got[-1].size == Resolution(320, 240)
    held.leave()
    studio.film(30 * 6)
    assert wide.got[-1].size == VGA
    assert len(narrow.got) == 3


def test_keyframes_asked_for_often_come_one_in_half_a_second(studio: Studio) -> None:
    sink = Sink()
    receiver = studio.encoder.join("H264", sink)
    for _ in range(60):
        receiver.ask_keyframe()
        studio.film(1)
    keys = [picture.taken_at for picture in sink.got if picture.keyframe]
    assert 3 <= len(keys) <= 5
    assert min(np.diff(keys)) >= KEYFRAME_EVERY_S - 1e-6


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.slow
def test_what_is_sent_can_be_shown_through_every_change_of_size_and_rate(
    studio: Studio, codec: PictureCodec
) -> None:
    shown: list[tuple[int, int]] = []
    refused: list[bool] = []
    sink = Sink()
    receiver = studio.encoder.join(codec, sink)
    for bits in (900_000, 150_000, 500_000, 80_000, 900_000):
        receiver.line_bits = bits
        studio.film(40)
    decoder = PictureDecoder(
        lambda picture: shown.append((picture.width, picture.height)), lambda: refused.append(True)
    )
    for picture in sink.got:
        while not decoder.put(codec, picture.data):
            pass
    decoder.stop()
    assert not refused
    assert len(shown) == len(sink.got)
    assert {(640, 480), (320, 240)} <= set(shown)


@pytest.mark.parametrize("every", [1, 2, 4])
def test_fewer_pictures_a_second_get_the_bits_of_all(every: int) -> None:
    luck = np.random.default_rng(3)
    encoder = PictureEncoder("H264", Resolution(320, 240), 60_000)
    encoder.retune(Resolution(320, 240), 60_000, every)
    spent = 0
    for count in range(0, 180, every):
        card = luck.integers(90, 130, (360, 320), np.uint8)
        picture = encoder.encode(YuvFrame.of(card, count / 30))
        assert picture is not None
        spent += len(picture.data) * 8 if count >= 60 else 0
    assert 0.6 * 60_000 < spent / 4 < 1.4 * 60_000
