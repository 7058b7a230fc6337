"""What the console derives for a visit: always the same, and what coturn computes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from pydantic import ValidationError

from visits.relaying import RelayPlace, relay_credential, relay_for, way_of

END = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
PLACE = RelayPlace(
    urls=("turn:turn.example:3478?transport=udp",), addresses=(ip_address("203.0.113.9"),)
)


def test_the_same_visit_gets_the_same_however_often_it_is_asked_for() -> None:
    first = relay_for(PLACE, "secret", "v1", END)
    assert first == relay_for(PLACE, "secret", "v1", END)
    assert first.username == f"{int(END.timestamp())}:v1"


def test_another_visit_end_or_secret_gets_another_credential() -> None:
    found = {
        relay_for(PLACE, secret, visit, end).credential
        for secret in ("one", "two")
        for visit in ("v1", "v2")
        for end in (END, END + timedelta(seconds=1))
    }
    assert len(found) == 8


def test_it_is_the_hmac_that_openssl_computes() -> None:
    """printf '1763910000:v1' | openssl dgst -sha1 -hmac secret -binary | base64"""
    assert relay_credential("secret", "1763910000:v1") == "b6zKWfjZpJPU8MJAXpff97NEAgM="


def test_a_credential_does_not_show_where_things_are_printed() -> None:
    relay = relay_for(PLACE, "secret", "v1", END)
    assert relay.credential not in repr(relay)


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("turn:a.example:3478?transport=udp", "udp"),
        ("turn:a.example?transport=tcp", "tcp"),
        ("turns:a.example:443?transport=tcp", "tls"),
    ],
)
def test_a_url_says_how_the_relay_is_reached(url: str, way: str) -> None:
    assert way_of(PLACE.model_validate({**PLACE.model_dump(), "urls": [url]}).urls[0]) == way


@pytest.mark.parametrize(
    "url",
    [
        "turn:a.example:3478",
        "stun:a.example:3478?transport=udp",
        "turns:a.example?transport=udp",
        "turn:a b?transport=udp",
        "turn:a.example?transport=udp\n",
        "http://a.example",
    ],
)
def test_another_url_is_refused_with_the_forms_that_are_taken(url: str) -> None:
    with pytest.raises(ValidationError, match="write turn:HOST:PORT"):
        RelayPlace.model_validate({**PLACE.model_dump(), "urls": [url]})
