"""That aiortc's sender really does what the pure modules decide: a real sender, on a wire that
is a list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiortc import RTCRtpSender, rtp
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpSendParameters

from kiosk.media.aiortc_adapter import FEEDBACK_ID, PicturesOut
from kiosk.media.feedback import EXTENSION_URI, build
from kiosk.media.sending import SendingSide

NUMBERED = RTCRtpSendParameters(
    headerExtensions=[RTCRtpHeaderExtensionParameters(id=FEEDBACK_ID, uri=EXTENSION_URI)]
)


class Wire:
    """In place of DTLS: keeps what is sent."""

    state = "connected"

    def __init__(self) -> None:
        self.sent: list[rtp.RtpPacket] = []
        self.heard: list[bytes] = []
        self._read = rtp.HeaderExtensionsMap()
        self._read.configure(NUMBERED)

    async def _send_rtp(self, data: bytes) -> None:
        if not rtp.is_rtcp(data):
            self.sent.append(rtp.RtpPacket.parse(data, self._read))

    async def _handle_rtcp_data(self, data: bytes) -> None:
        self.heard.append(data)


class Bench:
    """A sender in our hands, with ten packets that it has sent."""

    def __init__(self) -> None:
        self.wire, self.side, self.keyframes = Wire(), SendingSide(), 0
        sender: Any = RTCRtpSender("video", self.wire)  # type: ignore[arg-type]
        self.sender = sender
        self.out = PicturesOut(sender, self.side, self._ask)
        self.map = sender._RTCRtpSender__rtp_header_extensions_map
        self.map.configure(NUMBERED)

    def _ask(self) -> None:
        self.keyframes += 1

    async def send(self, count: int, size: int = 1_000) -> None:
        for number in range(count):
            packet = rtp.RtpPacket(sequence_number=number, payload=bytes(size))
            self.sender._RTCRtpSender__rtp_history[number % rtp.RTP_HISTORY_SIZE] = packet
            await self.sender.transport._send_rtp(packet.serialize(self.map))

    async def tell(self, arrivals: list[float | None]) -> None:
        await self.wire._handle_rtcp_data(build(0, 1, 2, 1, arrivals))


def run(story: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
    async def on_a_loop() -> None:
        await story(Bench())

    asyncio.run(on_a_loop())


def test_each_packet_leaves_under_its_own_transport_wide_number() -> None:
    async def story(bench: Bench) -> None:
        await bench.send(5)
        numbers = [packet.extensions.transport_sequence_number for packet in bench.wire.sent]
        assert numbers == [1, 2, 3, 4, 5]

    run(story)


def test_feedback_reaches_the_estimate_and_nothing_else_of_aiortc() -> None:
    async def story(bench: Bench) -> None:
        await bench.send(4)
        await bench.tell([0.01, None, 0.02, 0.03])
        assert bench.side.estimate.loss == pytest.approx(0.25)
        assert bench.side.estimate.round_trip_s is not None
        assert bench.wire.heard == []
        await bench.wire._handle_rtcp_data(bytes.fromhex("80c9000100000007"))
        assert len(bench.wire.heard) == 1

    run(story)


def test_a_burst_is_paced_on_a_line_that_showed_its_limit() -> None:
    async def story(bench: Bench) -> None:
        bench.side.pacer.follow(400_000, limited=True)
        waits: list[float] = []

        async def instead_of_sleeping(seconds: float) -> None:
            waits.append(seconds)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio, "sleep", instead_of_sleeping)
            await bench.send(10, size=1_250)
        assert len(bench.wire.sent) == 10
        assert max(waits) > 0.05

    run(story)


def test_a_packet_asked_for_ten_times_at_once_is_repeated_once() -> None:
    async def story(bench: Bench) -> None:
        await bench.send(3)
        for _ in range(10):
            await bench.sender._retransmit(1)
        assert [packet.sequence_number for packet in bench.wire.sent] == [0, 1, 2, 1]

    run(story)


def test_when_too_much_is_asked_for_again_a_keyframe_is_made_instead() -> None:
    async def story(bench: Bench) -> None:
        await bench.send(100)
        for number in range(100):
            await bench.sender._retransmit(number)
        repeated = len(bench.wire.sent) - 100
        assert 0 < repeated < 60
        assert bench.keyframes > 0

    run(story)


def test_a_lost_picture_asks_our_own_encoder() -> None:
    async def story(bench: Bench) -> None:
        await bench.sender._handle_rtcp_packet(
            rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_PLI, ssrc=1, media_ssrc=2)
        )
        assert bench.keyframes == 1

    run(story)


def test_a_receivers_own_estimate_counts_until_feedback_comes() -> None:
    async def story(bench: Bench) -> None:
        fci = rtp.pack_remb_fci(200_000, [1])
        packet = rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_APP, ssrc=1, media_ssrc=0, fci=fci)
        await bench.sender._handle_rtcp_packet(packet)
        assert bench.side.bits < 200_000
        await bench.send(2)
        await bench.tell([0.01, 0.02])
        assert bench.side.bits > 500_000

    run(story)


def test_bytes_that_are_no_feedback_are_dropped_and_the_line_goes_on() -> None:
    async def story(bench: Bench) -> None:
        await bench.wire._handle_rtcp_data(bytes.fromhex("8fcd00ff0000"))
        await bench.send(1)
        assert len(bench.wire.sent) == 1

    run(story)
