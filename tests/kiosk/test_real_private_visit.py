"""The real kiosk process in a privileged visit: its code on the screen, its statement after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.harness.broker import Broker
from tests.harness.browser_peer import BrowserPeer
from tests.harness.kiosk_agenda import NUMBERS, PINS, REAL_PIN_COST, agenda, visit
from tests.harness.kiosk_process import ConsoleLine, KioskProcess, wait_for, write_settings
from tests.harness.portal_line import PortalLine
from tests.kiosk.test_real_call import saying_here
from visits.clock import SystemClock
from visits.messages import Agenda, CallStated, KioskReady
from visits.model import VisitKind, VisitStatus
from visits.receipts import CallStatement
from visits.short_code import commitment, short_code
from visits.signing import KeyRing, Purpose, SigningKey

pytestmark = [pytest.mark.kivy, pytest.mark.broker, pytest.mark.slow, pytest.mark.real_time]


def test_a_privileged_visit_shows_its_code_and_is_stated_even_after_a_kill(tmp_path: Path) -> None:
    broker = Broker.provisioned(tmp_path / "keys", "alder", {"a1": "unit-a"})
    kiosk = KioskProcess(write_settings(tmp_path, broker))
    console, portal = ConsoleLine(broker, SystemClock()), PortalLine(broker, SystemClock())
    with broker:
        try:
            for part in (kiosk, console, portal):
                part.start()
            lines = a_visit(kiosk, console, portal)
        finally:
            kiosk.stop()
            portal.stop()
            console.stop()
    key = SigningKey.from_pem((broker.folder / "kiosk-a1.signing.key").read_bytes())
    (parcel,) = console.wait_for(CallStated, 1)
    said = KeyRing([key.verifying_key]).open(parcel.statement, Purpose.STATEMENT, CallStatement)
    assert (said.visit_id, said.kind, said.recording_grants) == ("visit-1", VisitKind.LEGAL, 0)
    assert [(one.kiosk_fingerprint, one.visitor_fingerprint) for one in said.lines] == lines
    assert [one.closed_at is not None for one in said.lines] == [False, True]
    assert not said.complete
    assert all(sum(one.sent_bytes.values()) > 10_000 for one in said.lines)
    assert "Traceback" not in kiosk.log.read_text()


def a_visit(kiosk: KioskProcess, console: ConsoleLine, portal: PortalLine) -> list[tuple[str, str]]:
    """The certificates of its two lines; the kiosk is killed during the first."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    today = agenda(visit(starts_at=now, kind=VisitKind.LEGAL), cost=REAL_PIN_COST)
    console.publish(today)
    with saying_here(portal, "visit-1", "join-1"):
        check_in(kiosk)
        first = a_line(kiosk, portal, set())
        wait_for(lambda: sent(kiosk) > 100_000, "some of the visit to be sent", 20)
        saved = datetime.now(UTC) + timedelta(seconds=6)
        wait_for(lambda: datetime.now(UTC) > saved, "the count to be saved", 8)
        kiosk.kill()
        kiosk.start()
        known = {said.attempt for said in portal.heard if isinstance(said, KioskReady)}
        second = a_line(kiosk, portal, known)
        wait_for(lambda: sent(kiosk) > 100_000, "some of the visit to be sent", 20)
        end(console, today)
        kiosk.wait_for_session("Ended", within_s=5.0)
    return [first, second]


def check_in(kiosk: KioskProcess) -> None:
    wait_for(lambda: kiosk.state()["agenda_revision"] is not None, "the agenda", 10)
    kiosk.press("check-in")
    kiosk.type(NUMBERS["maria"])
    kiosk.press("next")
    kiosk.type(PINS["maria"])
    kiosk.press("log-in")


def a_line(kiosk: KioskProcess, portal: PortalLine, known: set[str]) -> tuple[str, str]:
    ready = portal.wait_for(KioskReady, lambda said: said.attempt not in known)
    portal.meet(ready, BrowserPeer())
    kiosk.wait_for_session("InCall", within_s=20)
    own, remote = kiosk.state()["media"]["fingerprints"]
    assert ready.commitment == commitment(own)
    code = short_code(own, remote)
    shown = str(kiosk.state()["texts"])
    assert code.spaced in shown, shown
    assert " · ".join(code.words("en")) in shown
    return own, remote


def sent(kiosk: KioskProcess) -> int:
    return sum(kiosk.state()["media"]["sent_bytes"].values())


def end(console: ConsoleLine, today: Agenda) -> None:
    over = today.visits[0].model_copy(update={"status": VisitStatus.ENDED})
    console.publish(today.model_copy(update={"revision": 2, "visits": (over,)}))
