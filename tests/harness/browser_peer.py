"""The browser's part of a call, played by aiortc: it offers, shows a marker, hums a tone."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtp import is_rtcp
from av import AudioFrame, AudioResampler, VideoFrame

from kiosk.devices import open_camera
from kiosk.devices.bench_sound import tone_blocks
from kiosk.devices.testcard import read_marker
from kiosk.media.tone import ToneMeter
from kiosk.media.tracks import CameraTrack, MicrophoneTrack, from_video_frame


@dataclass
class BrowserPeer:
    """Offers once, then sends until `close`; every method runs on the caller's loop."""

    marker: int = 91
    hz: int = 660
    frames: int = 0
    seen_marker: int | None = None
    size: tuple[int, int] = (640, 480)
    without: tuple[str, ...] = ()
    """Picture codecs that this browser does not have."""
    tone: ToneMeter = field(default_factory=ToneMeter)

    def __post_init__(self) -> None:
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._camera, self._microphone = CameraTrack(), MicrophoneTrack()
        self._line_bits, self._told_at = 0, 0
        self._tasks: list[asyncio.Task[None]] = []
        self.first_frame = asyncio.Event()
        self.shows = asyncio.Event()
        """Whether the camera is on."""
        self.shows.set()

    async def offer(self) -> str:
        """The offer, all candidates gathered."""
        self._peer.addTrack(self._microphone)
        self._peer.addTrack(self._camera)
        self._peer.on("track", lambda track: self._keep(self._read(track)))
        for way in self._peer.getTransceivers():
            if way.kind == "video" and self.without:
                known = RTCRtpSender.getCapabilities("video").codecs
                way.setCodecPreferences([one for one in known if one.name not in self.without])
        await self._peer.setLocalDescription(await self._peer.createOffer())
        return self._peer.localDescription.sdp

    async def take_answer(self, sdp: str) -> None:
        await self._peer.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        self._keep(self._show())
        self._keep(self._hum())

    def tells_of_a_line_of(self, bits: int) -> None:
        """Says so (REMB) ten times a second from now on, in place of its own estimate."""
        (way,) = [one for one in self._peer.getTransceivers() if one.kind == "video"]
        self._line_bits = bits
        receiver: Any = way.receiver
        receiver._RTCRtpReceiver__remote_bitrate_estimator = self

    def add(self, *, arrival_time_ms: int, **_packet: object) -> tuple[int, list[int]] | None:
        """In place of aiortc's estimate of one packet more."""
        if arrival_time_ms - self._told_at < 100:
            return None
        self._told_at = arrival_time_ms
        (way,) = [one for one in self._peer.getTransceivers() if one.kind == "video"]
        receiver: Any = way.receiver
        return self._line_bits, list(receiver._RTCRtpReceiver__remote_streams)

    def loses(self, one_in: int, *, repeats: bool) -> set[tuple[int, int]]:
        """From now on one packet in so many never leaves, and without `repeats` none is sent
        again. The kinds of RTCP that the kiosk sends meanwhile: (packet type, format)."""
        (way,) = [one for one in self._peer.getTransceivers() if one.kind == "video"]
        sender: Any = way.sender
        dtls: Any = sender.transport
        send, hear = dtls._send_rtp, dtls._handle_rtcp_data
        heard: set[tuple[int, int]] = set()
        numbers = itertools.count(1)

        async def send_some(data: bytes) -> None:
            if is_rtcp(data) or next(numbers) % one_in:
                await send(data)

        async def hear_and_note(data: bytes) -> None:
            at = 0
            while at + 4 <= len(data):
                heard.add((data[at + 1], data[at] & 0x1F))
                at += 4 + int.from_bytes(data[at + 2 : at + 4], "big") * 4
            await hear(data)

        async def never(_number: int) -> None: ...

        dtls._send_rtp, dtls._handle_rtcp_data = send_some, hear_and_note
        if not repeats:
            sender._retransmit = never
        return heard

    async def go_silent(self) -> None:
        """As a cable that is pulled: nothing is sent, nothing is said about it."""
        transport = self._peer.getTransceivers()[0].sender.transport.transport
        for pair in transport._connection._nominated.values():
            pair.protocol.transport.close()

    async def close(self) -> None:
        await self._peer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    async def _show(self) -> None:
        width, height = self.size
        camera = open_camera(f"bench:testcard?marker={self.marker}&width={width}&height={height}")
        await asyncio.to_thread(camera.start)
        while True:
            frame = await asyncio.to_thread(camera.read)
            if self.shows.is_set():
                self._camera.offer(frame)

    async def _hum(self) -> None:
        due, blocks = time.monotonic(), tone_blocks(self.hz)
        while True:
            for block in blocks:
                self._microphone.offer(block)
                due += 0.02
                await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _read(self, track: MediaStreamTrack) -> None:
        to_mono = AudioResampler(format="s16", layout="mono", rate=48_000)
        while True:
            try:
                got = await track.recv()
            except MediaStreamError:
                return
            if isinstance(got, VideoFrame):
                self.frames += 1
                self.seen_marker = read_marker(from_video_frame(got, 0.0).luma())
                self.first_frame.set()
            elif isinstance(got, AudioFrame):
                for part in to_mono.resample(got):
                    self.tone.feed(bytes(part.planes[0])[: part.samples * 2])
