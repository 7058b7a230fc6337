"""What an offer may say, and where it may make the kiosk send to."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.media import CallSettings, IceSettings, OfferRefused
from kiosk.media.candidates import admit_offer, may_send_to
from kiosk.media.line import PARSER_FAULTS
from tests.harness.call import CHROMIUM_OFFER as OFFER
from visits.relaying import RelayPlace, relay_for

ICE = IceSettings.model_validate({"allowed_networks": ["192.0.2.0/24", "2001:db8::/32"]})
EVERYTHING = IceSettings.model_validate({"allowed_networks": ["0.0.0.0/0", "::/0"]})


def _with(candidate: str) -> str:
    """The offer with its own candidates replaced by this one."""
    lines = [line for line in OFFER.splitlines() if not line.startswith("a=candidate")]
    return "\r\n".join([*lines, candidate]) + "\r\n"


def _candidates(sdp: str) -> list[str]:
    return [line for line in sdp.splitlines() if line.startswith("a=candidate")]


def test_a_candidate_inside_an_allowed_network_is_rebuilt_from_its_parts() -> None:
    line = "a=candidate:1 1 UDP 2122260223 192.0.2.7 50000 typ host generation 0 ufrag x"
    assert _candidates(admit_offer(_with(line), ICE)) == [
        "a=candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host"
    ]


def test_the_private_address_behind_a_public_one_is_not_handed_on() -> None:
    line = "a=candidate:1 1 udp 1 192.0.2.7 50000 typ srflx raddr 10.1.1.1 rport 9"
    (kept,) = _candidates(admit_offer(_with(line), ICE))
    assert "10.1.1.1" not in kept


@pytest.mark.parametrize(
    "candidate",
    [
        "a=candidate:1 1 udp 1 198.51.100.1 50000 typ host",
        "a=candidate:1 1 udp 1 2001:db9::1 50000 typ host",
        "a=candidate:1 1 udp 1 printer.jail.local 50000 typ host",
        "a=candidate:1 1 udp 1 0a1b2c3d.local 50000 typ host",
        "a=candidate:1 1 tcp 1 192.0.2.7 9 typ host tcptype active",
        "a=candidate:1 2 udp 1 192.0.2.7 50000 typ host",
        "a=candidate:1 1 udp 1 192.0.2.7 0 typ host",
        "a=candidate:1 1 udp 1 192.0.2.7 65536 typ host",
        "a=candidate:1 1 udp 1 192.0.2.7 -1 typ host",
        "a=candidate:1 1 udp 1 192.0.2.7 1e3 typ host",
        "a=candidate:1 1 udp 9999999999 192.0.2.7 50000 typ host",
        "a=candidate:1 1 udp 1 192.0.2.007 50000 typ host",
        "a=candidate:1 1 udp 1 0300.0.2.7 50000 typ host",
        "a=candidate:1 1 udp 1 192.0.2.7 50000 typ prflx",
        "a=candidate:1 1 udp 1 192.0.2.7 50000 host typ",
        "a=candidate:1 1 udp 1 192.0.2.7",
        "a=candidate:",
        "a=candidate",
    ],
)
def test_other_candidates_are_dropped(candidate: str) -> None:
    assert _candidates(admit_offer(_with(candidate), ICE)) == []


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1.2.3", "::1", "0.0.0.0", "0.1.2.3", "::", "255.255.255.255"),
        *("224.0.0.251", "239.1.1.1", "ff02::1", "169.254.169.254", "fe80::1", "fe80::1%eth0"),
        *("240.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *(
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "localhost",
            "",
            "10.0.0.1 ",
            "\uff11\uff10.0.0.1",
        ),
    ],
)
def test_some_addresses_are_never_sent_to_even_where_all_networks_are_allowed(host: str) -> None:
    assert not may_send_to(host, 50_000, EVERYTHING)


def test_loopback_needs_its_own_leave() -> None:
    bench = IceSettings(allow_loopback=True)
    assert may_send_to("127.0.0.1", 50_000, bench)
    assert not may_send_to("192.0.2.1", 50_000, bench)


def test_without_allowed_networks_nothing_is_sent_to() -> None:
    assert not may_send_to("192.0.2.1", 50_000, IceSettings())


def test_lines_that_name_addresses_elsewhere_are_not_handed_on() -> None:
    admitted = admit_offer(_with("a=remote-candidates:1 10.9.9.9 5"), EVERYTHING)
    assert "remote-candidates" not in admitted
    assert not re.search(r"^(c=|a=rtcp:)", admitted, re.MULTILINE)
    assert all(line.split()[1] == "9" for line in admitted.splitlines() if line[:2] == "m=")


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\r", "\0"])
def test_a_candidate_cannot_hide_behind_a_rare_line_separator(separator: str) -> None:
    hidden = f"a=mid:1{separator}a=candidate:1 1 udp 1 10.9.9.9 5 typ host"
    with pytest.raises(OfferRefused, match="printable"):
        admit_offer(_with(hidden), ICE)


@pytest.mark.parametrize(
    "offer",
    [
        OFFER + "a=x\r\n" * 801,
        OFFER + "a=" + "x" * 1_100 + "\r\n",
        OFFER + "x" * 40_000,
        OFFER + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
        OFFER + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
        _with("\r\n".join(["a=candidate:1 1 udp 1 192.0.2.7 5 typ host"] * 25)),
    ],
)
def test_offers_beyond_measure_are_refused(offer: str) -> None:
    with pytest.raises(OfferRefused):
        admit_offer(offer, ICE)


def test_a_real_browsers_offer_keeps_what_a_call_needs() -> None:
    parsed = SessionDescription.parse(admit_offer(OFFER, EVERYTHING))
    assert [media.kind for media in parsed.media] == ["audio", "video"]
    assert all(media.ice and media.ice.usernameFragment for media in parsed.media)
    assert all(media.dtls is not None and media.dtls.fingerprints for media in parsed.media)
    assert "VP8" in {codec.name for codec in parsed.media[1].rtp.codecs}


def test_candidates_that_a_bundle_names_in_its_first_section_are_heeded() -> None:
    planted = "a=candidate:1 1 udp 1 192.0.2.7 50000 typ relay raddr 0.0.0.0 rport 0"
    lines = [line for line in OFFER.splitlines() if not line.startswith("a=candidate")]
    first = next(at for at, line in enumerate(lines) if line.startswith("m=")) + 1
    offer = "\r\n".join([*lines[:first], planted, *lines[first:]]) + "\r\n"
    last = SessionDescription.parse(admit_offer(offer, ICE)).media[-1]
    assert [found.ip for found in last.ice_candidates] == ["192.0.2.7"]


RELAYED = CallSettings().of_visit(
    relay_for(
        RelayPlace(
            urls=("turn:turn.example:3478?transport=udp",), addresses=(ip_address("203.0.113.9"),)
        ),
        "a secret of console and relay",
        "v1",
        datetime(2030, 1, 1, tzinfo=UTC),
    ),
    relay_only=True,
)


def test_the_visits_relay_is_sent_to_and_its_neighbours_are_not() -> None:
    assert may_send_to("203.0.113.9", 50_000, RELAYED)
    assert not may_send_to("203.0.113.10", 50_000, RELAYED)
    assert not may_send_to("203.0.113.9", 50_000, IceSettings())


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "224.0.0.1", "::1"])
def test_not_even_a_relay_is_sent_to_at_an_address_that_is_never(address: str) -> None:
    assert RELAYED.relay is not None
    odd = RELAYED.relay.model_copy(update={"addresses": (ip_address(address),)})
    assert not may_send_to(address, 50_000, RELAYED.model_copy(update={"relay": odd}))


LINES = OFFER.splitlines()
JUNK = st.text(st.sampled_from("a=candidate:10 m/udp.\r\n\x0b\u2028%-\0"), max_size=40)
CANDIDATES = st.builds(
    "a=candidate:{} {} {} {} {} {} typ {}".format,
    st.sampled_from(["1", "x", "é", ""]),
    st.sampled_from(["1", "2", "-1"]),
    st.sampled_from(["udp", "UDP", "tcp"]),
    st.integers(-5, 2**33),
    st.one_of(
        st.ip_addresses().map(str), st.sampled_from(["a.local", "10.1", "127.1", "::ffff:1.2.3.4"])
    ),
    st.integers(-1, 70_000),
    st.sampled_from(["host", "srflx", "relay", "prflx", ""]),
)
CHANGES = st.lists(
    st.tuples(
        st.integers(0, len(LINES) - 1),
        st.sampled_from(["drop", "twice", "cut", "put"]),
        JUNK | CANDIDATES,
    ),
    max_size=12,
)


def _mutated(changes: list[tuple[int, str, str]]) -> str:
    lines = list(LINES)
    for at, change, text in changes:
        if change == "drop":
            lines[at] = ""
        elif change == "twice":
            lines[at] += "\r\n" + lines[at]
        elif change == "cut":
            lines[at] = lines[at][: len(text)]
        else:
            lines[at] += "\r\n" + text
    return "\r\n".join(lines)


@pytest.mark.slow
@settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CHANGES, st.sampled_from([ICE, RELAYED]))
def test_no_mutation_of_an_offer_crashes_or_leads_elsewhere(
    changes: list[tuple[int, str, str]], ice: IceSettings
) -> None:
    try:
        admitted = admit_offer(_mutated(changes), ice)
        parsed = SessionDescription.parse(admitted)
    except (OfferRefused, *PARSER_FAULTS):
        return
    for media in parsed.media:
        assert all(may_send_to(found.ip, found.port, ice) for found in media.ice_candidates)
