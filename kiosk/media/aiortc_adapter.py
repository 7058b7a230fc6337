"""One WebRTC connection by aiortc; the only module that touches what aiortc keeps private.

Private, as of aiortc 1.16.0 and aioice 0.13.0: the ICE agent behind a transport
(`RTCIceTransport._connection`); its `request_received`, where a stranger's packet would make it
send to the stranger's address; its `add_remote_candidate`, the one door of every candidate; its
`turn_ssl`. `check_versions` fails closed at import, and a test sends a stranger's packet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib.metadata import version
from ssl import create_default_context
from typing import Any

from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.codecs import depayload, get_decoder, get_encoder
from aiortc.codecs.opus import TIME_BASE as OPUS_TIME_BASE
from aiortc.exceptions import (
    InternalError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE, MediaStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy, RTCIceTransportPolicy
from aiortc.rtcicetransport import RTCIceTransport
from av import AudioFrame, VideoFrame

from kiosk.media.candidates import admit_offer, may_send_to
from kiosk.media.contracts import IceSettings, OfferRefused
from visits.errors import EngineerMustAct
from visits.relaying import Relay, way_of

WRITTEN_FOR = {"aiortc": "1.16.0", "aioice": "0.13.0"}

PARSER_FAULTS = (
    *(ValueError, TypeError, AssertionError, LookupError, AttributeError, StopIteration),
    *(InternalError, InvalidAccessError, InvalidStateError, OperationError),
)
"""What aiortc raises for descriptions that it cannot use; it has no error of its own."""


class AiortcChanged(EngineerMustAct):
    """The installed aiortc is not the one this adapter was written for."""


class Line:
    """One connection that answers a browser: VP8 and Opus, both ways, one port.

    Its transport exists from the start, so candidates can be gathered before an offer comes.
    """

    def __init__(self, ice: IceSettings, picture: MediaStreamTrack, sound: MediaStreamTrack):
        self._ice = ice
        self._peer = RTCPeerConnection(_configuration(ice))
        sound_way = self._peer.addTransceiver(sound, direction="sendrecv")
        picture_way = self._peer.addTransceiver(picture, direction="sendrecv")
        picture_way.setCodecPreferences(_codecs("video", "video/VP8", "video/rtx"))
        sound_way.setCodecPreferences(_codecs("audio", "audio/opus"))
        self._transport: RTCIceTransport = sound_way.sender.transport.transport
        _guard(self._transport, ice)

    @property
    def state(self) -> str:
        """`new`, `connecting`, `connected`, `failed` or `closed`."""
        return self._peer.connectionState

    def on_state(self, changed: Callable[[], None]) -> None:
        self._peer.on("connectionstatechange", changed)

    def on_track(self, arrived: Callable[[MediaStreamTrack], None]) -> None:
        """Each track that arrives must be read until it ends, or it piles up."""
        self._peer.on("track", arrived)

    async def gather(self) -> None:
        """Find this kiosk's own addresses, up to five seconds with a relay that is silent."""
        await self._transport.iceGatherer.gather()

    async def answer(self, offer: str) -> str:
        """The answer to `offer`, all candidates in it. Raises `OfferRefused`."""
        admitted = admit_offer(offer, self._ice)
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(admitted, "offer"))
            await self._peer.setLocalDescription(await self._peer.createAnswer())
        except PARSER_FAULTS as cause:
            raise OfferRefused(f"The offer cannot be used: {cause!r}.") from cause
        return self._peer.localDescription.sdp

    async def traffic(self) -> tuple[int, float | None]:
        """Media packets received so far, and the round trip in seconds once known."""
        packets, round_trip = 0, None
        for report in (await self._peer.getStats()).values():
            if report.type == "transport":
                packets += report.packetsReceived
            elif report.type == "remote-inbound-rtp" and report.roundTripTime is not None:
                round_trip = report.roundTripTime
        return packets, round_trip

    async def close(self) -> None:
        """End it and every task of it."""
        await self._peer.close()
        await asyncio.sleep(0)


def warm_codecs(size: tuple[int, int]) -> None:
    """Encode and decode one black picture and one silent block, so that the first call of
    the day does not wait for libraries to load. Takes some tens of milliseconds."""
    picture = VideoFrame(*size, "yuv420p")
    sound = AudioFrame("s16", "mono", 960)
    picture.time_base, sound.time_base, sound.sample_rate = VIDEO_TIME_BASE, OPUS_TIME_BASE, 48_000
    picture.pts = sound.pts = 0
    for kind, frame in (("video/VP8", picture), ("audio/opus", sound)):
        codec = _codecs(kind.split("/")[0], kind)[0]
        payloads, timestamp = get_encoder(codec).encode(frame)
        if payloads:
            data = b"".join(depayload(codec, payload) for payload in payloads)
            get_decoder(codec).decode(JitterFrame(data, timestamp))


def check_versions() -> None:
    """Raises `AiortcChanged` for another aiortc than the one whose inside is known."""
    for name, needed in WRITTEN_FOR.items():
        if (found := version(name)) != needed:
            raise AiortcChanged(
                f"{name} is {found}, but this program was checked with {needed}. Install that one."
            )


def _guard(transport: RTCIceTransport, ice: IceSettings) -> None:
    """Let no packet from outside the allowed addresses be answered or followed up, and no
    candidate in, by whichever way it comes: in a description or after it (`addIceCandidate`)."""
    agent: Any = transport._connection  # noqa: SLF001 # no public way to refuse a check
    answer_check, take_candidate = agent.request_received, agent.add_remote_candidate

    def answer_admitted(message: Any, address: tuple[str, int], protocol: Any) -> None:
        if may_send_to(address[0], address[1], ice):
            answer_check(message, address, protocol)

    async def take_admitted(candidate: Any) -> None:
        if candidate is None or may_send_to(candidate.host, candidate.port, ice):
            await take_candidate(candidate)

    agent.request_received = answer_admitted
    agent.add_remote_candidate = take_admitted
    if agent.turn_ssl:
        agent.turn_ssl = create_default_context(cafile=ice.relay_ca)


def _configuration(ice: IceSettings) -> RTCConfiguration:
    """The visit's relay only: by default aiortc would ask a public server."""
    policy = RTCIceTransportPolicy.RELAY if ice.relay_only else RTCIceTransportPolicy.ALL
    servers = [] if ice.relay is None else _relay_servers(ice.relay, ice.relay_by)
    return RTCConfiguration(servers, policy, RTCBundlePolicy.MAX_BUNDLE)


def _relay_servers(relay: Relay, by: str) -> list[RTCIceServer]:
    """Of several, aiortc takes the first and no other: the way that the settings prefer."""
    urls = sorted(relay.urls, key=lambda url: way_of(url) != by)
    return [RTCIceServer(urls, relay.username, relay.credential)]


def _codecs(kind: str, *names: str) -> list[Any]:
    known = RTCRtpReceiver.getCapabilities(kind)
    return [codec for codec in known.codecs if codec.mimeType in names] if known else []


check_versions()
