"""The portal as a program: it keeps what was asked, whatever happens to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty

import httpx
import pytest

from tests.harness.broker import Broker
from tests.harness.portal_process import ROSA, ConsoleDouble, PortalProcess, running_portal
from tests.harness.until import eventually
from visits.messages import (
    ApprovalChanged,
    ApprovalState,
    BookingDecided,
    BookingRequested,
    CalendarSlot,
    PublicCalendar,
    Topics,
    VisitState,
)
from visits.model import Slot, VisitKind, VisitStatus

pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker.provisioned(tmp_path / "facility", "cook", {"a1": "unit-a"}) as running:
        yield running


@pytest.fixture
def console(broker: Broker, tmp_path: Path) -> Iterator[ConsoleDouble]:
    double = ConsoleDouble(broker, tmp_path)
    double.start()
    yield double
    double.stop()


@pytest.fixture
def seeded(tmp_path: Path) -> PortalProcess:
    """Ready to run; neither it nor its broker does."""
    broker = Broker.provisioned(tmp_path / "facility", "cook", {"a1": "unit-a"})
    process = PortalProcess(broker, tmp_path)
    assert process.seed().startswith("1 of 1 accounts made")
    return process


@pytest.fixture
def portal(broker: Broker, tmp_path: Path) -> Iterator[PortalProcess]:
    with running_portal(broker, tmp_path) as process:
        yield process


def test_a_booking_is_neither_lost_nor_doubled_when_the_portal_is_killed_after_asked(
    portal: PortalProcess, console: ConsoleDouble, broker: Broker
) -> None:
    _open_a_time(console)
    rosa = _signed_in(portal)
    booking = _booking_page(rosa)
    broker.kill()  # what is asked now cannot leave before the portal dies
    asked = _send(rosa, booking)
    assert "We have asked for this time" in asked.text
    visit_path = asked.url.path
    portal.kill()

    broker.start()
    portal.start()
    request = console.next(BookingRequested)
    assert visit_path == f"/visits/{request.visit_id}"
    rosa.base_url = httpx.URL(portal.url)
    assert "We have asked for this time" in rosa.get(visit_path).text
    with pytest.raises(Empty):
        console.arrived.get(timeout=7)  # longer than a courier waits before it repeats

    console.tell(_decided(request))
    eventually(lambda: "Your visit is booked" in rosa.get(visit_path).text, "the page says booked")


def test_it_stops_cleanly_while_a_page_is_open(portal: PortalProcess) -> None:
    rosa = _signed_in(portal)
    with rosa.stream("GET", "/live") as stream:
        assert next(stream.iter_lines()) == "retry: 2000"
        assert portal.stop() == 0


def test_a_wrong_setting_stops_the_start_with_file_line_and_reason(
    seeded: PortalProcess, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(seeded.settings.read_text().replace("America/Chicago", "Chicago"))
    ended = seeded.command("run", "--config", str(wrong))
    assert ended.returncode == 2
    assert re.search(r"wrong\.toml:\d+: facilities\.0\.zone: .*Chicago", ended.stderr)


def test_seeding_twice_changes_nothing(seeded: PortalProcess) -> None:
    assert seeded.seed().startswith("0 of 1")


def test_a_reset_password_replaces_the_old_one(portal: PortalProcess) -> None:
    config = ("--config", str(portal.settings))
    said = portal.command("reset-password", *config, ROSA["email"]).stdout
    new = said.removeprefix("New password: ").strip()
    assert "/home" not in str(_sign_in(portal, ROSA["password"]).url)
    assert _sign_in(portal, new).url.path == "/home"


def _open_a_time(console: ConsoleDouble) -> None:
    state = ApprovalState(
        approval_id="approval-1",
        revision=1,
        visitor_id=ROSA["id"],
        inmate_name="Luis Delgado",
        unit_id="unit-a",
        kinds=(VisitKind.FAMILY,),
        active=True,
    )
    console.tell(ApprovalChanged(approval=state, reason=""))
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
    slot = Slot(starts_at=start, ends_at=start + timedelta(minutes=30))
    calendar = PublicCalendar(
        unit_id="unit-a",
        unit_name="Unit A",
        revision=1,
        published_at=datetime.now(UTC),
        open=(CalendarSlot(slot=slot, places=1),),
    )
    eventually(lambda: console.link.connected, "the console is connected")
    console.publish(Topics("cook").calendar("unit-a"), calendar)


def _decided(request: BookingRequested) -> BookingDecided:
    state = VisitState(
        visit_id=request.visit_id,
        revision=1,
        visitor_id=request.visitor_id,
        approval_id=request.approval_id,
        kind=request.kind,
        slot=request.slot,
        status=VisitStatus.BOOKED,
        cause=None,
    )
    return BookingDecided(visit=state, refusals=(), decided_at=datetime.now(UTC))


def _sign_in(portal: PortalProcess, password: str) -> httpx.Response:
    return _sign_in_with(httpx.Client(base_url=portal.url, follow_redirects=True), password)


def _sign_in_with(browser: httpx.Client, password: str) -> httpx.Response:
    page = browser.get("/sign-in")
    return _send(browser, page, email=ROSA["email"], password=password)


def _signed_in(portal: PortalProcess) -> httpx.Client:
    browser = httpx.Client(base_url=portal.url, follow_redirects=True)
    assert _sign_in_with(browser, ROSA["password"]).url.path == "/home"
    return browser


def _booking_page(rosa: httpx.Client) -> httpx.Response:
    times = "/people/cook/approval-1"

    def open_time() -> str:
        found = re.search(r'name="slot" value="([^"]+)"', rosa.get(times).text)
        return found[1] if found else ""

    slot = eventually(open_time, "the open time is shown")
    return _send(rosa, rosa.get(times), to=f"{times}/hold", slot=slot)


def _send(
    browser: httpx.Client, page: httpx.Response, to: str = "", **fields: str
) -> httpx.Response:
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return browser.post(to or str(page.url), data={**hidden, **fields})
