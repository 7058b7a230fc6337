"""The WebSocket behind the room, spoken to without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.harness.until import eventually
from tests.harness.visit_room import RoomBench
from visits.messages import Bye, KioskReady, PageWord, SessionDescription, VisitorHere
from visits.model import Cause, Refusal, RefusalCode, VisitStatus

pytestmark = pytest.mark.broker


@contextmanager
def seated(
    bench: RoomBench,
    page: str = "page-1",
    who: str = "maria",
    origin: str | None = None,
    visit_id: str | None = None,
) -> Iterator[ClientConnection]:
    headers = {"Cookie": bench.cookie(who), "Origin": origin or bench.url}
    with connect(bench.socket_url(page, visit_id), additional_headers=headers) as socket:
        yield socket


def hear(socket: ClientConnection, *types: str) -> dict[str, Any]:
    """The next message of one of these types; beats are answered on the way."""
    while True:
        message: dict[str, Any] = json.loads(socket.recv(timeout=15))
        if message["type"] == "beat":
            with suppress(ConnectionClosed):
                socket.send('{"type":"beat"}')
        if message["type"] in types:
            return message


def closed_with(socket: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=15)
    assert socket.close_code is not None
    return socket.close_code


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_another_sites_page_is_refused(bench: RoomBench, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, seated(bench, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_page_without_origin_or_session_is_refused(bench: RoomBench) -> None:
    for headers in ({"Cookie": bench.cookie()}, {"Origin": bench.url}):
        with pytest.raises(InvalidStatus), connect(bench.socket_url(), additional_headers=headers):
            pass


def test_somebody_elses_visit_is_as_good_as_none(bench: RoomBench) -> None:
    with seated(bench, who="jose") as socket:
        assert closed_with(socket) == 4404
    with seated(bench, visit_id="no-such-visit") as socket:
        assert closed_with(socket) == 4404
    assert bench.console.asked == []


def test_a_visitor_is_admitted_and_the_terminal_told_with_the_consoles_token(
    bench: RoomBench,
) -> None:
    with seated(bench) as socket:
        hear(socket, "joining")
        everything = json.dumps(hear(socket, "waiting"))
        here = eventually(lambda: bench.kiosk.said(VisitorHere), "the terminal is told")[0]
        assert isinstance(here, VisitorHere)
        assert here.join_id == bench.console.asked[0].join_id
        assert here.token.signature not in everything
        eventually(lambda: len(bench.kiosk.said(VisitorHere)) > 1, "it is told again")
    count = len(bench.kiosk.said(VisitorHere))
    with seated(bench, page="page-2") as socket:
        hear(socket, "waiting")
    assert len(bench.kiosk.said(VisitorHere)) > count


def test_every_reason_of_a_refusal_is_told_in_the_readers_words(bench: RoomBench) -> None:
    bench.console.refusals = (
        Refusal(code=RefusalCode.NOT_APPROVED, text="console words"),
        Refusal(code=RefusalCode.CANCELLED, text="console words"),
    )
    with seated(bench) as socket:
        refused = hear(socket, "refused")
        assert [one["code"] for one in refused["refusals"]] == ["not-approved", "cancelled"]
        assert all(one["text"] and "console" not in one["text"] for one in refused["refusals"])
        assert closed_with(socket) == 1000
    assert bench.kiosk.said(VisitorHere) == []


def test_a_console_that_is_silent_is_called_unreachable_and_its_late_answer_counts(
    bench: RoomBench,
) -> None:
    bench.console.silent = True
    with seated(bench) as socket:
        hear(socket, "unreachable")
        bench.console.silent = False
        assert hear(socket, "waiting")


def test_a_second_window_displaces_the_first(bench: RoomBench) -> None:
    with seated(bench) as first:
        hear(first, "waiting")
        with seated(bench, page="page-2") as second:
            hear(first, "displaced")
            assert closed_with(first) == 4409
            hear(second, "waiting")
    assert len({join.join_id for join in bench.console.asked}) == 2


def test_the_same_page_comes_back_to_its_own_join(bench: RoomBench) -> None:
    with seated(bench) as socket:
        hear(socket, "waiting")
    with seated(bench) as socket:
        assert hear(socket, "joining", "waiting")["type"] == "waiting"
    assert len(bench.console.asked) == 1


def test_offer_answer_and_goodbye_travel_between_page_and_terminal(bench: RoomBench) -> None:
    with seated(bench) as socket:
        hear(socket, "waiting")
        eventually(lambda: bench.kiosk.said(VisitorHere), "the terminal knows")
        join_id = bench.console.asked[0].join_id
        bench.kiosk.say(
            KioskReady(
                visit_id=bench.visit_id,
                join_id=join_id,
                attempt="try-1",
                ends_at=bench.slot.ends_at,
            )
        )
        hear(socket, "kiosk-ready")
        socket.send(json.dumps({"type": "offer", "attempt": "try-1", "sdp": "v=0"}))
        offer = eventually(lambda: bench.kiosk.said(SessionDescription), "the offer arrives")[0]
        assert isinstance(offer, SessionDescription)
        assert (offer.join_id, offer.attempt, offer.sdp) == (join_id, "try-1", "v=0")
        bench.kiosk.say(offer.model_copy(update={"type": "answer", "sdp": "v=1"}))
        assert hear(socket, "answer")["sdp"] == "v=1"
        socket.send('{"type":"bye"}')
        bye = eventually(lambda: bench.kiosk.said(Bye), "the goodbye arrives")[0]
        assert isinstance(bye, Bye)
        assert bye.cause is Cause.VISITOR_HUNG_UP
        assert closed_with(socket) == 1000


def test_nonsense_ends_the_conversation_and_reaches_no_terminal(bench: RoomBench) -> None:
    for nonsense in ("{", '{"type":"visitor-here"}', b"\x00\x01", "x" * 50_000):
        with seated(bench) as socket:
            hear(socket, "waiting")
            socket.send(nonsense)
            assert closed_with(socket) in {4400, 1000, 1009, 1011, 1003}
    assert bench.kiosk.said(SessionDescription) == []


def test_a_flooding_page_is_disconnected(bench: RoomBench) -> None:
    with seated(bench) as socket:
        hear(socket, "waiting")
        with suppress(ConnectionClosed):
            for _ in range(500):
                socket.send('{"type":"beat"}')
        assert closed_with(socket) == 4429


def test_a_visit_that_is_over_says_so_at_the_door_and_while_waiting(bench: RoomBench) -> None:
    with seated(bench) as socket:
        hear(socket, "waiting")
        bench.record(VisitStatus.CANCELLED, Cause.OFFICER_CANCELLED)
        over = hear(socket, "over")
        assert (over["status"], over["cause"]) == ("cancelled", "officer-cancelled")
        assert closed_with(socket) == 1000
    with seated(bench, page="page-2") as socket:
        assert hear(socket, "over", "joining")["type"] == "over"


def test_a_broker_that_is_away_is_told_and_its_return_too(bench: RoomBench) -> None:
    with seated(bench) as socket:
        hear(socket, "waiting")
        bench.broker.stop()
        try:
            hear(socket, "unreachable")
        finally:
            bench.broker.start()
        hear(socket, "waiting")


SAMPLE = {"attempt": "try-1", "frames": 9, "over": "silent"}


def sample_of(bench: RoomBench) -> str:
    now = bench.clock.now().isoformat()
    return json.dumps({"type": "quality", "sample": {**SAMPLE, "since": now, "until": now}})


def test_a_page_that_leaves_is_told_from_one_whose_line_broke(bench: RoomBench) -> None:
    words = [PageWord.HERE, PageWord.SILENT]
    with seated(bench) as broken:
        hear(broken, "waiting")
        eventually(lambda: bench.console.witnessed == words[:1], "it is here")
        broken.socket.close()  # no goodbye of any kind
        eventually(lambda: bench.console.witnessed == words, "its line broke")
    with seated(bench) as back:
        hear(back, "waiting")
        back.send('{"type":"beat"}')
        eventually(lambda: bench.console.witnessed == [*words, PageWord.BACK], "it is back")
        back.close(4001)
    gone = [*words, PageWord.BACK, PageWord.LEFT]
    eventually(lambda: bench.console.witnessed == gone, "it left")


def test_a_visit_that_was_hung_up_is_no_page_that_left(bench: RoomBench) -> None:
    with seated(bench) as socket:
        hear(socket, "waiting")
        eventually(lambda: bench.console.witnessed == [PageWord.HERE], "it is here")
        socket.send(sample_of(bench))
        eventually(lambda: [one.attempt for one in bench.console.samples] == ["try-1"], "passed on")
        socket.send('{"type":"bye"}')
        assert closed_with(socket) == 1000
    eventually(lambda: bench.kiosk.said(Bye), "the terminal knows")
    assert bench.console.witnessed == [PageWord.HERE]


def test_too_many_samples_are_dropped_and_the_page_goes_on(bench: RoomBench) -> None:
    with seated(bench) as socket:
        hear(socket, "waiting")
        eventually(lambda: bench.console.witnessed == [PageWord.HERE], "it is here")
        for _ in range(25):
            socket.send(sample_of(bench))
        socket.send('{"type":"hidden"}')
        eventually(lambda: PageWord.HIDDEN in bench.console.witnessed, "and still heard")
        eventually(lambda: len(bench.console.samples) == 20, "twenty were passed on")
