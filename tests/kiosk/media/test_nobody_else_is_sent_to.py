"""A canary listens where an offer points; a kiosk that may not go there never sings to it."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from random import Random

import pytest
from aioice import stun
from aioice.ice import get_host_addresses
from aiortc import RTCIceCandidate, RTCIceGatherer, RTCIceTransport
from aiortc.rtcicetransport import RTCIceParameters
from aiortc.sdp import SessionDescription, candidate_from_sdp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.media import IceSettings, OfferRefused
from kiosk.media.aiortc_adapter import guard
from kiosk.media.candidates import admit_offer
from kiosk.media.line import PARSER_FAULTS
from tests.harness.call import ANYWHERE, CHROMIUM_OFFER, Heard, running_service
from tests.harness.mutated_offers import mutated_offer
from visits.relaying import RelayPlace, relay_for

ELSEWHERE = IceSettings.model_validate({"allowed_networks": ["203.0.113.0/24", "2001:db8::/32"]})
OWN_ADDRESSES = get_host_addresses(use_ipv4=True, use_ipv6=False)

pytestmark = pytest.mark.skipif(not OWN_ADDRESSES, reason="needs an address besides loopback")


@pytest.fixture(params=["own address", "loopback"])
def canary(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    host = OWN_ADDRESSES[0] if request.param == "own address" else "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((host, 0))
        listener.settimeout(1.0)
        yield listener


def _pointing_at(canary: socket.socket, *more: str) -> str:
    host, port = canary.getsockname()
    planted = f"a=candidate:1 1 udp 2122260223 {host} {port} typ host"
    lines = [line for line in CHROMIUM_OFFER.splitlines() if not line.startswith("a=candidate")]
    video = next(at for at, line in enumerate(lines) if line.startswith("m=video"))
    return "\r\n".join([*lines[:video], planted, *more, *lines[video:], planted, *more]) + "\r\n"


def _heard_nothing(canary: socket.socket) -> bool:
    try:
        canary.recvfrom(2_000)
    except TimeoutError:
        return True
    return False


def _answer(ice: IceSettings, offer: str, canary: socket.socket) -> tuple[bool, str]:
    """Whether the canary stayed silent, and the answer."""
    heard = Heard()
    with running_service(heard, ice=ice) as service:
        service.open("one")
        service.take_offer("one", offer)
        answer = heard.wait_for("answer_ready")[2]
        return _heard_nothing(canary), answer


@pytest.mark.slow
def test_a_planted_candidate_draws_no_packet(canary: socket.socket) -> None:
    silent, _ = _answer(ELSEWHERE, _pointing_at(canary), canary)
    assert silent


def test_the_canary_does_sing_where_the_settings_let_it() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((OWN_ADDRESSES[0], 0))
        listener.settimeout(3.0)
        silent, _ = _answer(ANYWHERE, _pointing_at(listener), listener)
        assert not silent


@pytest.mark.parametrize(("ice", "answered"), [(ELSEWHERE, False), (ANYWHERE, True)])
@pytest.mark.slow
def test_a_strangers_check_is_answered_only_inside_the_allowed_networks(
    ice: IceSettings, answered: bool
) -> None:
    """An offer may name nobody and send a well-formed check itself, from a forged address."""
    heard = Heard()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
        running_service(heard, ice=ice) as service,
    ):
        stranger.bind((OWN_ADDRESSES[0], 0))
        stranger.settimeout(1.5)
        service.open("one")
        service.take_offer("one", CHROMIUM_OFFER)
        answer = heard.wait_for("answer_ready")[2]
        stranger.sendto(_check(answer), _kiosk_address(answer))
        assert _heard_nothing(stranger) is not answered


def _kiosk_address(answer: str) -> tuple[str, int]:
    candidates = SessionDescription.parse(answer).media[0].ice_candidates
    return next((c.ip, c.port) for c in candidates if ip_address(c.ip).version == 4)


def _check(answer: str) -> bytes:
    """A connectivity check as the browser would send it (RFC 8445, section 7.2.4)."""
    kiosk = SessionDescription.parse(answer).media[0].ice
    browser = SessionDescription.parse(CHROMIUM_OFFER).media[0].ice
    assert kiosk is not None
    assert browser is not None
    check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    check.attributes["USERNAME"] = f"{kiosk.usernameFragment}:{browser.usernameFragment}"
    check.attributes["PRIORITY"] = 1
    check.attributes["ICE-CONTROLLING"] = 1
    check.add_message_integrity(str(kiosk.password).encode())
    return bytes(check)


DISGUISES = st.lists(
    st.sampled_from(
        [
            "a=candidate:2 1 udp 1 {host} {port} typ srflx raddr {host} rport {port}",
            "a=candidate:3 1 udp 1 ::ffff:{host} {port} typ host",
            "a=remote-candidates:1 {host} {port}",
            "a=rtcp:{port} IN IP4 {host}",
            "c=IN IP4 {host}",
            "a=candidate:4 1 UDP 1 {host} {port} typ relay",
            "a=x:a=candidate:5 1 udp 1 {host} {port} typ host",
            " a=candidate:6 1 udp 1 {host} {port} typ host",
            "a= candidate:7 1 udp 1 {host} {port} typ host",
            "a=end-of-candidates",
            "a=ice-lite",
        ]
    ),
    max_size=8,
)


@pytest.mark.slow
def test_no_disguise_of_a_candidate_draws_a_packet() -> None:
    heard = Heard()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener,
        running_service(heard, ice=ELSEWHERE) as service,
    ):
        listener.bind((OWN_ADDRESSES[0], 0))
        listener.settimeout(0.3)
        host, port = listener.getsockname()

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(DISGUISES)
        def tried(disguises: list[str]) -> None:
            name = f"attempt {len(heard.all)}"
            lines = [line.format(host=host, port=port) for line in disguises]
            service.open(name)
            service.take_offer(name, _pointing_at(listener, *lines))
            assert heard.wait_for("answer_ready")[1] == name

        tried()
        assert _heard_nothing(listener)


MUTATED = 10_000
AT_ONCE = 100


@dataclass
class Tally:
    """What became of the descriptions: refused as a whole, unreadable, or taken up."""

    refused: int = 0
    taken: int = 0
    trickled: int = 0


async def _take_up(offer: str, ice: IceSettings, canary: tuple[str, int], tally: Tally) -> None:
    """As a line does, without its pictures: admit, gather, heed every candidate, check; then
    trickle what the offer held and the canary itself."""
    transport = RTCIceTransport(RTCIceGatherer([]))
    guard(transport, ice)
    try:
        parsed = SessionDescription.parse(admit_offer(offer, ice))
    except (OfferRefused, *PARSER_FAULTS):
        tally.refused += 1
        parsed = SessionDescription.parse(CHROMIUM_OFFER)
    tally.taken += 1
    await transport.iceGatherer.gather()
    for media in parsed.media:
        for candidate in media.ice_candidates:
            await transport.addRemoteCandidate(candidate)
    checking = asyncio.create_task(transport.start(_parameters(parsed)))
    for trickled in _trickle(offer, canary):
        await transport.addRemoteCandidate(trickled)
        tally.trickled += 1
    await asyncio.sleep(0.03)
    await transport.stop()
    await asyncio.gather(checking, return_exceptions=True)


def _parameters(parsed: SessionDescription) -> RTCIceParameters:
    found = (media.ice for media in parsed.media if media.ice and media.ice.usernameFragment)
    return next(found, None) or RTCIceParameters("uuuu", "p" * 24)


def _trickle(offer: str, canary: tuple[str, int]) -> Iterator[RTCIceCandidate]:
    """Every candidate line of the offer that can be read, and two that surely can."""
    host, port = canary
    sure = f"1 1 udp 5 {host} {port} typ"
    held = re.findall(r"a=candidate:([^\r\n]*)", offer)
    for text in (*held, f"{sure} host", f"{sure} relay raddr 0.0.0.0 rport 0"):
        with suppress(*PARSER_FAULTS):
            yield candidate_from_sdp(text)


async def _take_up_all(ice: IceSettings, canary: tuple[str, int], count: int) -> Tally:
    random, tally = Random(17), Tally()
    for _ in range(count // AT_ONCE):
        offers = [mutated_offer(random, *canary) for _ in range(AT_ONCE)]
        await asyncio.gather(*(_take_up(offer, ice, canary, tally) for offer in offers))
    return tally


RELAYED = ELSEWHERE.of_visit(
    relay_for(
        RelayPlace(
            urls=("turn:turn.example:3478?transport=udp",), addresses=(ip_address("203.0.113.9"),)
        ),
        "a secret of console and relay",
        "v1",
        datetime(2030, 1, 1, tzinfo=UTC),
    ),
    relay_only=False,
)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_mutated_descriptions_and_their_trickle_draw_no_packet(
    canary: socket.socket,
) -> None:
    """Half of them at this machine's own address, half at loopback."""
    tally = asyncio.run(_take_up_all(RELAYED, canary.getsockname(), MUTATED // 2))
    assert _heard_nothing(canary)
    assert tally.taken == MUTATED // 2
    assert 0 < tally.refused < tally.taken
    assert tally.trickled >= 2 * tally.taken


@pytest.mark.slow
def test_the_same_descriptions_do_reach_a_canary_that_may_be_sent_to() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((OWN_ADDRESSES[0], 0))
        listener.settimeout(3.0)
        asyncio.run(_take_up_all(ANYWHERE, listener.getsockname(), AT_ONCE))
        assert not _heard_nothing(listener)
