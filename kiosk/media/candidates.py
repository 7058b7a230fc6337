"""Where an offer may make this kiosk send to, and what an offer may say at all.

Pure. An offer comes from a stranger's browser; each candidate in it (RFC 8839) is an address
that a WebRTC library will send packets to. So an offer is not cleaned but copied: lines of
known kinds only, candidates rebuilt from their parts, and only those of the relay or inside the
allowed networks. Everything is measured before it is parsed.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from kiosk.media.contracts import IceSettings, OfferRefused

LONGEST_OFFER = 32_768
LONGEST_LINE = 1_024
MOST_LINES = 800
MOST_CANDIDATES = 24

KNOWN_ATTRIBUTES = frozenset(
    {
        *("group", "msid-semantic", "mid", "msid", "ssrc", "ssrc-group", "extmap"),
        *("rtpmap", "fmtp", "rtcp-fb", "rtcp-mux", "rtcp-rsize"),
        *("setup", "fingerprint", "ice-ufrag", "ice-pwd", "ice-options"),
        *("sendrecv", "sendonly", "recvonly", "inactive"),
    }
)
"""Not among them: `end-of-candidates`, since the browser may still be found by its own
checks when none of its candidates was admitted; `rtcp` and `remote-candidates`, which name
addresses; `ice-lite`, which no browser is."""

FOUNDATION = re.compile(r"[A-Za-z0-9+/]{1,32}")
CANDIDATE_KINDS = frozenset({"host", "srflx", "relay"})
TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))
"""NAT64 and 6to4: an IPv4 address in disguise, which the networks would not recognise."""


def admit_offer(sdp: str, ice: IceSettings) -> str:
    """The offer as the WebRTC library may see it, its candidates in the last section.

    A bundle's candidates are for all its sections; browsers name them in the first, and aiortc
    heeds those of the last alone. Raises `OfferRefused` when it is too large, holds other than
    printable ASCII, or is not one section of sound and one of pictures.
    """
    lines = _lines(sdp)
    sections = [line.split(" ", 1)[0] for line in lines if line.startswith("m=")]
    if sorted(sections) != ["m=audio", "m=video"]:
        raise OfferRefused("An offer needs one audio and one video section and nothing else.")
    copied = [kept for line in lines if (kept := _copy(line, ice)) is not None]
    candidates = [line for line in copied if _is_candidate(line)]
    if len(candidates) > MOST_CANDIDATES:
        raise OfferRefused(f"An offer may name {MOST_CANDIDATES} candidates at most.")
    others = [line for line in copied if not _is_candidate(line)]
    return "\r\n".join([*others, *dict.fromkeys(candidates)]) + "\r\n"


def may_send_to(host: str, port: int, ice: IceSettings) -> bool:
    """Whether a packet may go there: an address literal, the relay's or in an allowed network.

    Loopback, multicast, link-local, broadcast, unspecified and translated addresses and port
    0 are out whatever the settings allow; `allow_loopback` lets loopback in.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if not 0 < port < 65_536 or _never(address, ice):
        return False
    if address.is_loopback or (ice.relay is not None and address in ice.relay.addresses):
        return True
    return any(address in network for network in ice.allowed_networks)


def _never(address: IPv4Address | IPv6Address, ice: IceSettings) -> bool:
    if isinstance(address, IPv6Address):
        disguised = address.ipv4_mapped is not None or address.teredo is not None
        if disguised or address.scope_id or any(address in network for network in TRANSLATED):
            return True
    if address.is_loopback:
        return not ice.allow_loopback
    reserved = isinstance(address, IPv4Address) and address.is_reserved
    low = isinstance(address, IPv4Address) and address.packed[0] == 0
    return (
        reserved
        or low
        or address.is_multicast
        or address.is_link_local
        or address.is_unspecified
        or address == IPv4Address("255.255.255.255")
    )


def _lines(sdp: str) -> list[str]:
    """Lines as the parser would cut them: `splitlines` also cuts at rare separators."""
    if len(sdp) > LONGEST_OFFER:
        raise OfferRefused(f"An offer may be {LONGEST_OFFER} characters at most.")
    lines = [line for line in sdp.replace("\r\n", "\n").split("\n") if line]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise OfferRefused(f"An offer may have {MOST_LINES} lines of {LONGEST_LINE} at most.")
    if not all(line.isascii() and line.isprintable() for line in lines):
        raise OfferRefused("An offer must be printable ASCII.")
    return lines


def _copy(line: str, ice: IceSettings) -> str | None:
    """The line as it may stand in the copy, or None."""
    if line[:2] in {"v=", "o=", "s=", "t="}:
        return line
    if line.startswith("m="):
        kind, _, rest = line.partition(" ")
        return f"{kind} 9 {rest.partition(' ')[2]}"
    if not line.startswith("a="):
        return None
    name, _, value = line[2:].partition(":")
    if name == "candidate":
        return _candidate(value, ice)
    return line if name in KNOWN_ATTRIBUTES else None


def _is_candidate(line: str) -> bool:
    return line.startswith("a=candidate:")


def _candidate(value: str, ice: IceSettings) -> str | None:
    """The candidate rebuilt from its parts, or None."""
    parts = value.split()
    if len(parts) < 8 or not FOUNDATION.fullmatch(parts[0]):
        return None
    foundation, component, transport, priority, host, port, typ, kind = parts[:8]
    if component != "1" or transport.lower() != "udp" or typ != "typ":
        return None
    if kind not in CANDIDATE_KINDS or not (_number(priority) and _number(port)):
        return None
    if int(priority) >= 2**32 or not may_send_to(host, int(port), ice):
        return None
    related = "" if kind == "host" else " raddr 0.0.0.0 rport 0"
    return (
        f"a=candidate:{foundation} 1 udp {int(priority)} {ip_address(host)} {int(port)} "
        f"typ {kind}{related}"
    )


def _number(text: str) -> bool:
    return text.isdecimal() and len(text) <= 10
