"""The line to the evidence process, against a real server: it answers, ends, gives up in time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus
from websockets.sync.server import ServerConnection, serve

from kiosk.recording import carrier_line
from kiosk.recording.carrier_line import CarrierLine
from tests.harness.until import eventually


@contextmanager
def served(by: Callable[[ServerConnection], None]) -> Iterator[str]:
    with serve(by, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()


def listen(line: ServerConnection) -> None:
    """Until the other side is gone."""
    try:
        for _ in line:
            pass
    except ConnectionClosed:
        return


def hear_for_ever(line: CarrierLine) -> None:
    while True:
        assert line.hear(0.1) is None


def test_words_come_in_order_and_whole_and_nothing_waits_where_none_came() -> None:
    def by(line: ServerConnection) -> None:
        line.send("one")
        line.send(["tw", "o"])
        line.send("x" * 100_000)
        listen(line)

    with served(by) as url, CarrierLine(url, None) as line:
        assert [line.hear(10.0) for _ in range(2)] == [b"one", b"two"]
        assert line.hear(10.0) == b"x" * 100_000
        assert line.hear(0.0) is None


def test_what_was_sent_before_the_farewell_arrives() -> None:
    heard: list[int] = []

    def by(line: ServerConnection) -> None:
        line.send("something that is never read")
        heard.extend(len(message) for message in line)

    with served(by) as url:
        with CarrierLine(url, None) as line:
            for _ in range(20):
                line.send(bytes(200_000))
        eventually(lambda: heard == [200_000] * 20, "all of it to have come")


def test_a_ping_is_answered_when_next_it_hears() -> None:
    answered = threading.Event()

    def by(line: ServerConnection) -> None:
        if line.ping().wait(10):
            answered.set()
        listen(line)

    with served(by) as url, CarrierLine(url, None) as line:
        eventually(lambda: line.hear(0.0) is None and answered.is_set(), "an answer")


def test_a_line_that_the_other_side_closes_says_why() -> None:
    with (
        served(lambda line: line.close(1013, "the disk takes no more")) as url,
        CarrierLine(url, None) as line,
        pytest.raises(ConnectionClosedError, match="the disk takes no more"),
    ):
        hear_for_ever(line)


def test_one_that_is_refused_at_the_door_is_no_line() -> None:
    with (
        serve(
            listen,
            "127.0.0.1",
            0,
            process_request=lambda line, _: line.respond(HTTPStatus.FORBIDDEN, "no"),
        ) as server,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(InvalidStatus, match="403"):
            CarrierLine(f"ws://127.0.0.1:{server.socket.getsockname()[1]}", None)
        server.shutdown()


def mute(line: ServerConnection) -> None:
    """There, and not to be heard: as a program that is stopped."""
    line.protocol.receive_data = lambda data: None  # type: ignore[method-assign]
    line.send("mute")
    listen(line)


def chatty(line: ServerConnection) -> None:
    line.send("there")
    listen(line)


def test_a_line_that_is_only_idle_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier_line, "ASKS_AFTER_S", 0.1)
    monkeypatch.setattr(carrier_line, "SILENT_AFTER_S", 1.0)
    with served(chatty) as url, CarrierLine(url, None) as line:
        assert line.hear(10.0) == b"there"
        for _ in range(15):
            assert line.hear(0.1) is None


def test_a_line_on_which_nobody_answers_counts_as_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier_line, "ASKS_AFTER_S", 0.1)
    monkeypatch.setattr(carrier_line, "SILENT_AFTER_S", 0.5)
    monkeypatch.setattr(carrier_line, "CLOSES_WITHIN_S", 0.1)
    with served(mute) as url, CarrierLine(url, None) as line:
        assert line.hear(10.0) == b"mute"
        with pytest.raises(TimeoutError, match="silent"):
            hear_for_ever(line)
