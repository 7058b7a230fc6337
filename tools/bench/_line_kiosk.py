"""A kiosk's end of a call in a process of its own: ours, or stock aiortc beside it.

    python -m tools.bench._line_kiosk ours|stock
    python -m tools.bench._line_kiosk speaking             ours, with speech in place of a tone
    python -m tools.bench._line_kiosk recorded SPOOL URL KEYS CONSOLE_KEY GRANT

In, as lines of JSON: {"offer": sdp}, {"mark": true}, {"report": true}; end of input ends it.
Out: {"answer": sdp}, {"report": {...}}. A report covers the time since the last mark; of one that
speaks it also says how much of the visitor's speech is understood.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
from numpy.typing import NDArray

from kiosk.devices import open_sound
from kiosk.devices.bench_camera import TestCard
from kiosk.devices.contracts import Resolution, YuvFrame
from kiosk.devices.testcard import draw_marker, read_marker

SIZE = Resolution(640, 480)
FRAMES_A_SECOND = 30
PICTURES = 60
"""Made beforehand, so that they cost nothing while a call is measured."""
TICK_MS = 8
"""The marker shows the wall clock in ticks of so many milliseconds, modulo 256."""
FREEZE_S = 0.3
TONE = "bench:tone?hz=880"

Open = Callable[[str], None]


class ClockCamera:
    """A noisy test card whose marker tells when it was taken."""

    simulated = True
    name = "bench:clock"
    resolution = SIZE

    def __init__(self) -> None:
        luck = np.random.default_rng(5)
        still = TestCard(SIZE, 0).picture(0.0)
        self._pictures = [self._noisy(still, luck, part / PICTURES) for part in range(PICTURES)]
        self._next_at = 0.0
        self._count = 0

    def start(self) -> None:
        self._next_at = time.monotonic()

    def read(self) -> YuvFrame:
        now = time.monotonic()
        if self._next_at > now:
            time.sleep(self._next_at - now)
        now = max(time.monotonic(), self._next_at)
        self._next_at = max(self._next_at + 1 / FRAMES_A_SECOND, now)
        self._count += 1
        picture = self._pictures[self._count % PICTURES].copy()
        draw_marker(picture[: SIZE.height], tick())
        return YuvFrame.of(picture, now)

    def stop(self) -> None:
        """Nothing is open."""

    def _noisy(
        self, still: NDArray[np.uint8], luck: np.random.Generator, part: float
    ) -> NDArray[np.uint8]:
        """The card with a face that sways and the noise of a sensor."""
        picture = still.copy()
        luma = picture[: SIZE.height]
        x = round(SIZE.width / 2 + 25 * np.sin(2 * np.pi * part))
        cv2.ellipse(luma, (x, 260), (90, 120), 0, 0, 360, 170, -1)
        noise = luck.normal(0, 2.5, luma.shape)
        luma[:] = np.clip(luma + noise, 16, 235)
        return picture


def tick() -> int:
    """Now, as the marker says it."""
    return int(time.time() * 1_000 / TICK_MS) & 0xFF


class Seen:
    """What came of the visitor's picture since `mark`."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self.mark()

    def mark(self) -> None:
        self._times: list[float] = []
        self._delays: list[float] = []
        self._sizes: dict[str, int] = {}
        self._began, self._spent = time.monotonic(), self._cpu()

    def picture(self, frame: YuvFrame) -> None:
        self._times.append(time.monotonic())
        size = f"{frame.width}x{frame.height}"
        self._sizes[size] = self._sizes.get(size, 0) + 1
        marker = read_marker(frame.luma())
        if marker is not None:
            self._delays.append((tick() - marker) % 256 * TICK_MS)

    def report(self) -> dict[str, Any]:
        now = time.monotonic()
        seconds = now - self._began
        points = [self._began, *self._times, now]
        gaps = [later - earlier for earlier, later in pairwise(points)]
        return {
            "fps": len(self._times) / seconds,
            "freeze_s": sum(gap for gap in gaps if gap > FREEZE_S),
            "freezes": sum(gap > FREEZE_S for gap in gaps),
            "longest_gap_s": max(gaps),
            "first_s": self._times[0] - self._began if self._times else None,
            "delay_ms": sorted(self._delays)[len(self._delays) // 2] if self._delays else None,
            "sizes": self._sizes,
            "cpu_pct": (self._cpu() - self._spent) / seconds * 100,
            "rss_mb": self._process.memory_info().rss / 1e6,
        }

    def _cpu(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def run_ours(
    orders: Callable[[], dict[str, Any] | None],
    opening: Callable[[Any], Open] | None = None,
    spoken: Any = None,
) -> None:
    """The kiosk as it is. `opening` says how a call is opened otherwise than unrecorded;
    `spoken` is a `tools.bench._speech.Spoken` in place of a tone."""
    from kiosk.media import CallService, IceSettings  # noqa: PLC0415 # stock must not load it
    from visits.clock import SystemClock  # noqa: PLC0415

    seen = Seen()
    ice = IceSettings.model_validate(
        {"allowed_networks": ["0.0.0.0/0", "::/0"], "allow_loopback": True}
    )
    service = CallService(
        ClockCamera(), spoken or open_sound(TONE), _Listener(), ice, SystemClock()
    )

    def arrived() -> None:
        frame = service.remote_picture.take()
        if frame is not None:
            seen.picture(frame)

    service.remote_picture.on_arrival(arrived)
    open_call: Open = opening(service) if opening else service.open
    service.start()
    service.warm_up()
    number = 0
    while (order := orders()) is not None:
        if "offer" in order:
            number += 1
            open_call(f"attempt {number}")
            service.take_offer(f"attempt {number}", order["offer"])
        elif "mark" in order:
            seen.mark()
            if spoken:
                spoken.listen()
        elif "report" in order:
            stats = service.stats()
            heard = {"stoi": spoken.understood()} if spoken else {}
            say({"report": seen.report() | {"line_bits": stats.line_bits} | heard})
    service.stop()


def run_speaking(orders: Callable[[], dict[str, Any] | None]) -> None:
    """Ours, whose microphone hears speech."""
    from tools.bench._speech import Spoken, spoken  # noqa: PLC0415 # only who speaks loads it

    run_ours(orders, spoken=Spoken(open_sound(TONE), spoken()))


class _Listener:
    """Says the answer; the rest is seen in the report."""

    def answer_ready(self, _attempt: str, sdp: str) -> None:
        say({"answer": sdp})

    def lost(self, attempt: str, why: str) -> None:
        say({"lost": f"{attempt}: {why}"})

    failed = lost

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_: None


def recorded_by(spool: str, url: str, place: str, console_key: str, grant: str) -> Any:
    """Opens each call with a tee, whose pieces go to the evidence process at `url`."""
    from kiosk.recording.spool import Spool  # noqa: PLC0415 # only who records loads it
    from tests.harness.recording_terminal import visit_with  # noqa: PLC0415
    from tools.bench._tee_kiosk import recording_desk  # noqa: PLC0415
    from visits.signing import Signed  # noqa: PLC0415

    visit = visit_with(Signed.model_validate_json(grant))

    def opening(service: Any) -> Open:
        desk, uploader = recording_desk(service, Spool(Path(spool)), url, Path(place), console_key)
        uploader.start()

        def open_call(attempt: str) -> None:
            desk.open_call(attempt, visit, desk.grant_for(visit), None, relay_only=False)

        return open_call

    return opening


def run_stock(orders: Callable[[], dict[str, Any] | None]) -> None:
    """aiortc as it comes: its encoders, its jitter buffer, its estimate."""
    asyncio.run(_stock(orders))


async def _stock(orders: Callable[[], dict[str, Any] | None]) -> None:
    from kiosk.media.tracks import CameraTrack, MicrophoneTrack, from_video_frame  # noqa: PLC0415

    loop, seen = asyncio.get_running_loop(), Seen()
    picture, sound = CameraTrack(), MicrophoneTrack()
    camera = ClockCamera()

    def film() -> None:
        camera.start()
        while True:
            loop.call_soon_threadsafe(picture.offer, camera.read())

    threading.Thread(target=film, daemon=True).start()
    open_sound(TONE).start(_Microphone(loop, sound))
    peer: Any = None
    while (order := await asyncio.to_thread(orders)) is not None:
        if "offer" in order:
            peer = await _stock_answer(order["offer"], picture, sound, seen, from_video_frame)
        elif "mark" in order:
            seen.mark()
        elif "report" in order:
            say({"report": seen.report()})
    if peer is not None:
        await peer.close()


async def _stock_answer(
    offer: str, picture: Any, sound: Any, seen: Seen, to_yuv: Callable[[Any, float], YuvFrame]
) -> Any:
    from aiortc import (  # noqa: PLC0415
        RTCConfiguration,
        RTCPeerConnection,
        RTCSessionDescription,
    )
    from aiortc.mediastreams import MediaStreamError  # noqa: PLC0415

    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    peer.addTrack(sound)
    peer.addTrack(picture)

    async def read(track: Any) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if track.kind == "video":
                seen.picture(to_yuv(frame, 0.0))

    tasks: set[asyncio.Task[None]] = set()
    peer.on("track", lambda track: tasks.add(asyncio.ensure_future(read(track))))
    await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    await peer.setLocalDescription(await peer.createAnswer())
    say({"answer": peer.localDescription.sdp})
    return peer


class _Microphone:
    """The bench's sound device, into stock's track."""

    def __init__(self, loop: asyncio.AbstractEventLoop, track: Any) -> None:
        self._loop, self._track = loop, track

    def heard(self, block: bytes) -> None:
        self._loop.call_soon_threadsafe(self._track.offer, block)

    def next_block(self) -> bytes:
        return bytes(1920)

    def sound_broke(self, why: Exception) -> None:
        raise why


def _orders() -> dict[str, Any] | None:
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def main(kind: str, *how: str) -> None:
    if kind == "stock":
        run_stock(_orders)
        return
    if kind == "speaking":
        run_speaking(_orders)
    else:
        run_ours(_orders, recorded_by(*how) if kind == "recorded" else None)
    sys.stdout.flush()
    os._exit(0)  # what a terminal would still bring is no part of what is measured


if __name__ == "__main__":
    main(*sys.argv[1:])
