"""What goes over the wire comes back the same, and nothing else comes back at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import protocol_examples as examples
from visits.errors import MessageRefused
from visits.messages import (
    CONSOLE,
    LARGEST_MESSAGE_BYTES,
    NOTICES,
    PARCELS,
    PORTAL,
    Ack,
    CancelRequested,
    Envelope,
    Notice,
    Parcel,
    Role,
    SessionDescription,
    SignalFrame,
    decode,
    encode,
    encode_written,
    kiosk_device,
    terminal_of,
    wrap,
)

NOW = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)
NAMES = {Role.CONSOLE: CONSOLE, Role.PORTAL: PORTAL, Role.KIOSK: "kiosk-a1"}
FRAMES = tuple(SignalFrame(signal=signal) for signal in examples.SIGNALS)
EVERY: tuple[Parcel | Notice, ...] = (*examples.PARCELS, *examples.NOTICES, *FRAMES)
FREE_FORM = {"details", "sealed_keys"}
"""Fields that are dictionaries by design."""


def named(message: Parcel | Notice) -> str:
    return type(message).__name__


def sender_of(message: Parcel | Notice) -> str:
    return NAMES[min(message.senders)]


def on_the_wire(message: Parcel | Notice) -> dict[str, Any]:
    envelope = wrap(message, message_id="m1", sender=sender_of(message), sent_at=NOW)
    loaded: dict[str, Any] = json.loads(encode(envelope))
    return loaded


def objects_in(value: Any, name: str = "") -> Iterator[dict[str, Any]]:
    """Every JSON object inside `value` that a model describes."""
    if isinstance(value, dict):
        if name not in FREE_FORM:
            yield value
        for key, inner in value.items():
            yield from objects_in(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from objects_in(inner)


def test_there_is_an_example_of_every_message() -> None:
    assert {named(m) for m in examples.PARCELS} == set(PARCELS)
    assert {named(m) for m in examples.NOTICES} == set(NOTICES)


@pytest.mark.parametrize("message", EVERY, ids=named)
def test_a_message_comes_back_as_it_went(message: Parcel | Notice) -> None:
    envelope = wrap(message, message_id="m1", sender=sender_of(message), sent_at=NOW)
    arrived = decode(encode(envelope), expected_sender=envelope.sender)
    assert arrived == envelope
    assert arrived.open() == message


@pytest.mark.parametrize("message", [*examples.PARCELS, *examples.NOTICES, *FRAMES], ids=named)
def test_a_message_that_is_json_already_goes_as_any_other(message: Parcel | Notice) -> None:
    sent = encode(wrap(message, message_id="m1", sender=CONSOLE, sent_at=NOW))
    body = message.model_dump_json()
    written = encode_written(type(message), body, message_id="m1", sender=CONSOLE, sent_at=NOW)
    assert json.loads(written) == json.loads(sent)


@given(
    st.text(max_size=500).filter(lambda text: text == text.strip()),
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()),  # noqa: DTZ001 - Hypothesis adds the zone
)
def test_any_text_and_any_zone_survive_the_wire(text: str, at: datetime) -> None:
    ack = Ack(message_id="m", problem=text)
    sent = wrap(ack, message_id="m1", sender=CONSOLE, sent_at=at)
    arrived = decode(encode(sent))
    assert (arrived.sent_at, arrived.sent_at.utcoffset()) == (
        at.astimezone(UTC),
        timedelta(0),
    )
    assert arrived.open() == ack


@pytest.mark.parametrize("message", EVERY, ids=named)
def test_a_field_that_nobody_knows_is_refused_wherever_it_hides(
    message: Parcel | Notice,
) -> None:
    for position in range(len(list(objects_in(on_the_wire(message))))):
        wire = on_the_wire(message)
        list(objects_in(wire))[position]["surprise"] = 1
        with pytest.raises(MessageRefused):
            decode(json.dumps(wire).encode()).open()


@pytest.mark.parametrize("message", EVERY, ids=named)
def test_a_role_that_may_not_say_it_is_refused(message: Parcel | Notice) -> None:
    for role in set(Role) - message.senders:
        envelope = wrap(message, message_id="m1", sender=NAMES[role], sent_at=NOW)
        with pytest.raises(MessageRefused, match="may not send"):
            envelope.open()


@pytest.mark.parametrize("version", [0, 2, "1", None, 1.5])
def test_another_version_is_refused(version: object) -> None:
    wire = on_the_wire(Ack(message_id="m")) | {"version": version}
    with pytest.raises(MessageRefused, match="version"):
        decode(json.dumps(wire).encode())


def test_a_sender_that_the_topic_does_not_name_is_refused() -> None:
    payload = encode(wrap(Ack(message_id="m"), message_id="m1", sender="kiosk-b1", sent_at=NOW))
    with pytest.raises(MessageRefused, match="from kiosk-b1, came from kiosk-a1"):
        decode(payload, expected_sender="kiosk-a1")


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_are_refused_and_nothing_worse(payload: bytes) -> None:
    with pytest.raises(MessageRefused):
        decode(payload)


def test_a_time_without_a_zone_is_refused() -> None:
    wire = on_the_wire(CancelRequested(visit_id="w", visitor_id="v", asked_at=NOW))
    wire["body"]["asked_at"] = "2030-05-01T12:00:00"
    with pytest.raises(MessageRefused, match="asked_at"):
        decode(json.dumps(wire).encode()).open()


def test_an_unknown_type_is_refused() -> None:
    wire = on_the_wire(Ack(message_id="m")) | {"type": "SelfDestruct"}
    with pytest.raises(MessageRefused, match="Unknown message type"):
        decode(json.dumps(wire).encode()).open()


def test_parcels_expire_and_notices_do_not() -> None:
    for message in EVERY:
        envelope = wrap(message, message_id="m", sender=sender_of(message), sent_at=NOW)
        lives_for = envelope.expires_at and envelope.expires_at - NOW
        assert lives_for == (message.lives_for if isinstance(message, Parcel) else None)


def test_a_message_that_the_broker_would_choke_on_is_refused_here() -> None:
    body = {"message_id": "m", "problem": "x" * LARGEST_MESSAGE_BYTES}
    envelope = wrap(Ack(message_id="m"), message_id="m", sender=CONSOLE, sent_at=NOW)
    with pytest.raises(MessageRefused, match="too large"):
        encode(envelope.model_copy(update={"body": body}))
    with pytest.raises(MessageRefused, match="too large"):
        encode_written(Ack, json.dumps(body), message_id="m", sender=CONSOLE, sent_at=NOW)


@pytest.mark.parametrize("name", ["", "kiosk", "kiosk-", "consoles", "console-2", "portal-a"])
def test_a_name_that_no_certificate_carries_has_no_role(name: str) -> None:
    with pytest.raises(MessageRefused):
        Role.of(name)


def test_a_kiosk_drives_its_terminal_and_others_drive_none() -> None:
    assert terminal_of(kiosk_device("a1")) == "a1"
    with pytest.raises(MessageRefused, match="drives no terminal"):
        terminal_of(CONSOLE)


def test_a_description_of_a_session_has_a_limit() -> None:
    frame = SignalFrame(signal=examples.SIGNALS[2])
    assert isinstance(frame.signal, SessionDescription)
    wire = on_the_wire(frame)
    wire["body"]["signal"]["sdp"] = "x" * 65_537
    with pytest.raises(MessageRefused, match="sdp"):
        Envelope.model_validate(wire).open()


def test_every_kind_of_parcel_that_is_written_down_can_travel() -> None:
    assert set(PARCELS.values()) == set(Parcel.__subclasses__())
