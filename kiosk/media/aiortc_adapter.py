"""Everything that touches what aiortc keeps private, and nothing else.

Written for aiortc 1.16.0 and aioice 0.13.0; `check` fails closed at import when another version
is installed or a name is gone. The names, and what each is needed for, stand in `NEEDED`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from importlib.metadata import version
from ssl import create_default_context
from typing import Any, Protocol

from aiortc import RTCDtlsTransport, RTCRtpReceiver, RTCRtpSender, codecs, rtp
from aiortc.rtcicetransport import RTCIceTransport
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpHeaderExtensionParameters
from cryptography.hazmat.primitives.hashes import SHA256

from kiosk.media.arrivals import Arrivals
from kiosk.media.assembly import Piece
from kiosk.media.candidates import may_send_to
from kiosk.media.contracts import IceSettings
from kiosk.media.feedback import EXTENSION_URI, FeedbackRefused, split_off
from kiosk.media.sending import Again, SendingSide
from visits.errors import EngineerMustAct

WRITTEN_FOR = {"aiortc": "1.16.0", "aioice": "0.13.0"}

NEEDED = {
    RTCRtpSender: {
        "_retransmit": "repeats within a budget, once in a round trip",
        "_send_keyframe": "asks our own encoder",
        "_handle_rtcp_packet": "hears the other side's estimate (REMB)",
        "_RTCRtpSender__transport": "paces each packet and numbers it",
        "_RTCRtpSender__rtp_header_extensions_map": "puts the number into the packet",
        "_RTCRtpSender__rtp_history": "looks up what is asked for again",
    },
    RTCRtpReceiver: {
        "_handle_rtp_packet": "notes when each packet arrived",
        "_handle_rtcp_packet": "hears the sender's clock",
        "_send_rtcp_nack": "asks again for what is missing",
        "_send_rtcp_pli": "asks for a keyframe",
        "_RTCRtpReceiver__jitter_buffer": "puts pictures together in our own way",
        "_RTCRtpReceiver__nack_generator": "silences the stock questions",
        "_RTCRtpReceiver__remote_bitrate_estimator": "silences the stock estimate",
        "_RTCRtpReceiver__codecs": "names the codec of a packet",
        "_RTCRtpReceiver__rtcp_ssrc": "signs our feedback",
    },
    RTCDtlsTransport: {
        "_handle_rtcp_data": "reads transport-wide feedback",
        "_send_rtp": "sends it",
        "_ssl": "has the other side's certificate",
    },
    RTCIceTransport: {
        "_connection": "answers no stranger and counts what is sent where",
        "_send": "counts what is sent where",
    },
    rtp.HeaderExtensionsMap: {"set": "puts the number into the packet"},
}
"""What is private and used, by class, and what for."""

FEEDBACK_EVERY_S = 0.1
ATTEND_EVERY_S = 0.02
FEEDBACK_ID = 4
"""No other header extension of aiortc has this id."""


class AiortcChanged(EngineerMustAct):
    """The installed aiortc is not the one this adapter was written for."""


class PiecesIn(Protocol):
    """Whom arriving packets are given to."""

    def add(self, codec: str, piece: Piece, now: float) -> None:
        """A packet of `codec` ("H264", "VP8", "opus") without its payload header."""


class PicturesOut:
    """One sender of pictures: paced, numbered, repeated within a budget."""

    def __init__(
        self, sender: RTCRtpSender, side: SendingSide, ask_keyframe: Callable[[], None]
    ) -> None:
        """Take hold of the sender before it starts."""
        inside: Any = sender
        self._sender, self._side, self._ask_keyframe = inside, side, ask_keyframe
        dtls: Any = sender.transport
        self._dtls = dtls
        self._repeat, self._hear = inside._retransmit, inside._handle_rtcp_packet
        self._hear_compound = dtls._handle_rtcp_data
        inside._RTCRtpSender__transport = self
        inside._RTCRtpSender__rtp_header_extensions_map = _Numbered(side)
        inside._retransmit = self._retransmit
        inside._send_keyframe = ask_keyframe
        inside._handle_rtcp_packet = self._handle_rtcp_packet
        dtls._handle_rtcp_data = self._handle_rtcp_data

    def __getattr__(self, name: str) -> Any:
        """For the sender this stands where its transport was."""
        return getattr(self._dtls, name)

    async def _send_rtp(self, data: bytes) -> None:
        if rtp.is_rtcp(data):
            await self._dtls._send_rtp(data)
            return
        number = self._side.number
        if wait := self._side.pacer.wait_s(len(data), time.monotonic()):
            await asyncio.sleep(wait)
        self._side.estimate.sent(number, len(data), time.monotonic())
        await self._dtls._send_rtp(data)

    async def probe(self) -> None:
        """Send the newest packets twice, where it helps to learn what the line carries."""
        history = self._sender._RTCRtpSender__rtp_history
        for number in sorted(history)[-2:]:
            packet = history[number]
            if self._side.probes(len(packet.payload), time.monotonic()):
                await self._repeat(packet.sequence_number)

    async def _retransmit(self, number: int) -> None:
        packet = self._sender._RTCRtpSender__rtp_history.get(number % rtp.RTP_HISTORY_SIZE)
        if packet is None or packet.sequence_number != number:
            return
        may = self._side.may_repeat(number, len(packet.payload), time.monotonic())
        for _ in range({Again.SEND: 1, Again.TWICE: 2}.get(may, 0)):
            await self._repeat(number)
        if may is Again.GIVE_UP:
            self._ask_keyframe()

    async def _handle_rtcp_packet(self, packet: Any) -> None:
        if isinstance(packet, rtp.RtcpPsfbPacket) and packet.fmt == rtp.RTCP_PSFB_APP:
            try:
                self._side.heard_remb(rtp.unpack_remb_fci(packet.fci)[0])
            except ValueError:
                return
        await self._hear(packet)

    async def _handle_rtcp_data(self, data: bytes) -> None:
        try:
            rest, told = split_off(data)
        except FeedbackRefused:
            return
        for feedback in told:
            self._side.heard(feedback, time.monotonic())
        if rest:
            await self._hear_compound(rest)


class _Numbered(rtp.HeaderExtensionsMap):
    """Gives each packet that is made ready its transport-wide number."""

    def __init__(self, side: SendingSide) -> None:
        super().__init__()
        self._side = side

    def set(self, values: rtp.HeaderExtensions) -> tuple[int, bytes]:
        values.transport_sequence_number = self._side.next_number()
        return super().set(values)


class PiecesOf:
    """One receiver, whose packets go to our own assembly instead of aiortc's."""

    def __init__(self, receiver: RTCRtpReceiver, pieces: PiecesIn) -> None:
        """Take hold of the receiver before it starts."""
        inside: Any = receiver
        self._receiver, self._pieces = inside, pieces
        self._arrivals = Arrivals()
        self._source = 0
        self._feedback_at = 0.0
        self._handle = inside._handle_rtp_packet
        inside._RTCRtpReceiver__jitter_buffer = self
        inside._RTCRtpReceiver__nack_generator = None
        inside._RTCRtpReceiver__remote_bitrate_estimator = None
        inside._handle_rtp_packet = self._handle_rtp_packet

    async def _handle_rtp_packet(self, packet: Any, arrival_time_ms: int) -> None:
        number = packet.extensions.transport_sequence_number
        if number is not None:
            self._arrivals.add(number, time.monotonic())
        await self._handle(packet, arrival_time_ms)

    def add(self, packet: Any) -> tuple[bool, None]:
        """In place of the stock jitter buffer's: no keyframe to ask for, nothing to decode."""
        codec = self._receiver._RTCRtpReceiver__codecs.get(packet.payload_type)
        self._source = packet.ssrc
        if codec is not None:
            piece = Piece(
                packet.sequence_number, packet.timestamp, bool(packet.marker), packet._data
            )
            self._pieces.add(codec.name, piece, time.monotonic())
        return False, None

    async def ask_again(self, numbers: list[int]) -> None:
        await self._receiver._send_rtcp_nack(self._source, numbers)

    async def ask_keyframe(self) -> None:
        await self._receiver._send_rtcp_pli(self._source)

    async def tell_arrivals(self, now: float) -> None:
        """Ten times a second, what arrived since."""
        ssrc = self._receiver._RTCRtpReceiver__rtcp_ssrc
        if ssrc is None or now - self._feedback_at < FEEDBACK_EVERY_S:
            return
        self._feedback_at = now
        packet = self._arrivals.feedback(ssrc, self._source)
        if packet is not None:
            await self._receiver.transport._send_rtp(packet)


