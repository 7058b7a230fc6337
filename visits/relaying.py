"""The relay between terminal and browser: how one visit reaches it, and with what leave.

The relay is a TURN server (RFC 8656) that knows no visits. It shares one secret with the console
and believes whoever shows a user name, `<expiry>:<visit>`, with the HMAC of that name under the
secret (draft-uberti-behave-turn-rest-00). Kiosk and browser are handed the result, never the
secret.
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime
from hashlib import sha1
from hmac import digest
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from math import ceil
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from visits.model import VisitId, Words

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_URL = re.compile(
    r"turn:[a-zA-Z0-9.-]+(:[0-9]{1,5})?\?transport=(udp|tcp)"
    r"|turns:[a-zA-Z0-9.-]+(:[0-9]{1,5})?\?transport=tcp"
)


def _spelled_out(url: str) -> str:
    if _URL.fullmatch(url) is None:
        raise ValueError(
            "write turn:HOST:PORT?transport=udp, turn:HOST:PORT?transport=tcp, or for TLS "
            "turns:HOST:PORT?transport=tcp"
        )
    return url


RelayUrl = Annotated[str, StringConstraints(max_length=300), AfterValidator(_spelled_out)]
"""As RFC 7065 has it, the transport always spelled out: programs differ in what they take for
granted."""


class RelayPlace(Words):
    """Where the relay is, for everybody and always."""

    urls: Annotated[tuple[RelayUrl, ...], Field(min_length=1, max_length=8)]
    addresses: Annotated[tuple[Address, ...], Field(min_length=1, max_length=8)]
    """Those from which it relays: where a candidate of its clients may lead."""
    networks: Annotated[tuple[Network, ...], Field(max_length=16)] = ()
    """The facility's own ranges, where a terminal may be met without being relayed itself."""


class Relay(RelayPlace):
    """The relay with leave to use it for one visit."""

    username: Annotated[str, StringConstraints(max_length=100)]
    credential: Annotated[str, StringConstraints(max_length=100)] = Field(repr=False)


def relay_for(place: RelayPlace, secret: str, visit_id: VisitId, until: datetime) -> Relay:
    """The same for the same visit, secret and end, however often it is asked for.

    `until` is when the relay stops believing it; begun seconds count as whole ones.
    """
    username = f"{ceil(until.timestamp())}:{visit_id}"
    return Relay(
        **place.model_dump(), username=username, credential=relay_credential(secret, username)
    )


def relay_credential(secret: str, username: str) -> str:
    """Base64 of HMAC-SHA1, as the relay computes it from what the client says."""
    return b64encode(digest(secret.encode(), username.encode(), sha1)).decode()


def way_of(url: RelayUrl) -> str:
    """How a url reaches the relay: `udp`, `tcp` or `tls`."""
    return "tls" if url.startswith("turns:") else url.rpartition("=")[2]
