"""One WebRTC connection that answers a browser, by aiortc's public doors and `aiortc_adapter`."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import NamedTuple

from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.exceptions import (
    InternalError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)
from aiortc.rtcconfiguration import RTCBundlePolicy, RTCIceTransportPolicy
from aiortc.rtcicetransport import RTCIceTransport
from aiortc.rtcrtpparameters import RTCRtpCodecCapability

from kiosk.media.aiortc_adapter import (
    ATTEND_EVERY_S,
    Destinations,
    PicturesOut,
    PiecesOf,
    guard,
    remote_fingerprint,
)
from kiosk.media.candidates import admit_offer
from kiosk.media.contracts import IceSettings, OfferRefused
from kiosk.media.encoding import PictureCodec
from kiosk.media.incoming import PicturesIn, SoundIn
from kiosk.media.outgoing import PictureTrack, SoundTrack
from kiosk.media.sending import SendingSide
from visits.relaying import Relay, way_of

PARSER_FAULTS = (
    *(ValueError, TypeError, AssertionError, LookupError, AttributeError, StopIteration),
    *(InternalError, InvalidAccessError, InvalidStateError, OperationError),
)
"""What aiortc raises for descriptions that it cannot use; it has no error of its own."""

CONSTRAINED_BASELINE = "42e01f"


class Traffic(NamedTuple):
    """Of sound and pictures together."""

    packets: int = 0
    bytes: int = 0
    """With their headers."""
    round_trip_s: float | None = None
    """Once known."""


class Line:
    """Pictures (H.264, or VP8 where the browser has nothing else) and sound both ways, one port.

    Its transport exists from the start, so candidates can be gathered before an offer comes.
    """

    def __init__(
        self,
        ice: IceSettings,
        pictures: PicturesIn,
        sound: SoundIn,
        ask_keyframe: Callable[[], None],
    ) -> None:
        """`ask_keyframe`: the other side needs a keyframe of our pictures."""
        self.side = SendingSide()
        self.camera = self._make_camera(lambda: self.side.backlog(time.monotonic()))
        self.microphone = self._make_microphone()
        self._ice, self._pictures, self._sound = ice, pictures, sound
        self._ask_keyframe = ask_keyframe
        self._peer = RTCPeerConnection(_configuration(ice))
        self._sound_way = self._peer.addTransceiver(self.microphone, direction="sendrecv")
        self._picture_way = self._peer.addTransceiver(self.camera, direction="sendrecv")
        self._picture_way.setCodecPreferences(_picture_codecs())
        self._sound_way.setCodecPreferences(_codecs("audio", "audio/opus"))
        self._transport: RTCIceTransport = self._sound_way.sender.transport.transport
        guard(self._transport, ice)
        self._destinations = Destinations(self._transport)
        self._attending: asyncio.Task[None] | None = None

    @property
    def state(self) -> str:
        """`new`, `connecting`, `connected`, `failed` or `closed`."""
        return self._peer.connectionState

    def on_state(self, changed: Callable[[], None]) -> None:
        self._peer.on("connectionstatechange", changed)

    async def gather(self) -> None:
        """Find this kiosk's own addresses, up to five seconds with a relay that is silent."""
        await self._transport.iceGatherer.gather()

    async def answer(self, offer: str) -> tuple[str, PictureCodec]:
        """The answer to `offer`, all candidates in it, and how pictures are encoded on this
        line. Raises `OfferRefused`."""
        admitted = admit_offer(offer, self._ice)
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(admitted, "offer"))
            answer = await self._peer.createAnswer()
            await self._peer.setLocalDescription(answer)
        except PARSER_FAULTS as cause:
            raise OfferRefused(f"The offer cannot be used: {cause!r}.") from cause
        self._take_hold()
        sdp = self._peer.localDescription.sdp
        return with_correction(sdp), picture_codec_of(sdp)

    @property
    def own_fingerprint(self) -> str:
        """SHA-256 (hex, lower case) of the certificate that this line will show."""
        own = self._sound_way.sender.transport.getLocalParameters().fingerprints
        found = next(each.value for each in own if each.algorithm == "sha-256")
        return str(found.replace(":", "").lower())

    def fingerprints(self) -> tuple[str, str] | None:
        """Own and remote, SHA-256 of the certificates that DTLS really used (hex, lower case);
        None before its handshake."""
        remote = remote_fingerprint(self._sound_way.sender.transport)
        return (self.own_fingerprint, remote) if remote is not None else None

    @property
    def sent_bytes(self) -> dict[str, int]:
        """What has left so far by the address (`host:port`) it left for; a relay's address on
        this kiosk's side does not show, the one that it was asked to send to does."""
        return dict(self._destinations.bytes)

    async def traffic(self) -> Traffic:
        """What came so far."""
        packets, size, round_trip_s = 0, 0, self.side.estimate.round_trip_s
        for report in (await self._peer.getStats()).values():
            if report.type == "transport":
                packets += report.packetsReceived
                size += report.bytesReceived
            elif report.type == "remote-inbound-rtp" and round_trip_s is None:
                round_trip_s = report.roundTripTime
        return Traffic(packets, size, round_trip_s)

    async def close(self) -> None:
        """End it and every task of it."""
        if self._attending is not None:
            self._attending.cancel()
            await asyncio.gather(self._attending, return_exceptions=True)
        await self._peer.close()
        await asyncio.sleep(0)
        await asyncio.to_thread(self._pictures.stop)

    def _make_camera(self, backlog: Callable[[], bool]) -> PictureTrack:
        return PictureTrack(backlog)

    def _make_microphone(self) -> SoundTrack:
        return SoundTrack()

    def _take_hold(self) -> None:
        """Of sender and receivers, before the first packet."""
        self._out = PicturesOut(self._picture_way.sender, self.side, self._ask_keyframe)
        self._pictures_of = PiecesOf(self._picture_way.receiver, self._pictures)
        PiecesOf(self._sound_way.receiver, self._sound)
        self._attending = asyncio.create_task(self._attend(), name="attend a line")

    async def _attend(self) -> None:
        """Ask again, tell what arrived, and play what waited long enough."""
        while True:
            await asyncio.sleep(ATTEND_EVERY_S)
            if self._peer.connectionState != "connected":
                continue
            now = time.monotonic()
            try:
                await self._do_what_is_due(now)
            except ConnectionError:
                continue  # the line is closing; its state says so

    async def _do_what_is_due(self, now: float) -> None:
        wanted = self._pictures.due(now, self.side.estimate.round_trip_s)
        self._sound.due(now)
        if wanted.again:
            await self._pictures_of.ask_again(wanted.again)
        if wanted.keyframe:
            await self._pictures_of.ask_keyframe()
        await self._pictures_of.tell_arrivals(now)
        await self._out.probe()


