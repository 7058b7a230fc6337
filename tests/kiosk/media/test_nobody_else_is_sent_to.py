"""A canary listens where an offer points; a kiosk that may not go there never sings to it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from aioice import stun
from aioice.ice import get_host_addresses
from aiortc.sdp import SessionDescription
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.media import IceSettings
from tests.harness.call import ANYWHERE, CHROMIUM_OFFER, Heard, running_service

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
