"""Behind a picture that is missing the inmate sees on, and the record waits for a keyframe."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from kiosk.devices.contracts import Resolution, YuvFrame
from kiosk.media.assembly import Piece
from kiosk.media.encoding import PictureCodec, PictureEncoder
from kiosk.recording.attempt import _TeedPictures
from kiosk.recording.tee import Tee, TheirPicture

SIZE = Resolution(320, 240)
PICTURES, LOST, KEYFRAME = 20, 8, 15
SHOWN = PICTURES - 2
"""Whether the picture behind the hole is there from its beginning is not known either."""
LONG_ENOUGH_S = 30.0


def _pieces(codec: PictureCodec) -> list[Piece]:
    """One packet each, the first and one later a keyframe."""
    encoder = PictureEncoder(codec, SIZE, 300_000)
    luck = np.random.default_rng(3)
    found = []
    for number in range(PICTURES):
        planes = luck.integers(16, 235, (SIZE.height * 3 // 2, SIZE.width), np.uint8)
        taken = YuvFrame.of(planes, number / 30)
        picture = encoder.encode(taken, keyframe=number in {0, KEYFRAME})
        assert picture is not None
        assert picture.keyframe == (number in {0, KEYFRAME})
        found.append(Piece(number, number * 3_000, True, picture.data))
    return found


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_what_is_drawn_over_a_missing_picture_is_shown_and_no_part_of_the_record(
    codec: PictureCodec,
) -> None:
    seen: list[object] = []
    all_seen = threading.Event()

    def show(picture: object) -> None:
        seen.append(picture)
        if len(seen) >= SHOWN:
            all_seen.set()

    tee = Tee(time.monotonic)
    pictures = _TeedPictures(show, tee)
    try:
        for number, piece in enumerate(_pieces(codec)):
            if number != LOST:
                pictures.add(codec, piece, number / 30)
            pictures.due(number / 30, 0.02)
        assert all_seen.wait(LONG_ENOUGH_S)
    finally:
        pictures.stop()
    recorded = [one.timestamp // 3_000 for one in tee.take() if isinstance(one, TheirPicture)]
    assert recorded == [*range(LOST), *range(KEYFRAME, PICTURES)]
