"""Fragmented MP4, box by box."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.recording.containers import Part, container_for
from tests.harness.containers import SIZES, Given, film, in_order, put, speech

POOL = (*film("H264", 1.0, SIZES), *speech(1.0))


def boxes_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content; fails where sizes do not add up."""
    at = 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        assert 8 <= size <= len(data) - at
        yield name, data[at + 8 : at + size]
        at += size
    assert at == len(data)


def samples_of(part: Part) -> Iterator[tuple[int, int, list[int]]]:
    """Track, first time and durations of each track in a fragment, whose data lies in it."""
    (moof_name, moof), (mdat_name, mdat) = boxes_of(part.data)
    assert (moof_name, mdat_name) == (b"moof", b"mdat")
    described = 0
    for name, content in boxes_of(moof):
        if name != b"traf":
            continue
        (_, tfhd), (_, tfdt), (_, trun) = boxes_of(content)
        count, offset = struct.unpack_from(">Ii", trun, 4)
        samples = [struct.unpack_from(">III", trun, 12 + 12 * n) for n in range(count)]
        assert len(trun) == 12 + 12 * count
        assert offset == len(moof) + 16 + described
        described += sum(size for _, size, _ in samples)
        yield (
            struct.unpack_from(">I", tfhd, 4)[0],
            struct.unpack_from(">Q", tfdt, 4)[0],
            [lasts for lasts, _, _ in samples],
        )
    assert described == len(mdat)


def assert_whole(parts: list[Part]) -> None:
    ended: dict[int, int] = {}
    for part in parts:
        assert part.starts_ms >= 0
        if part.init:
            assert [name for name, _ in boxes_of(part.data)] == [b"ftyp", b"moov"]
            continue
        assert part.lasts_ms > 0
        for track, starts, lasts in samples_of(part):
            assert starts >= ended.get(track, 0)
            assert min(lasts) > 0
            ended[track] = starts + sum(lasts)


def test_the_head_names_the_profile_and_the_tracks() -> None:
    parts = put(container_for("H264"), in_order(film("H264", 1.0, SIZES), speech(1.0)))
    heads = [part for part in parts if part.init]
    profile = film("H264", 1.0, SIZES)[0].data[5:8].hex().upper()
    assert {part.mime for part in heads} == {f'video/mp4; codecs="avc3.{profile},opus"'}
    assert [part.data.count(b"trak") for part in heads] == [2, 2, 2]
    alone = put(container_for(None), speech(1.0))
    assert [part.mime for part in alone if part.init] == ['audio/mp4; codecs="opus"']
    assert alone[0].data.count(b"trak") == 1
    assert_whole([*parts])


def test_a_parameter_set_that_changes_begins_a_new_head() -> None:
    pictures = film("H264", 1.0)
    sps_end = pictures[0].data.index(b"\x00\x00\x00\x01", 4)
    changed = pictures[0].data[: sps_end - 1] + b"\xff" + pictures[0].data[sps_end - 1 :]
    again = [pictures[0]._replace(at_s=1.0), pictures[0]._replace(at_s=2.0, data=changed)]
    parts = put(container_for("H264"), [*pictures, *again])
    assert [part.starts_ms for part in parts if part.init] == [0, 2000]


def test_a_fragment_keeps_the_exact_tick_of_every_picture() -> None:
    given_at = [n * 3_003 for n in range(30)]
    pictures = film("H264", 1.0)
    moved = [p._replace(at_s=at / 90_000) for p, at in zip(pictures, given_at, strict=True)]
    found: list[int] = []
    for part in put(container_for("H264"), moved):
        for track, starts, lasts in samples_of(part) if not part.init else ():
            if track == 1:
                found += [starts + sum(lasts[:n]) for n in range(len(lasts))]
    assert found == given_at


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
    st.builds(
        lambda data, key: Given(0.0, b"\x00\x00\x01\x67" + data, key),
        st.binary(max_size=40),
        st.booleans(),
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(times, st.booleans(), units), max_size=60))
@pytest.mark.slow
def test_whatever_comes_no_call_raises_and_every_part_is_whole(
    given_units: list[tuple[float, bool, Given]],
) -> None:
    now, given_at = 0.0, []
    for time, absolute, unit in given_units:
        now += 0.02
        given_at.append(unit._replace(at_s=time if absolute else now))
    assert_whole(put(container_for("H264"), given_at))


@pytest.mark.parametrize("lost", [b"", b"\x03", b"\xfb\x00", b"\xfb\x3f"])
def test_a_packet_that_says_no_length_is_none(lost: bytes) -> None:
    assert put(container_for("H264"), [Given(0.0, lost, True, False)]) == []
