"""Who may say and hear what, asked of a real broker with messages.

Mosquitto grants subscriptions to denied topics and filters on delivery, so that only what
arrives counts. The tables here are written by hand, not taken from `visits.channels`.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from tests.harness.broker import Broker
from tests.harness.raw_client import RawClient
from tests.harness.until import eventually
from visits.sync.connection import tls_context

pytestmark = pytest.mark.broker

ROOT = "visitline/v1/cook/"
DEVICES = ("console", "portal", "kiosk-a1", "kiosk-b1")

WRITERS = {
    "to-console/portal": "portal",
    "to-console/kiosk-a1": "kiosk-a1",
    "to-console/kiosk-b1": "kiosk-b1",
    "from-console/portal": "console",
    "from-console/kiosk-a1": "console",
    "from-console/kiosk-b1": "console",
    "ack/console/portal": "portal",
    "ack/console/kiosk-a1": "kiosk-a1",
    "ack/console/kiosk-b1": "kiosk-b1",
    "ack/portal/console": "console",
    "ack/kiosk-a1/console": "console",
    "presence/console": "console",
    "presence/portal": "portal",
    "presence/kiosk-a1": "kiosk-a1",
    "presence/kiosk-b1": "kiosk-b1",
    "agenda/unit-a": "console",
    "agenda/unit-b": "console",
    "calendar/unit-a": "console",
    "calendar/unit-b": "console",
    "signal/a1/to-kiosk": "portal",
    "signal/a1/to-portal": "kiosk-a1",
    "signal/b1/to-kiosk": "portal",
    "signal/b1/to-portal": "kiosk-b1",
}
"""Topic to the only device that may publish there."""

READERS_BESIDE_THE_CONSOLE = {
    "from-console/portal": {"portal"},
    "from-console/kiosk-a1": {"kiosk-a1"},
    "from-console/kiosk-b1": {"kiosk-b1"},
    "ack/portal/console": {"portal"},
    "ack/kiosk-a1/console": {"kiosk-a1"},
    "presence/console": {"portal", "kiosk-a1", "kiosk-b1"},
    "presence/portal": {"portal"},
    "presence/kiosk-a1": {"kiosk-a1"},
    "presence/kiosk-b1": {"kiosk-b1"},
    "agenda/unit-a": {"kiosk-a1"},
    "agenda/unit-b": {"kiosk-b1"},
    "calendar/unit-a": {"portal"},
    "calendar/unit-b": {"portal"},
    "signal/a1/to-kiosk": {"kiosk-a1"},
    "signal/a1/to-portal": {"portal"},
    "signal/b1/to-kiosk": {"kiosk-b1"},
    "signal/b1/to-portal": {"portal"},
}


def test_each_topic_takes_messages_from_its_one_writer(broker: Broker) -> None:
    taken = set()
    for device in DEVICES:
        with RawClient(broker, device) as client:
            taken |= {(topic, device) for topic in WRITERS if client.publish(ROOT + topic, b"word")}
    assert taken == set(WRITERS.items())


def test_each_topic_is_delivered_to_its_readers_alone(broker: Broker) -> None:
    with ExitStack() as stack:
        clients = {device: stack.enter_context(RawClient(broker, device)) for device in DEVICES}
        for client in clients.values():
            client.subscribe("#")
        for topic, writer in WRITERS.items():
            assert clients[writer].publish(ROOT + topic, topic.encode())
        for device, client in clients.items():
            fence = f"{ROOT}presence/{device}"
            assert client.publish(fence, b"fence")
            eventually(partial(client.has_heard, fence, b"fence"), "the fence is heard")
        heard = {
            topic: {
                device
                for device, c in clients.items()
                if topic.encode() in c.heard_on(ROOT + topic)
            }
            for topic in WRITERS
        }
    assert heard == {
        topic: {"console"} | READERS_BESIDE_THE_CONSOLE.get(topic, set()) for topic in WRITERS
    }


def test_an_exact_subscription_to_another_units_agenda_stays_silent(broker: Broker) -> None:
    with RawClient(broker, "console") as console, RawClient(broker, "kiosk-a1") as kiosk:
        for topic in ("agenda/unit-b", "agenda/unit-a"):
            assert console.publish(ROOT + topic, b"who visits whom", retain=True)
        for pattern in ("agenda/unit-b", "agenda/+", "agenda/#", "agenda/unit-a"):
            kiosk.subscribe(ROOT + pattern)
        eventually(lambda: kiosk.heard_on(ROOT + "agenda/unit-a"), "its own agenda")
        assert console.publish(ROOT + "agenda/unit-b", b"again", retain=True)
        assert console.publish(ROOT + "agenda/unit-a", b"fence", retain=True)
        eventually(lambda: b"fence" in kiosk.heard_on(ROOT + "agenda/unit-a"), "the fence")
        assert kiosk.heard_on(ROOT + "agenda/unit-b") == []


def test_other_facilities_and_the_brokers_own_topics_are_closed_to_everyone(broker: Broker) -> None:
    for device in DEVICES:
        with RawClient(broker, device) as client:
            for topic in ("visitline/v1/other/agenda/unit-a", "$SYS/broker/uptime", "anything"):
                assert not client.publish(topic, b"x")


def test_the_old_protocol_hides_the_refusal_but_does_not_lift_it(broker: Broker) -> None:
    with (
        RawClient(broker, "console") as console,
        RawClient(broker, "kiosk-a1", protocol=MQTTProtocolVersion.MQTTv311) as old,
    ):
        console.subscribe(ROOT + "#")
        old.publish(ROOT + "to-console/kiosk-b1", b"as somebody else")
        old.publish(ROOT + "to-console/kiosk-a1", b"fence")
        eventually(lambda: console.heard_on(ROOT + "to-console/kiosk-a1"), "the fence")
        assert console.heard_on(ROOT + "to-console/kiosk-b1") == []


def test_nobody_comes_in_without_a_certificate(broker: Broker) -> None:
    bare = ssl.create_default_context(cafile=str(broker.folder / "ca.pem"))
    with pytest.raises(AssertionError, match="let this client in"):
        impatient(RawClient(broker, "kiosk-a1", context=bare))
    assert answer_without_tls(broker.port)[:1] != b"\x20"


def answer_without_tls(port: int) -> bytes:
    """What the broker says to a plain MQTT 5 CONNECT."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        plain.sendall(bytes.fromhex("100f00044d5154540502000a0000023031"))
        try:
            return plain.recv(4)
        except ConnectionResetError:
            return b""


