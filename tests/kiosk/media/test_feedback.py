"""The wire form of transport-wide feedback."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.feedback import TICK_S, FeedbackRefused, build, parse, split_off

RECEIVER_REPORT = bytes.fromhex("80c9000100000007")

ARRIVALS = st.lists(st.one_of(st.none(), st.integers(0, 30_000)), min_size=1, max_size=60).filter(
    lambda ticks: ticks[0] is not None
)


@given(ARRIVALS, st.integers(0, 65_535), st.integers(0, 2_000_000))
def test_what_is_built_is_read_again_to_a_quarter_of_a_millisecond(
    ticks: list[int | None], base: int, origin: int
) -> None:
    arrivals = [None if tick is None else (origin + tick) * TICK_S for tick in ticks]
    read = parse(build(3, 1, 2, base, arrivals))
    assert read.base == base
    offsets = [one for one in read.arrivals if one is not None]
    wanted = [one for one in arrivals if one is not None]
    assert [one is None for one in read.arrivals] == [one is None for one in arrivals]
    turned = wanted[0] - offsets[0]
    assert all(
        abs(got + turned - want) <= TICK_S * 1.01 for got, want in zip(offsets, wanted, strict=True)
    )


def test_run_length_and_one_bit_chunks_are_understood() -> None:
    # Two received with small deltas (run length), then one-bit symbols 1 0 1.
    body = bytes.fromhex("000000010000000200050005000000002002a80004040404")
    packet = bytes.fromhex("8fcd") + (len(body) // 4).to_bytes(2, "big") + body
    read = parse(packet)
    assert list(read) == [
        (5, pytest.approx(0.001)),
        (6, pytest.approx(0.002)),
        (7, pytest.approx(0.003)),
        (8, None),
        (9, pytest.approx(0.004)),
    ]


def test_feedback_is_taken_out_of_a_compound_and_the_rest_stays() -> None:
    packet = build(0, 1, 2, 65_535, [0.1, None, 0.2])
    rest, (read,) = split_off(RECEIVER_REPORT + packet + RECEIVER_REPORT)
    assert rest == RECEIVER_REPORT * 2
    assert [number for number, _ in read] == [65_535, 0, 1]


@given(st.binary(max_size=200))
def test_bytes_that_mean_nothing_are_refused_and_never_crash(noise: bytes) -> None:
    for attempt in (parse, split_off):
        try:
            attempt(b"\x8f\xcd" + noise)
        except FeedbackRefused:
            continue


def test_a_feedback_about_too_many_packets_is_refused() -> None:
    packet = bytearray(build(0, 1, 2, 0, [0.0]))
    packet[14:16] = b"\xff\xff"
    with pytest.raises(FeedbackRefused, match="at most"):
        parse(bytes(packet))


def test_a_gap_too_long_for_one_feedback_is_named() -> None:
    with pytest.raises(ValueError, match="too far apart"):
        build(0, 1, 2, 0, [0.0, 9.0])
