"""WebM, element by element."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.recording.containers import Part, container_for
from tests.harness.containers import SIZES, Given, film, in_order, later, put, speech

POOL = (*film("VP8", 1.0, SIZES), *speech(1.0))
CLUSTER, TIMESTAMP, GROUP, BLOCK, DURATION = 0x1F43B675, 0xE7, 0xA0, 0xA1, 0x9B
REFERENCE = 0xFB


def elements_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Identifier and content; fails where sizes do not add up."""
    at = 0
    while at < len(data):
        length = 9 - data[at].bit_length()
        name = int.from_bytes(data[at : at + length], "big")
        size = int.from_bytes(data[at + length : at + length + 8], "big") & (1 << 56) - 1
        at += length + 8 + size
        assert at <= len(data)
        yield name, data[at - size : at]
    assert at == len(data)


def blocks_of(part: Part) -> Iterator[tuple[int, int, int, bool]]:
    """Track, time, duration and whether it stands alone, of each block of a cluster."""
    ((name, cluster),) = elements_of(part.data)
    assert name == CLUSTER
    base = 0
    for name, content in elements_of(cluster):
        if name == TIMESTAMP:
            base = int.from_bytes(content, "big")
            continue
        group = dict(elements_of(content))
        track, after = struct.unpack_from(">Bh", group[BLOCK])
        lasts = int.from_bytes(group[DURATION], "big")
        yield track & 0x7F, base + after, lasts, REFERENCE not in group


def assert_whole(parts: list[Part]) -> None:
    ended: dict[int, int] = {}
    for part in parts:
        assert part.starts_ms >= 0
        if part.init:
            assert part.data.startswith(b"\x1a\x45\xdf\xa3")
            continue
        assert part.lasts_ms > 0
        before = 0
        for track, at, lasts, _ in blocks_of(part):
            assert at >= before, "Chromium refuses a block before the one in front of it"
            assert at >= ended.get(track, 0)
            assert lasts > 0
            before, ended[track] = at, at + lasts


def test_blocks_are_in_order_though_sound_comes_late() -> None:
    late = [(one.at_s + 0.3 * (not one.picture), one) for one in POOL]
    parts = put(container_for("VP8"), [one for _, one in sorted(late, key=lambda pair: pair[0])])
    assert_whole(parts)
    assert [part.mime for part in parts if part.init] == ['video/webm; codecs="vp8,opus"'] * 3


def test_only_keyframes_stand_alone() -> None:
    given_at = in_order(film("VP8", 1.0, SIZES), speech(1.0))
    blocks = [
        block
        for part in put(container_for("VP8"), given_at)
        if not part.init
        for block in blocks_of(part)
    ]
    alone = [at for track, at, _, alone in blocks if track == 1 and alone]
    assert alone == [round(one.at_s * 1000) for one in given_at if one.picture and one.keyframe]
    assert all(alone for track, _, _, alone in blocks if track == 2)


def test_sound_later_than_it_may_be_stands_in_a_cluster_of_its_own() -> None:
    pictures = later(film("VP8", 3.0), 0.0)
    sound = list(speech(3.0))
    late = [(one.at_s, one) for one in pictures] + [(one.at_s + 0.7, one) for one in sound]
    parts = put(container_for("VP8"), [one for _, one in sorted(late, key=lambda pair: pair[0])])
    assert_whole(parts)
    heard = [
        at for part in parts if not part.init for track, at, _, _ in blocks_of(part) if track == 2
    ]
    assert heard == [round(one.at_s * 1000) for one in sound]


times = st.one_of(
    st.floats(-1, 20), st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 0.5)
)
units = st.one_of(
    st.sampled_from(POOL),
    st.builds(
        lambda one, cut: one._replace(data=one.data[:cut]),
        st.sampled_from(POOL),
        st.integers(0, 60),
    ),
    st.builds(Given, st.just(0.0), st.binary(max_size=40), st.booleans(), st.booleans()),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(times, st.booleans(), units), max_size=60))
def test_whatever_comes_no_call_raises_and_every_part_is_whole(
    given_units: list[tuple[float, bool, Given]],
) -> None:
    now, given_at = 0.0, []
    for time, absolute, unit in given_units:
        now += 0.02
        given_at.append(unit._replace(at_s=time if absolute else now))
    assert_whole(put(container_for("VP8"), given_at))