class SendersClock:
    """Hears what the other side says of its clock (sender reports, RFC 3550, 6.4.1)."""

    def __init__(self, receiver: RTCRtpReceiver, heard: Callable[[float, int], None]) -> None:
        """`heard` is given the sender's wall clock, seconds since 1900, and the RTP timestamp of
        this receiver's stream at that instant."""
        inside: Any = receiver
        self._heard, self._handle = heard, inside._handle_rtcp_packet
        inside._handle_rtcp_packet = self._handle_rtcp_packet

    async def _handle_rtcp_packet(self, packet: Any) -> None:
        if isinstance(packet, rtp.RtcpSrPacket):
            told = packet.sender_info
            self._heard(told.ntp_timestamp / 2**32, told.rtp_timestamp)
        await self._handle(packet)


class Destinations:
    """Counts what leaves through one ICE transport, by the address that it leaves for."""

    def __init__(self, transport: RTCIceTransport) -> None:
        self.bytes: dict[str, int] = {}
        inside: Any = transport
        self._transport, self._send_on = inside, inside._send
        inside._send = self._send

    async def _send(self, data: bytes) -> None:
        await self._send_on(data)
        pair = self._transport._connection._nominated.get(1)
        if pair is not None:
            host, port = pair.remote_addr[:2]
            key = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            self.bytes[key] = self.bytes.get(key, 0) + len(data)


