"""The small parts between devices and line: none of them may grow, or mix up two calls."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

from kiosk.devices import CameraBroken, Resolution, YuvFrame, open_camera
from kiosk.devices.bench_sound import tone_blocks
from kiosk.devices.contracts import BLOCK_BYTES, SILENCE
from kiosk.media.camera_feed import CameraFeed, broken_picture
from kiosk.media.latest import LatestFrame
from kiosk.media.playout import (
    CALM_BLOCKS,
    CUSHION_BLOCKS,
    MOST_BLOCKS,
    MOST_CUSHION_BLOCKS,
    PlayoutBuffer,
)
from kiosk.media.tone import ToneMeter, strongest_hz
from kiosk.media.tracks import CameraTrack, MicrophoneTrack, from_video_frame, to_video_frame
from visits.clock import SystemClock


def _frame(shade: int, at: float = 0.0) -> YuvFrame:
    return YuvFrame.of(np.full((360, 320), shade, np.uint8), at)


def _block(number: int) -> bytes:
    return bytes([number]) * BLOCK_BYTES


def test_the_newest_picture_wins_and_is_taken_once() -> None:
    box = LatestFrame()
    first, second = _frame(1), _frame(2)
    box.put(first)
    box.put(second)
    assert box.take() is second
    assert box.take() is None
    assert box.peek() is second
    box.clear()
    assert box.peek() is None


def test_a_reader_is_told_once_until_it_takes() -> None:
    box, told = LatestFrame(), []
    box.put(_frame(1))
    box.on_arrival(lambda: told.append(1))
    assert len(told) == 1, "a picture that waits already is announced"
    box.put(_frame(2))
    box.put(_frame(3))
    assert len(told) == 1
    box.take()
    box.put(_frame(4))
    assert len(told) == 2


def test_playing_begins_with_a_cushion_and_ends_in_silence() -> None:
    buffer = PlayoutBuffer()
    buffer.put(_block(1) + _block(2))
    assert buffer.next_block() == SILENCE
    buffer.put(_block(3))
    assert [buffer.next_block()[0] for _ in range(4)] == [1, 2, 3, 0]
    buffer.put(_block(4))
    assert buffer.next_block() == SILENCE, "after a gap the cushion fills anew"


def _run_dry(buffer: PlayoutBuffer) -> int:
    """How many blocks it gathered before it played and ran out."""
    gathered = 0
    while buffer.next_block() == SILENCE:
        buffer.put(_block(1))
        gathered += 1
    while buffer.next_block() != SILENCE:
        pass
    return gathered


def test_the_cushion_grows_when_sound_runs_out_and_shrinks_when_it_stays() -> None:
    buffer = PlayoutBuffer()
    grown = [_run_dry(buffer) for _ in range(6)]
    assert grown[0] == CUSHION_BLOCKS
    assert grown == sorted(grown)
    assert grown[-1] == MOST_CUSHION_BLOCKS
    buffer.put(_block(1) * MOST_CUSHION_BLOCKS)
    for _ in range(CALM_BLOCKS * MOST_CUSHION_BLOCKS):
        assert buffer.next_block() != SILENCE
        buffer.put(_block(1))
    while buffer.next_block() != SILENCE:
        pass
    assert _run_dry(buffer) == CUSHION_BLOCKS + 1, "one more than the least: it ran out just now"


def test_sound_that_came_too_late_is_caught_up_with_between_words() -> None:
    buffer, word, pause = PlayoutBuffer(), _block(9), bytes(BLOCK_BYTES)
    buffer.put(word * MOST_BLOCKS)
    for _ in range(20):
        buffer.next_block()
        buffer.put(word)
    assert len(buffer) == MOST_BLOCKS, "no word is cut"
    for _ in range(20):
        buffer.next_block()
        buffer.put(pause)
    assert len(buffer) <= CUSHION_BLOCKS + 2


def test_sound_never_piles_up() -> None:
    buffer = PlayoutBuffer()
    for number in range(200):
        buffer.put(_block(number))
        assert len(buffer) <= MOST_BLOCKS
    buffer.put(_block(200) * (MOST_BLOCKS + 1))
    assert len(buffer) == CUSHION_BLOCKS
    buffer.clear()
    assert buffer.next_block() == SILENCE


def test_odd_amounts_of_sound_come_out_in_whole_blocks() -> None:
    buffer = PlayoutBuffer()
    sound = bytes(range(200)) * 48
    for start in range(0, len(sound), 700):
        buffer.put(sound[start : start + 700])
    assert b"".join(buffer.next_block() for _ in range(5)) == sound


@pytest.mark.parametrize("hz", [300, 440, 660, 880, 3_000])
def test_a_tone_is_named_to_two_hertz(hz: int) -> None:
    meter = ToneMeter()
    for block in tone_blocks(hz):
        meter.feed(block)
    assert meter.strongest_hz() == pytest.approx(hz, abs=2)
    meter.clear()
    assert meter.strongest_hz() is None


def test_silence_has_no_tone() -> None:
    assert strongest_hz(np.zeros(24_000, np.int16)) is None
    assert strongest_hz(np.zeros(0, np.int16)) is None


def test_planes_are_the_same_after_a_round_through_the_encoders_form() -> None:
    card = np.random.default_rng(2).integers(16, 235, (183, 162), np.uint8)
    frame = YuvFrame.of(card, 1.0)
    back = from_video_frame(to_video_frame(frame, 90), 1.0)
    assert np.array_equal(back.luma(), frame.luma())
    assert (back.width, back.height) == (162, 122)


def test_a_slow_encoder_gets_the_newest_picture_only() -> None:
    async def story() -> None:
        track = CameraTrack()
        for number in range(10):
            track.offer(_frame(100 + number, number / 30))
        sent = await track.recv()
        assert np.frombuffer(memoryview(sent.planes[0]), np.uint8)[0] == 109
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(track.recv(), 0.02)
        track.offer(_frame(1, 10 / 30))
        assert (await track.recv()).pts == 3_000
        assert track.sent == 2

    asyncio.run(story())


def test_a_slow_line_loses_old_sound_not_new() -> None:
    async def story() -> None:
        track = MicrophoneTrack()
        for number in range(50):
            track.offer(_block(number))
        heard = [bytes((await track.recv()).planes[0])[0] for _ in range(5)]
        assert heard == [45, 46, 47, 48, 49]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(track.recv(), 0.02)

    asyncio.run(story())


class Told:
    """What a `CameraFeed` says, and when the first picture of each kind came."""

    def __init__(self) -> None:
        self.changes: list[tuple[bool, str]] = []
        self.broke, self.mended, self.pictured = (threading.Event() for _ in range(3))

    def changed(self, working: bool, why: str) -> None:
        self.changes.append((working, why))
        (self.mended if working else self.broke).set()


@pytest.mark.slow
def test_a_feed_opens_the_camera_again_after_it_broke() -> None:
    told, box = Told(), LatestFrame()
    camera = open_camera("bench:broken?after=0&for=1&width=320&height=240")
    feed = CameraFeed(camera, box, told.changed, SystemClock().monotonic)
    feed.start()
    assert told.broke.wait(3)
    states = [feed.working]
    assert told.mended.wait(5)
    feed.stop()
    assert [*states, feed.working] == [False, None]
    assert [working for working, _ in told.changes] == [False, True]
    assert box.peek() is None


def test_a_camera_that_never_opens_is_told_of_once_and_stopping_is_quick() -> None:
    told, box = Told(), LatestFrame()
    feed = CameraFeed(
        open_camera("v4l2:/dev/no-such-camera"), box, told.changed, SystemClock().monotonic
    )
    box.on_arrival(told.pictured.set)
    feed.start()
    assert told.pictured.wait(3), "the crossed-out camera is shown"
    feed.stop()
    assert [working for working, _ in told.changes] == [False]
    assert "v4l2:/dev/no-such-camera" in told.changes[0][1]


def test_the_crossed_out_camera_fits_any_size() -> None:
    for size in (Resolution(160, 120), Resolution(1280, 720)):
        assert broken_picture(size).shape == (size.height * 3 // 2, size.width)


def test_a_camera_error_says_who_acts() -> None:
    with pytest.raises(CameraBroken, match="group video"):
        open_camera("v4l2:/dev/no-such-camera").start()
