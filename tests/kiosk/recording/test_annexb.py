"""Reading H.264's units and sizes."""

from __future__ import annotations

from typing import Any

import pytest
from av import CodecContext, VideoFrame

from kiosk.recording import annexb
from kiosk.recording.annexb import kind_of, size_of, units_of


def sps_of(width: int, height: int, profile: str, **options: str) -> bytes:
    context: Any = CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.profile = profile
    context.options = options
    packets = [*context.encode(VideoFrame(width, height, "yuv420p")), *context.encode(None)]
    units = units_of(b"".join(bytes(packet) for packet in packets))
    return next(unit for unit in units if kind_of(unit) == annexb.SPS)


@pytest.mark.parametrize(
    ("width", "height"), [(640, 480), (480, 352), (320, 240), (638, 478), (1280, 720), (1920, 1080)]
)
@pytest.mark.parametrize("profile", ["Baseline", "High"])
def test_a_size_is_read_with_what_is_cut_off(width: int, height: int, profile: str) -> None:
    assert size_of(sps_of(width, height, profile)) == (width, height)


@pytest.mark.parametrize(
    "parameters", ["interlaced=1", "cqm=jvt", "bframes=2:ref=4"], ids=["fields", "lists", "order"]
)
def test_a_size_is_read_past_what_stands_before_it(parameters: str) -> None:
    sps = sps_of(1440, 1080, "High", **{"x264-params": parameters})
    assert size_of(sps) == (1440, 1080)


def test_every_beginning_of_a_parameter_set_is_refused_and_not_guessed() -> None:
    sps = sps_of(640, 480, "High")
    sized = [end for end in range(1, 9) if _reads(sps[:end])]
    assert sized == []


def _reads(sps: bytes) -> bool:
    try:
        size_of(sps)
    except ValueError:
        return False
    return True


def test_units_lose_start_codes_and_padding_but_no_byte_of_their_own() -> None:
    short, long = b"\x00\x00\x01", b"\x00\x00\x00\x01"
    units = (b"\x09\xf0", b"\x67a", b"\x68b", b"\x65\x00\x00\x03c")
    data = b"".join(map(bytes.__add__, (long, long, short, long), units)) + b"\x00"
    assert units_of(data) == [*units[1:]]
    assert units_of(b"") == units_of(b"\x00\x00\x01") == units_of(b"\x00\x00\x01\xe5x") == []