def remote_fingerprint(dtls: RTCDtlsTransport) -> str | None:
    """SHA-256 (hex, lower case) of the certificate that the other side really used; None before
    the handshake."""
    inside: Any = dtls
    certificate = inside._ssl.get_peer_certificate(as_cryptography=True)
    return certificate.fingerprint(SHA256()).hex() if certificate is not None else None


def guard(transport: RTCIceTransport, ice: IceSettings) -> None:
    """Let no packet from outside the allowed addresses be answered or followed up, and no
    candidate in, by whichever way it comes: in a description or after it (`addIceCandidate`)."""
    agent: Any = transport._connection  # no public way to refuse a check
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


def offer_feedback() -> None:
    """Let aiortc negotiate transport-wide feedback for pictures, in this whole process."""
    extensions = codecs.HEADER_EXTENSIONS["video"]
    if not any(one.uri == EXTENSION_URI for one in extensions):
        extensions.append(RTCRtpHeaderExtensionParameters(id=FEEDBACK_ID, uri=EXTENSION_URI))
        for codec in codecs.CODECS["video"]:
            if codec.rtcpFeedback:
                codec.rtcpFeedback.append(RTCRtcpFeedback(type="transport-cc"))


def check() -> None:
    """Raises `AiortcChanged` for another aiortc than the one whose inside is known."""
    for name, needed in WRITTEN_FOR.items():
        if (found := version(name)) != needed:
            raise AiortcChanged(
                f"{name} is {found}, but this program was checked with {needed}. Install that one."
            )
    for kind, names in NEEDED.items():
        made = kind.__init__.__code__.co_names  # type: ignore[misc]
        for name, why in names.items():
            if name not in made and not hasattr(kind, name):
                raise AiortcChanged(f"aiortc's {kind.__name__} has no {name} any more: {why}.")


check()
offer_feedback()