def picture_codec_of(answer: str) -> PictureCodec:
    """The first codec of the answer's pictures. Raises `OfferRefused` where there is none."""
    found = re.search(r"^m=video \d+ \S+ (\d+)", answer, re.MULTILINE)
    name = found and re.search(rf"^a=rtpmap:{found[1]} (\w+)/", answer, re.MULTILINE)
    if name and name[1] == "H264":
        return "H264"
    if name and name[1] == "VP8":
        return "VP8"
    raise OfferRefused("The offer has no picture codec that this terminal speaks.")


def with_correction(answer: str) -> str:
    """The answer, asking for Opus with in-band correction and in mono (RFC 7587, 6.1)."""
    found = re.search(r"^a=rtpmap:(\d+) opus/48000/2\r?$", answer, re.MULTILINE | re.IGNORECASE)
    if found is None:
        return answer
    other = re.compile(rf"^a=fmtp:{found[1]} .*\r\n", re.MULTILINE)
    line = f"a=fmtp:{found[1]} minptime=10;useinbandfec=1;stereo=0;maxaveragebitrate=28000\r\n"
    bare = other.sub("", answer)
    return bare.replace(found[0] + "\n", found[0] + "\n" + line, 1)


def _configuration(ice: IceSettings) -> RTCConfiguration:
    """The visit's relay only: by default aiortc would ask a public server."""
    policy = RTCIceTransportPolicy.RELAY if ice.relay_only else RTCIceTransportPolicy.ALL
    servers = [] if ice.relay is None else _relay_servers(ice.relay, ice.relay_by)
    return RTCConfiguration(servers, policy, RTCBundlePolicy.MAX_BUNDLE)


def _relay_servers(relay: Relay, by: str) -> list[RTCIceServer]:
    """Of several, aiortc takes the first and no other: the way that the settings prefer."""
    urls = sorted(relay.urls, key=lambda url: way_of(url) != by)
    return [RTCIceServer(urls, relay.username, relay.credential)]


def _picture_codecs() -> list[RTCRtpCodecCapability]:
    known = _codecs("video", "video/H264", "video/VP8", "video/rtx")
    return sorted(known, key=_rank)


def _rank(codec: RTCRtpCodecCapability) -> int:
    """Constrained baseline first, since every browser with H.264 has it."""
    if codec.mimeType == "video/H264":
        return 0 if codec.parameters.get("profile-level-id") == CONSTRAINED_BASELINE else 1
    return 2 if codec.mimeType == "video/VP8" else 3


def _codecs(kind: str, *names: str) -> list[RTCRtpCodecCapability]:
    known = RTCRtpReceiver.getCapabilities(kind)
    return [codec for codec in known.codecs if codec.mimeType in names] if known else []
