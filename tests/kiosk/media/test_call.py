"""Whole calls with a peer in this process that plays the browser."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from kiosk.media import CallService
from kiosk.media.line import picture_codec_of
from kiosk.media.playout import MOST_BLOCKS
from tests.harness.browser_peer import BrowserPeer
from tests.harness.call import (
    KIOSK_HZ,
    KIOSK_MARKER,
    VISITOR_HZ,
    VISITOR_MARKER,
    Heard,
    running_service,
    wait_until,
)

pytestmark = pytest.mark.slow


async def _meet(
    service: CallService, heard: Heard, attempt: str, peer: BrowserPeer | None = None
) -> BrowserPeer:
    peer = peer or BrowserPeer(VISITOR_MARKER, VISITOR_HZ)
    service.open(attempt)
    service.take_offer(attempt, await peer.offer())
    answer = await asyncio.to_thread(heard.wait_for, "answer_ready")
    assert answer[1] == attempt
    await peer.take_answer(answer[2])
    await asyncio.to_thread(heard.wait_for, "first_frame")
    await asyncio.wait_for(peer.first_frame.wait(), 10)
    return peer


@asynccontextmanager
async def _call(service: CallService, heard: Heard, attempt: str) -> AsyncIterator[BrowserPeer]:
    peer = await _meet(service, heard, attempt)
    try:
        yield peer
    finally:
        service.close(attempt)
        await peer.close()


async def _tone_is(peer: BrowserPeer, hz: int | None, within: float = 5.0) -> None:
    until = time.monotonic() + within
    while peer.tone.strongest_hz() != hz:
        assert time.monotonic() < until, f"heard {peer.tone.strongest_hz()}, awaited {hz}"
        await asyncio.sleep(0.1)


def test_each_side_sees_and_hears_the_other() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            async with _call(service, heard, "one") as peer:
                stats = await asyncio.to_thread(
                    wait_until,
                    service,
                    lambda s: (
                        (s.remote_marker, s.remote_tone_hz) == (VISITOR_MARKER, VISITOR_HZ)
                        and min(s.remote_frames, s.sent_frames) > 5
                    ),
                )
                assert stats.connected
                assert peer.seen_marker == KIOSK_MARKER
                await _tone_is(peer, KIOSK_HZ)
                frame = service.remote_picture.peek()
                assert frame is not None
                assert (frame.width, frame.height) == (640, 480)

    asyncio.run(story())


def test_muting_really_silences_and_unmuting_is_heard_again() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            async with _call(service, heard, "one") as peer:
                await _tone_is(peer, KIOSK_HZ)
                service.set_muted(True)
                await _tone_is(peer, None)
                service.set_muted(False)
                await _tone_is(peer, KIOSK_HZ)

    asyncio.run(story())


def test_a_mute_holds_when_the_line_is_made_anew() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            service.set_muted(True)
            async with _call(service, heard, "one") as peer:
                await asyncio.sleep(1.0)
                assert peer.frames > 0
                assert peer.tone.strongest_hz() is None

    asyncio.run(story())


def test_a_line_that_falls_silent_is_lost_within_three_seconds() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            async with _call(service, heard, "one") as peer:
                await peer.go_silent()
                began = time.monotonic()
                lost = await asyncio.to_thread(heard.wait_for, "lost")
                assert lost[1] == "one"
                assert time.monotonic() - began < 3.0
                assert not service.stats().connected

    asyncio.run(story())


def test_a_browser_that_closes_its_line_is_noticed_at_once() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            async with _call(service, heard, "one") as peer:
                await peer.close()
                began = time.monotonic()
                assert (await asyncio.to_thread(heard.wait_for, "lost"))[1] == "one"
                assert time.monotonic() - began < 1.5

    asyncio.run(story())


async def _names_of_tasks() -> list[str]:
    await asyncio.sleep(0.05)
    return sorted(
        str(getattr(task.get_coro(), "__qualname__", task))
        for task in asyncio.all_tasks()
        if task is not asyncio.current_task()
    )


@pytest.mark.slow
def test_five_attempts_leave_no_task_and_no_thread_behind() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            service.warm_up()
            tasks, threads = [], []
            for number in range(5):
                async with _call(service, heard, f"attempt {number}"):
                    pass
                await asyncio.to_thread(wait_until, service, lambda s: s.attempt is None)
                tasks.append(await asyncio.wrap_future(service._thread.submit(_names_of_tasks())))
                threads.append(_media_threads())
            assert len({tuple(names) for names in tasks}) == 1, tasks
            assert all(names == ["camera", "bench-sound", "media"] for names in threads), threads
        assert _media_threads() == []

    asyncio.run(story())


def _media_threads() -> list[str]:
    """Threads but for the two pools, which are bounded."""
    return sorted(
        (
            thread.name
            for thread in threading.enumerate()
            if not thread.name.startswith(("MainThread", "asyncio_", "media-worker"))
        ),
        key=["camera", "bench-sound", "media"].index,
    )


def test_after_close_nothing_more_is_said_of_the_attempt() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            async with _call(service, heard, "one"):
                pass
            await asyncio.to_thread(wait_until, service, lambda s: s.attempt is None)
        assert heard.names() == ["opened", "answer_ready", "secured", "connected", "first_frame"]
        assert service.remote_picture.peek() is None

    asyncio.run(story())


def test_opening_another_attempt_displaces_the_former() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            first = await _meet(service, heard, "one")
            async with _call(service, heard, "two"):
                assert service.stats().attempt == "two"
            service.take_offer("one", await BrowserPeer().offer())
            await first.close()
        assert [told for told in heard.all if told[1] == "one"][-1][0] == "first_frame"

    asyncio.run(story())


def test_a_camera_that_breaks_leaves_sound_and_says_so() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard, camera="bench:broken?marker=37&after=1&for=2") as service:
            async with _call(service, heard, "one") as peer:
                broke = await asyncio.to_thread(heard.wait_for, "camera_changed")
                assert broke[1] == "False"
                assert "bench:broken" in broke[2]
                await _tone_is(peer, KIOSK_HZ)
                frames = peer.frames
                await asyncio.sleep(1.2)
                assert peer.frames > frames, "the crossed-out camera is sent"
                assert peer.seen_marker is None
                assert "lost" not in heard.names()
                mended = await asyncio.to_thread(heard.wait_for, "camera_changed")
                assert mended[1] == "True"
                assert service.stats().camera_working

    asyncio.run(story())


async def _queues_run_dry(receivers: list[Any], within: float = 6.0) -> None:
    """A queue that nobody reads only ever grows; one that is read is empty now and then."""
    queues = [receiver.track._queue for receiver in receivers]
    queues += [receiver._RTCRtpReceiver__decoder_queue for receiver in receivers]
    until = time.monotonic() + within
    for waiting in queues:
        while waiting.qsize() > 1:
            assert time.monotonic() < until, [queue.qsize() for queue in queues]
            await asyncio.sleep(0.02)


def test_without_sound_devices_pictures_go_on_and_nothing_piles_up() -> None:
    """Nobody takes a picture out and nobody plays a sound, yet no queue grows."""

    async def story() -> None:
        heard = Heard()
        with running_service(heard, sound="sounddevice:no such device") as service:
            async with _call(service, heard, "one") as peer:
                await asyncio.sleep(2.0)
                assert ("sound_changed", "False") in [told[:2] for told in heard.all]
                assert service.stats().sound_working is False
                assert peer.seen_marker == KIOSK_MARKER
                await asyncio.to_thread(wait_until, service, lambda s: s.remote_frames > 10)
                room = service._room
                assert room is not None
                assert room._attempt is not None
                assert len(room._keeper.voice.playout) <= MOST_BLOCKS
                await _queues_run_dry(room._attempt._line._peer.getReceivers())

    asyncio.run(story())


def test_devices_are_closed_outside_of_calls_unless_kept_warm() -> None:
    heard = Heard()
    with running_service(heard) as service:
        assert service.stats().camera_working is None
        service.open("one")
        wait_until(service, lambda s: s.camera_working is True and s.sound_working is True)
        service.close("one")
        wait_until(service, lambda s: s.camera_working is None and s.sound_working is None)
        assert service.self_picture.peek() is None
        service.warm_up()
        wait_until(service, lambda s: s.camera_working is True)
        service.open("two")
        service.close("two")
        wait_until(service, lambda s: s.attempt is None)
        assert service.stats().camera_working is True
        service.cool_down()
        wait_until(service, lambda s: s.camera_working is None)


@pytest.mark.parametrize("sdp", ["", "v=0\r\n", "m=audio 9 X 0\r\nm=video 9 X 0\r\n", "x" * 40_000])
def test_an_offer_that_is_none_fails_the_attempt_and_the_next_one_works(sdp: str) -> None:
    heard = Heard()
    with running_service(heard) as service:
        service.open("one")
        service.take_offer("one", sdp)
        assert heard.wait_for("failed")[1] == "one"
        service.open("two")
        wait_until(service, lambda s: s.attempt == "two")


@pytest.mark.parametrize(
    ("without", "names", "codec"),
    [((), {"H264", "VP8", "rtx", "opus"}, "H264"), (("H264",), {"VP8", "rtx", "opus"}, "VP8")],
)
def test_h264_is_answered_and_vp8_where_a_browser_has_nothing_else(
    without: tuple[str, ...], names: set[str], codec: str
) -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            service.open("one")
            offer = await BrowserPeer(without=without).offer()
            service.take_offer("one", offer)
            answer = (await asyncio.to_thread(heard.wait_for, "answer_ready"))[2]
            found = re.findall(r"^a=rtpmap:\d+ (\w+)/", answer, re.MULTILINE)
            assert set(found) == names
            assert picture_codec_of(answer) == codec
            assert "useinbandfec=1" in answer
            assert "transport-cc" in answer

    asyncio.run(story())


@pytest.mark.parametrize("without", [("H264",), ("VP8",)])
def test_pictures_go_both_ways_in_either_codec(without: tuple[str, ...]) -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            peer = BrowserPeer(VISITOR_MARKER, VISITOR_HZ, without=without)
            await _meet(service, heard, "one", peer)
            await asyncio.to_thread(wait_until, service, lambda s: s.remote_frames > 10)
            assert peer.seen_marker == KIOSK_MARKER
            service.close("one")
            await peer.close()

    asyncio.run(story())


def test_pictures_that_stop_while_sound_goes_on_are_told_and_told_again_when_they_come() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            async with _call(service, heard, "one") as peer:
                peer.tells_of_a_line_of(900_000)
                peer.shows.clear()
                told = await asyncio.to_thread(heard.wait_for, "pictures_changed")
                assert told[1:] == ("one", "False True")
                await asyncio.to_thread(
                    wait_until, service, lambda s: s.remote_tone_hz == VISITOR_HZ
                )
                peer.shows.set()
                told = await asyncio.to_thread(heard.wait_for, "pictures_changed")
                assert told[1:] == ("one", "True True")
                assert "lost" not in heard.names()

    asyncio.run(story())


def test_a_line_too_narrow_for_pictures_carries_sound_alone_and_says_so() -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            async with _call(service, heard, "one") as peer:
                await _tone_is(peer, KIOSK_HZ)
                peer.tells_of_a_line_of(100_000)
                told = await asyncio.to_thread(heard.wait_for, "pictures_changed")
                assert told[1:] == ("one", "True False")
                await asyncio.sleep(0.5)
                before = peer.frames
                await asyncio.sleep(1.0)
                assert peer.frames <= before + 1
                assert peer.tone.strongest_hz() == KIOSK_HZ
                peer.tells_of_a_line_of(900_000)
                told = await asyncio.to_thread(heard.wait_for, "pictures_changed")
                assert told[1:] == ("one", "True True")

    asyncio.run(story())


ASKED_AGAIN, KEYFRAME = (205, 1), (206, 1)
PICTURES_GO_ON_S = 25.0
"""The other side is stock, which loses its keyframes as well and then sends little."""


@pytest.mark.parametrize("repeats", [True, False])
def test_what_is_lost_is_asked_for_again_and_where_that_is_in_vain_a_keyframe(
    repeats: bool,
) -> None:
    async def story() -> None:
        heard = Heard()
        with running_service(heard) as service:
            async with _call(service, heard, "one") as peer:
                told = peer.loses(20, repeats=repeats)
                wanted = {ASKED_AGAIN} | (set() if repeats else {KEYFRAME})
                await asyncio.to_thread(wait_until, service, lambda _: wanted <= told)
                before = service.stats().remote_frames
                await asyncio.to_thread(
                    wait_until, service, lambda s: s.remote_frames > before + 10, PICTURES_GO_ON_S
                )

    asyncio.run(story())
