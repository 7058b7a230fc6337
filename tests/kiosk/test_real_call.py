"""The real kiosk process in a call, over a real broker, with a peer that shows and hums."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.harness.broker import Broker
from tests.harness.browser_peer import BrowserPeer
from tests.harness.kiosk_agenda import NUMBERS, PINS, REAL_PIN_COST, agenda, visit
from tests.harness.kiosk_process import ConsoleLine, KioskProcess, wait_for, write_settings
from tests.harness.portal_line import PortalLine
from visits.clock import SystemClock
from visits.lifecycle import VisitEvent
from visits.messages import Agenda, Bye, KioskReady, TerminalNotice, VisitReported
from visits.model import Cause, VisitStatus

pytestmark = [pytest.mark.kivy, pytest.mark.broker, pytest.mark.slow, pytest.mark.real_time]


@contextmanager
def saying_here(portal: PortalLine, visit_id: str, join_id: str) -> Iterator[None]:
    """The visitor's page is open: said now and every two seconds."""
    token, closed = portal.token(visit_id, join_id), threading.Event()

    def keep_saying() -> None:
        while True:
            portal.here(visit_id, join_id, token)
            if closed.wait(2.0):
                return

    page = threading.Thread(target=keep_saying)
    page.start()
    try:
        yield
    finally:
        closed.set()
        page.join()


def sees(kiosk: KioskProcess, marker: int, hz: int) -> bool:
    media = kiosk.state()["media"]
    return bool(media["remote_marker"] == marker and abs((media["remote_tone_hz"] or 0) - hz) < 10)


def running_now() -> Agenda:
    return agenda(visit(starts_at=datetime.now(UTC) - timedelta(minutes=1)), cost=REAL_PIN_COST)


def test_a_call_outlives_broker_line_and_terminal_and_ends_when_the_console_says_so(
    tmp_path: Path,
) -> None:
    broker = Broker.provisioned(tmp_path / "keys", "alder", {"a1": "unit-a"})
    kiosk = KioskProcess(write_settings(tmp_path, broker))
    console, portal = ConsoleLine(broker, SystemClock()), PortalLine(broker, SystemClock())
    with broker:
        try:
            for part in (kiosk, console, portal):
                part.start()
            a_call(broker, kiosk, console, portal)
        finally:
            kiosk.stop()
            portal.stop()
            console.stop()
    assert "Traceback" not in kiosk.log.read_text()


def a_call(broker: Broker, kiosk: KioskProcess, console: ConsoleLine, portal: PortalLine) -> None:
    today = running_now()
    console.publish(today)
    with saying_here(portal, "visit-1", "join-1"):
        told = portal.wait_for(TerminalNotice)
        assert told.word == "inmate-not-here"
        kiosk.press("check-in")
        kiosk.type(NUMBERS["maria"])
        kiosk.press("next")
        kiosk.type(PINS["maria"])
        kiosk.press("log-in")
        first = BrowserPeer(marker=91, hz=660)
        ready = portal.wait_for(KioskReady)
        portal.meet(ready, first)
        kiosk.wait_for_session("InCall", within_s=20)
        wait_for(lambda: sees(kiosk, 91, 660), "the visitor's picture and sound", 20)
        wait_for(lambda: first.seen_marker == 37, "the kiosk's picture at the visitor", 20)

        broker.restart()
        frames = kiosk.state()["media"]["remote_frames"]
        wait_for(lambda: kiosk.state()["media"]["remote_frames"] > frames + 30, "the call to go on")
        assert kiosk.state()["session"] == "InCall"
        wait_for(lambda: portal.link.connected and kiosk.state()["linked"], "the line", 20)

        portal.run(first.go_silent())
        kiosk.wait_for_session("Reconnecting")
        second = BrowserPeer(marker=92, hz=660)
        portal.meet(portal.wait_for(KioskReady, lambda said: said.attempt != ready.attempt), second)
        kiosk.wait_for_session("InCall", within_s=20)
        wait_for(lambda: sees(kiosk, 92, 660), "the visitor again", 20)

        kiosk.kill()
        kiosk.start()
        third = BrowserPeer(marker=93, hz=660)
        known = {said.attempt for said in portal.heard if isinstance(said, KioskReady)}
        portal.meet(portal.wait_for(KioskReady, lambda said: said.attempt not in known), third)
        kiosk.wait_for_session("InCall", within_s=20)
        wait_for(lambda: sees(kiosk, 93, 660), "the visitor after the restart", 20)

        cancelled = today.visits[0].model_copy(update={"status": VisitStatus.ENDED})
        console.publish(today.model_copy(update={"revision": 2, "visits": (cancelled,)}))
        kiosk.wait_for_session("Ended", within_s=1.0)
        assert portal.wait_for(Bye).cause is Cause.OFFICER_ENDED
        for peer in (first, second, third):
            portal.run(peer.close())
    reports = console.wait_for(VisitReported, 6)
    assert [one.event for one in reports] == [
        VisitEvent.CHECK_IN,
        VisitEvent.CONNECT,
        VisitEvent.LOSE,
        VisitEvent.CONNECT,
        VisitEvent.LOSE,
        VisitEvent.CONNECT,
    ]
    assert reports[4].cause is Cause.TERMINAL_RESTARTED
    assert [one.sequence for one in reports] == [1, 2, 3, 4, 5, 6]
