"""The line heals by itself, greets, leaves a will, and lets nothing forged through."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.harness.broker import Broker
from tests.harness.raw_client import RawClient
from tests.harness.until import eventually
from visits.clock import SystemClock
from visits.errors import SettingsWrong
from visits.messages import (
    Ack,
    Bye,
    Envelope,
    Notice,
    Presence,
    PresenceState,
    PublicCalendar,
    SignalFrame,
    encode,
    wrap,
)
from visits.model import new_id
from visits.sync.link import Link
from visits.sync.presence import PresenceBook

pytestmark = pytest.mark.broker

NOW = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)


def make_link(broker: Broker, device: str) -> Link:
    return Link(broker.settings(device), broker.facility_id, device, SystemClock(), "1.2.3")


@pytest.fixture
def console(broker: Broker) -> Iterator[Link]:
    link = make_link(broker, "console")
    yield link
    link.stop()


@pytest.fixture
def kiosk(broker: Broker) -> Iterator[Link]:
    link = make_link(broker, "kiosk-a1")
    yield link
    link.stop()


@pytest.fixture
def book(console: Link) -> PresenceBook:
    book = PresenceBook()
    console.listen(console.topics.presence("+"), book.heard)
    return book


def is_up(link: Link) -> bool:
    return link.connected


def start(*links: Link) -> None:
    for link in links:
        link.start()
    for link in links:
        eventually(partial(is_up, link), f"{link.device} is connected")


def state(book: PresenceBook, device: str) -> PresenceState | None:
    presence = book.of(device)
    return presence.state if presence else None


def a_signal() -> SignalFrame:
    return SignalFrame(signal=Bye(visit_id="w1", join_id="j1", cause=None))


def test_a_notice_reaches_who_listens_for_it(broker: Broker, kiosk: Link) -> None:
    portal = make_link(broker, "portal")
    heard: list[tuple[str, Envelope, Notice]] = []
    kiosk.listen(kiosk.topics.signal_to_kiosk("a1"), lambda *what: heard.append(what))
    start(kiosk, portal)
    assert portal.send(portal.topics.signal_to_kiosk("a1"), a_signal())
    eventually(lambda: heard, "the signal")
    topic, envelope, notice = heard[0]
    assert (topic, envelope.sender, notice) == (
        "visitline/v1/cook/signal/a1/to-kiosk",
        "portal",
        a_signal(),
    )
    portal.stop()


def test_a_listener_that_comes_later_is_subscribed_at_once(console: Link, kiosk: Link) -> None:
    start(console, kiosk)
    book = PresenceBook()
    console.listen(console.topics.presence("kiosk-a1"), book.heard)
    eventually(lambda: state(book, "kiosk-a1") is PresenceState.ONLINE, "the retained greeting")


def test_small_packets_are_not_held_back(console: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[socket.socket] = []
    connect = socket.create_connection

    def remember(*args: object, **kwargs: object) -> socket.socket:
        opened.append(connect(*args, **kwargs))  # type: ignore[arg-type]
        return opened[-1].dup()

    monkeypatch.setattr(socket, "create_connection", remember)
    start(console)
    assert opened[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_greeting_carries_version_and_details_and_is_renewed(
    console: Link, kiosk: Link, book: PresenceBook
) -> None:
    kiosk.describe({"screen": "board"})
    start(console, kiosk)
    eventually(lambda: book.of("kiosk-a1"), "the greeting")
    presence = book.everyone()["kiosk-a1"]
    assert (presence.version, presence.boot_id) == ("1.2.3", kiosk.boot_id)
    assert presence.details == {"screen": "board"}
    kiosk.describe({"screen": "call"})
    eventually(lambda: book.everyone()["kiosk-a1"].details == {"screen": "call"}, "the new one")


def test_a_clean_stop_says_so(console: Link, kiosk: Link, book: PresenceBook) -> None:
    start(console, kiosk)
    eventually(lambda: state(book, "kiosk-a1") is PresenceState.ONLINE, "online")
    kiosk.stop()
    eventually(lambda: state(book, "kiosk-a1") is PresenceState.STOPPED, "stopped")


def test_a_stop_while_connecting_neither_hangs_nor_leaves_a_greeting(
    console: Link, broker: Broker, book: PresenceBook
) -> None:
    start(console)
    for _ in range(10):
        brief = make_link(broker, "kiosk-b1")
        brief.start()
        brief.stop()
    fence = make_link(broker, "kiosk-a1")
    start(fence)
    eventually(lambda: state(book, "kiosk-a1"), "the fence")
    assert state(book, "kiosk-b1") is not PresenceState.ONLINE
    fence.stop()


def test_the_broker_says_the_will_of_a_device_that_vanished(
    console: Link, kiosk: Link, book: PresenceBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(console, kiosk)
    eventually(lambda: state(book, "kiosk-a1") is PresenceState.ONLINE, "online")
    changes: list[Presence] = []
    monkeypatch.setattr(book, "_on_change", changes.append)
    session = kiosk._session
    assert session is not None
    opened = session._client.socket()
    assert opened is not None
    socket.socket(fileno=os.dup(opened.fileno())).shutdown(socket.SHUT_RDWR)
    eventually(lambda: [p.state for p in changes][-2:] == ["offline", "online"], "there and back")
    assert {p.boot_id for p in changes} == {kiosk.boot_id}


def test_a_late_will_of_an_earlier_boot_is_answered_with_a_new_greeting(
    kiosk: Link, broker: Broker
) -> None:
    start(kiosk)
    old = Presence(
        device="kiosk-a1",
        boot_id=new_id(),
        state=PresenceState.OFFLINE,
        version="0",
        since=NOW,
    )
    topic = kiosk.topics.presence("kiosk-a1")
    kiosk.send(topic, old, retain=True)

    eventually(lambda: kiosk.boot_id in retained(broker, topic), "greeted again")


def retained(broker: Broker, topic: str) -> str:
    """What a newcomer is told on `topic`."""
    with RawClient(broker, "console") as newcomer:
        newcomer.subscribe(topic)
        eventually(lambda: newcomer.heard_on(topic), "something retained")
        return newcomer.heard_on(topic)[0].decode()


def test_a_broker_that_was_killed_is_found_again_and_everything_is_set_up_anew(
    console: Link, kiosk: Link, broker: Broker, book: PresenceBook
) -> None:
    lost, found = threading.Event(), threading.Semaphore(0)
    console.on_lost(lost.set)
    console.on_connected(found.release)
    calendars: list[Notice] = []
    start(console, kiosk)
    assert found.acquire(timeout=5)
    broker.restart(hard=True)
    assert lost.wait(5)
    assert found.acquire(timeout=5)
    eventually(lambda: kiosk.connected, "the kiosk, too")
    portal = make_link(broker, "portal")
    portal.listen(portal.topics.calendar("+"), lambda _t, _e, notice: calendars.append(notice))
    start(portal)
    console.send(console.topics.calendar("unit-a"), a_calendar(), retain=True)
    eventually(lambda: calendars, "published and heard after the restart")
    portal.stop()


def a_calendar() -> PublicCalendar:
    return PublicCalendar(unit_id="unit-a", unit_name="A", revision=1, published_at=NOW, open=())


def test_a_send_while_the_line_is_down_says_that_it_was_dropped(kiosk: Link) -> None:
    assert kiosk.send(kiosk.topics.signal_to_portal("a1"), a_signal()) is False


def test_missing_keys_stop_the_start_with_the_path(broker: Broker, tmp_path: Path) -> None:
    settings = broker.settings("console").model_copy(update={"key": tmp_path / "no.key"})
    link = Link(settings, "cook", "console", SystemClock(), "1")
    with pytest.raises(SettingsWrong, match=r"no\.key"):
        link.start()
    link.stop()


def test_a_refused_publish_is_noticed(kiosk: Link) -> None:
    start(kiosk)
    kiosk.send(kiosk.topics.signal_to_kiosk("a1"), a_signal())
    eventually(lambda: kiosk.publishes_refused == 1, "the broker's refusal")
    assert kiosk.connected


def test_a_handler_that_fails_does_not_take_the_line_down(console: Link, kiosk: Link) -> None:
    heard: list[int] = []

    def fall(_topic: str, _envelope: Envelope, _notice: Notice) -> None:
        heard.append(len(heard) + 1)
        raise ZeroDivisionError

    console.listen(console.topics.signal_to_portal("a1"), fall)
    start(console, kiosk)
    for count in (1, 2):
        kiosk.send(kiosk.topics.signal_to_portal("a1"), a_signal())
        eventually(partial(heard.__contains__, count), "handled")
    assert console.connected


FORGERIES = {
    "no JSON": b"\xff\x00",
    "no envelope": b"{}",
    "of another version": b'{"version":2,"message_id":"m","type":"Ack","sender":"kiosk-a1",'
    b'"sent_at":"2030-05-01T12:00:00Z","expires_at":null,"body":{"message_id":"x"}}',
    "from somebody else": encode(
        wrap(Ack(message_id="x"), message_id="m", sender="kiosk-b1", sent_at=NOW)
    ),
    "what this role may not say": encode(
        wrap(a_calendar(), message_id="m", sender="kiosk-a1", sent_at=NOW)
    ),
    "on a topic for other things": encode(
        wrap(a_signal(), message_id="m", sender="kiosk-a1", sent_at=NOW)
    ),
}


@pytest.mark.parametrize("payload", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_message_is_counted_and_goes_no_further(
    broker: Broker, console: Link, payload: bytes
) -> None:
    heard: list[Notice] = []
    console.listen(console.topics.ack("console", "+"), lambda _t, _e, n: heard.append(n))
    start(console)
    topic = console.topics.ack("console", "kiosk-a1")
    honest = wrap(Ack(message_id="honest"), message_id="m2", sender="kiosk-a1", sent_at=NOW)
    with RawClient(broker, "kiosk-a1") as forger:
        assert forger.publish(topic, payload)
        assert forger.publish(topic, b"")
        assert forger.publish(topic, encode(honest))
    eventually(lambda: heard, "the honest one")
    assert heard == [Ack(message_id="honest")]
    assert console.refused == 1
