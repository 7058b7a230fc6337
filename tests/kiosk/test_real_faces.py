"""The real kiosk process before a camera that shows nobody: what its screen says, what it tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.harness.broker import Broker
from tests.harness.browser_peer import BrowserPeer
from tests.harness.kiosk_agenda import NUMBERS, PINS, REAL_PIN_COST, agenda, visit
from tests.harness.kiosk_process import ConsoleLine, KioskProcess, wait_for, write_settings
from tests.harness.portal_line import PortalLine
from tests.kiosk.test_real_call import saying_here, sees
from visits.clock import SystemClock
from visits.faces import FaceHelp, FaceTrouble
from visits.messages import FaceTold, KioskReady
from visits.model import VisitKind

pytestmark = [pytest.mark.kivy, pytest.mark.broker, pytest.mark.slow, pytest.mark.real_time]

HELP = FaceHelp(warn_after=timedelta(seconds=5), blur=True)


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    return Broker.provisioned(tmp_path / "keys", "alder", {"a1": "unit-a"})


def test_nobody_before_the_camera_is_said_on_the_screen_and_told_and_ends_with_the_call(
    tmp_path: Path, broker: Broker
) -> None:
    kiosk = KioskProcess(write_settings(tmp_path, broker))
    console, portal = ConsoleLine(broker, SystemClock()), PortalLine(broker, SystemClock())
    with broker:
        try:
            for part in (kiosk, console, portal):
                part.start()
            began = datetime.now(UTC)
            (told,) = unseen(kiosk, console, portal)
            _, over = console.wait_for(FaceTold, 2)
        finally:
            kiosk.stop()
            portal.stop()
            console.stop()
    assert (told.visit_id, told.trouble, told.until) == ("visit-1", FaceTrouble.NO_FACE, None)
    assert began < told.since
    assert (over.since, over.trouble) == (told.since, told.trouble)
    assert over.until is not None
    assert over.until - over.since >= timedelta(seconds=5)
    assert "Traceback" not in kiosk.log.read_text()


def unseen(kiosk: KioskProcess, console: ConsoleLine, portal: PortalLine) -> list[FaceTold]:
    """What is told in a call before the test card, which then breaks off."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    today = agenda(visit(starts_at=now, kind=VisitKind.SOCIAL), cost=REAL_PIN_COST)
    console.publish(today.model_copy(update={"faces": HELP}))
    with saying_here(portal, "visit-1", "join-1"):
        kiosk.press("check-in")
        kiosk.type(NUMBERS["maria"])
        kiosk.press("next")
        kiosk.type(PINS["maria"])
        kiosk.press("log-in")
        peer = BrowserPeer(marker=91, hz=660)
        portal.meet(portal.wait_for(KioskReady), peer)
        kiosk.wait_for_session("InCall", within_s=20)
        wait_for(lambda: sees(kiosk, 91, 660), "the visitor's picture and sound", 20)
        wait_for(lambda: kiosk.says("Your picture is blurred"), "the words of the blur", 10)
        told = console.wait_for(FaceTold, 1)
        assert kiosk.state()["session"] == "InCall"
        # The number in the card's corner is what a visitor would see of an unblurred picture.
        assert peer.seen_marker is None
        portal.run(peer.go_silent())
        kiosk.wait_for_session("Reconnecting")
    return told