def test_a_certificate_of_another_authority_opens_nothing(broker: Broker, tmp_path: Path) -> None:
    other = Broker.provisioned(tmp_path / "other", "cook", {"a1": "unit-a"})
    context = tls_context(other.settings("console"))
    context.load_verify_locations(broker.folder / "ca.pem")
    with pytest.raises(AssertionError, match="let this client in"):
        impatient(RawClient(broker, "console", context=context))


def test_a_device_does_not_trust_a_broker_of_another_authority(
    broker: Broker, tmp_path: Path
) -> None:
    other = Broker.provisioned(tmp_path / "other", "cook", {"a1": "unit-a"})
    context = tls_context(other.settings("kiosk-a1"))
    with pytest.raises(ssl.SSLCertVerificationError):
        RawClient(broker, "kiosk-a1", context=context).__enter__()


def test_a_device_cannot_throw_another_out_by_taking_its_client_id(broker: Broker) -> None:
    with RawClient(broker, "console") as console:
        with RawClient(broker, "kiosk-a1", client_id="console"):
            assert console.publish(ROOT + "presence/console", b"still here")
        assert not console.down.is_set()


def test_a_message_above_the_limit_ends_the_connection(broker: Broker) -> None:
    with RawClient(broker, "kiosk-a1") as client:
        with pytest.raises(AssertionError, match="no answer"):
            impatient_publish(client, ROOT + "to-console/kiosk-a1", b"x" * 5_000_000)
        assert client.down.is_set()


def impatient(client: RawClient) -> None:
    client.patience_s = 0.5
    with client:
        pass


def impatient_publish(client: RawClient, topic: str, payload: bytes) -> None:
    client.patience_s = 0.5
    client.publish(topic, payload)
